package org.lenet5.serve.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.lenet5.serve.model.Admission;
import org.lenet5.serve.model.ServeEvents;
import org.lenet5.serve.model.ServeException;
import org.lenet5.serve.rest.Backend;
import org.lenet5.serve.rest.Exchange;

/** Answers calls, and turns what goes wrong into gRPC's codes. */
final class Calls {
  private static final Metadata.Key<String> RETRY_AFTER =
      Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER);

  private final Admission admission;
  private final ServeEvents events;

  Calls(Backend backend) {
    admission = backend.admission();
    events = backend.events();
  }

  /** In {@link System#nanoTime}'s time: when the client gets an error instead of its answer. */
  static long deadline() {
    return Exchange.deadline(ServiceRequestContext.current());
  }

  /** What runs on the thread that asks, if that one may compute; else null. */
  static Executor caller() {
    return Exchange.caller(ServiceRequestContext.current());
  }

  /** Ends the work if the client is gone. */
  static void cancelWith(CompletableFuture<?> work, StreamObserver<?> to) {
    if (to instanceof ServerCallStreamObserver<?> call) {
      call.setOnCancelHandler(() -> work.cancel(false));
    }
  }

  /** Answers at once. */
  <R> void now(StreamObserver<R> to, Supplier<R> answer) {
    answer(to, () -> CompletableFuture.completedFuture(answer.get()));
  }

  /** Answers when the work is done, if it is let in. */
  <R> void later(StreamObserver<R> to, Supplier<CompletableFuture<R>> work) {
    answer(to, () -> admission.admit(work));
  }

  private <R> void answer(StreamObserver<R> to, Supplier<CompletableFuture<R>> work) {
    CompletableFuture<R> begun;
    try {
      begun = work.get();
    } catch (RuntimeException | Error e) {
      to.onError(error(e));
      return;
    }
    begun.whenComplete(
        (answer, e) -> {
          if (e != null) {
            to.onError(error(e));
          } else {
            to.onNext(answer);
            to.onCompleted();
          }
        });
  }

  private StatusRuntimeException error(Throwable thrown) {
    Throwable e = ServeException.unwrapped(thrown);
    if (e instanceof ServeException refusal) {
      Metadata trailers = new Metadata();
      if (refusal.reason().isForNow()) {
        trailers.put(RETRY_AFTER, "1");
      }
      return Status.fromCodeValue(refusal.reason().code())
          .withDescription(refusal.getMessage())
          .asRuntimeException(trailers);
    }
    if (e instanceof CancellationException) {
      return Status.CANCELLED.asRuntimeException();
    }
    events.failed("answering a gRPC call", e);
    return Status.INTERNAL.withDescription("internal error").asRuntimeException();
  }
}
