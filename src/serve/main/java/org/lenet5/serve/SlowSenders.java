package org.lenet5.serve;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes connections whose sender has begun a request and does not come to its end: who sends its
 * headers a byte at a time would else hold a connection for ever. From the headers on Armeria's
 * request timeout counts.
 *
 * <p>Over TLS and HTTP/2, where bytes need not belong to a request, this holds for the first
 * request of a connection.
 */
final class SlowSenders implements DecoratingHttpServiceFunction {
  private static final String NAME = "lenet5-slow-senders";

  private final int seconds;
  private final boolean isTls;

  SlowSenders(int seconds, boolean isTls) {
    this.seconds = seconds;
    this.isTls = isTls;
  }

  /** Watches a new connection. */
  void watch(ChannelPipeline pipeline) {
    pipeline.addFirst(NAME, new Watch());
  }

  @Override
  public HttpResponse serve(HttpService service, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    Channel channel = context.log().partial().channel();
    if (channel != null && channel.pipeline().get(NAME) instanceof Watch watch) {
      watch.begin();
      context.log().whenComplete().thenRun(() -> channel.eventLoop().execute(watch::end));
    }
    return service.serve(context, request);
  }

  /** One connection; used by its own thread alone. */
  private final class Watch extends ChannelInboundHandlerAdapter {
    private Future<?> timer;
    private boolean isFirst = true;
    private boolean isHttp2;
    private int running;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      start(context); // who connects and sends nothing
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (isFirst && message instanceof ByteBuf bytes && bytes.readableBytes() >= 3) {
        int at = bytes.readerIndex();
        isHttp2 |=
            bytes.getByte(at) == 'P'
                && bytes.getByte(at + 1) == 'R'
                && bytes.getByte(at + 2) == 'I';
      }
      if (running == 0 && (isFirst || !isHttp2 && !isTls)) {
        start(context);
      }
      context.fireChannelRead(message);
    }

    private void start(ChannelHandlerContext context) {
      if (timer == null) {
        timer = context.executor().schedule(() -> context.close(), seconds, TimeUnit.SECONDS);
      }
    }

    void begin() {
      running++;
      isFirst = false;
      stop();
    }

    void end() {
      running--;
    }

    private void stop() {
      if (timer != null) {
        timer.cancel(false);
        timer = null;
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      stop();
      context.fireChannelInactive();
    }
  }
}
