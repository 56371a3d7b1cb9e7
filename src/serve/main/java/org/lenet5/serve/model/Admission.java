package org.lenet5.serve.model;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Lets so many requests in that are worked on at a time. What is more is refused before anything is
 * done for it: under more load than there is time for, the accepted ones would else take longer and
 * longer. Thread-safe.
 */
public final class Admission {
  private final AtomicInteger running = new AtomicInteger();
  private final int most;
  private final ServeEvents events;
  // Made once: refusing must cost as little as can be, and this one has no stack trace.
  private final ServeException refusal;

  /** With a limit. */
  public Admission(int most, ServeEvents events) {
    this.most = most;
    this.events = events;
    refusal =
        new ServeException(
            Reason.RESOURCE_EXHAUSTED,
            "the limit of %d requests at a time is reached (--max-requests)".formatted(most));
  }

  /**
   * Works on a request.
   *
   * @param work begins it; it ends when what this returns is complete
   * @return its answer; what depends on it runs when the next request can be let in
   * @throws ServeException if too many are worked on, and what {@code work} throws
   */
  public <T> CompletableFuture<T> admit(Supplier<CompletableFuture<T>> work) {
    if (running.incrementAndGet() > most) {
      running.decrementAndGet();
      events.refused();
      throw refusal;
    }
    CompletableFuture<T> begun;
    try {
      begun = work.get();
    } catch (RuntimeException | Error e) {
      running.decrementAndGet();
      throw e;
    }
    return begun.whenComplete((any, e) -> running.decrementAndGet());
  }

  /** Requests that are being worked on. */
  public int running() {
    return running.get();
  }
}
