package org.lenet5.serve.rest;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A request whose body has come.
 *
 * @param context Armeria's
 * @param request with its body
 */
public record Exchange(ServiceRequestContext context, AggregatedHttpRequest request) {
  /** In {@link System#nanoTime}'s time: when the client gets an error instead of its answer. */
  long deadline() {
    return deadline(context);
  }

  /** The same for any request. */
  public static long deadline(ServiceRequestContext context) {
    long millis = context.requestTimeoutMillis();
    return System.nanoTime()
        + (millis == 0 ? Long.MAX_VALUE / 2 : TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** What runs on the thread that asks, if it is the one of the request's connection; else null. */
  Executor caller() {
    return caller(context);
  }

  /** The same for any request. */
  public static Executor caller(ServiceRequestContext context) {
    EventLoop own = context.eventLoop().withoutContext();
    return own.inEventLoop() ? own : null;
  }

  /** Since the request began. */
  double milliseconds() {
    return (System.nanoTime() - context.log().partial().requestStartTimeNanos()) / 1e6;
  }

  /**
   * Answers after {@code work} on this request's own thread; a client that is gone ends the work.
   */
  <T, R> CompletableFuture<R> then(CompletableFuture<T> work, Function<T, R> answer) {
    context.whenRequestCancelling().thenAccept(cause -> work.cancel(false));
    Executor own = context.eventLoop();
    return work.thenApplyAsync(answer, own);
  }
}
