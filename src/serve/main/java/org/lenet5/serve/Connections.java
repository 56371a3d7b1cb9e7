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
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Closes connections whose sender has begun something and does not come to its end: the first
 * request of a connection, in HTTP/1 each request's headers, in HTTP/2 each frame and the headers
 * that it begins. Who sends these a byte at a time would else hold a connection for ever. From the
 * headers on Armeria's request timeout counts.
 *
 * <p>And closes those without a request when the server ends: Armeria would wait for a second.
 */
final class Connections implements DecoratingHttpServiceFunction {
  private static final String NAME = "lenet5-connection";

  private final long nanos;
  private final boolean isTls;
  private final Set<Watch> open = ConcurrentHashMap.newKeySet();
  private volatile boolean isClosing;

  /**
   * For a server's connections.
   *
   * @param seconds that a sender has
   */
  Connections(int seconds, boolean isTls) {
    nanos = TimeUnit.SECONDS.toNanos(seconds);
    this.isTls = isTls;
  }

  /** Watches a new connection. */
  void watch(ChannelPipeline pipeline) {
    pipeline.addFirst(NAME, new Watch(pipeline.channel()));
  }

  @Override
  public HttpResponse serve(HttpService service, ServiceRequestContext context, HttpRequest request)
      throws Exception {
    Channel channel = context.log().partial().channel();
    if (channel != null && channel.pipeline().get(NAME) instanceof Watch watch) {
      watch.begin();
      context.log().whenComplete().thenRun(() -> soon(channel.eventLoop(), watch::end));
    }
    return service.serve(context, request);
  }

  // At once where that is possible: before the next request's first bytes are read.
  private static void soon(EventLoop thread, Runnable task) {
    if (thread.inEventLoop()) {
      task.run();
    } else {
      thread.execute(task);
    }
  }

  /** Closes the connections without a request, and the others when theirs is answered. */
  void closeIdle() {
    isClosing = true;
    List<Future<?>> asked = new ArrayList<>();
    open.forEach(each -> asked.add(each.channel.eventLoop().submit(each::closeIfIdle)));
    asked.forEach(Future::syncUninterruptibly);
  }

  /** One connection; used by its own thread alone. */
  private final class Watch extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private final Frames frames = new Frames();
    private boolean isDecrypted = !isTls;
    private boolean isFirst = true;
    private int running;
    // Something was begun at that time, and is not whole yet.
    private boolean isBegun;
    private long since;
    private Future<?> timer;

    Watch(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      open.add(this);
      started(); // who connects and sends nothing
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      open.remove(this);
      if (timer != null) {
        timer.cancel(false); // or it would hold the closed connection
      }
      context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (!isDecrypted && context.pipeline().context(SslHandler.class) != null) {
        isDecrypted = true;
        String ssl = context.pipeline().context(SslHandler.class).name();
        context.pipeline().addAfter(ssl, NAME + "-decrypted", new Decrypted());
      } else if (!isTls && message instanceof ByteBuf bytes) {
        came(bytes);
      }
      context.fireChannelRead(message);
    }

    /** What the connection brings, in the clear. */
    private final class Decrypted extends ChannelInboundHandlerAdapter {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
          came(bytes);
        }
        context.fireChannelRead(message);
      }
    }

    private void came(ByteBuf bytes) {
      int ended = frames.read(bytes);
      if (!frames.areFrames()) {
        if (running == 0 && !isBegun) {
          started();
        }
      } else if (!isFirst) {
        if (frames.isWhole()) {
          isBegun = false;
        } else if (!isBegun || ended > 0) {
          started();
        }
      }
    }

    private void started() {
      isBegun = true;
      since = System.nanoTime();
      if (timer == null) {
        timer = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
      }
    }

    // One timer for many requests: to set and cancel one for each costs more than to look again.
    private void look() {
      timer = null;
      if (!isBegun) {
        return;
      }
      long left = since + nanos - System.nanoTime();
      if (left <= 0) {
        channel.close();
      } else {
        timer = channel.eventLoop().schedule(this::look, left, TimeUnit.NANOSECONDS);
      }
    }

    /** A request's headers are whole. */
    void begin() {
      running++;
      if (!frames.areFrames() || isFirst && frames.isWhole()) {
        isBegun = false;
      }
      isFirst = false;
    }

    /** A request is answered. */
    void end() {
      running--;
      if (isClosing) {
        closeIfIdle();
      }
    }

    private void closeIfIdle() {
      if (running == 0) {
        channel.close();
      }
    }
  }
}
