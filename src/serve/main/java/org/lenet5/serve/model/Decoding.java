package org.lenet5.serve.model;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Decodes pictures on threads of its own, so that large ones keep nobody else waiting. */
final class Decoding implements AutoCloseable {
  private final ExecutorService threads;
  private final AtomicInteger waiting = new AtomicInteger();
  private final int most;
  private final ServeEvents events;

  /**
   * Starts no thread before it is needed.
   *
   * @param most pictures that may wait
   */
  Decoding(int count, int most, ServeEvents events) {
    this.most = most;
    this.events = events;
    threads = Executors.newFixedThreadPool(count, Threads.named("lenet5-decode"));
  }

  /**
   * Takes room for pictures.
   *
   * @throws ServeException if too many wait already
   */
  void reserve(int pictures) {
    int before = waiting.getAndAdd(pictures);
    if (before > 0 && before + pictures > most) {
      waiting.addAndGet(-pictures);
      events.refused();
      throw new ServeException(
          Reason.RESOURCE_EXHAUSTED,
          "%d pictures wait and %d more would exceed the limit of %d (--queue)"
              .formatted(before, pictures, most));
    }
  }

  /** Runs a picture's work; room for it was taken. */
  <T> CompletableFuture<T> run(Supplier<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.get();
          } finally {
            waiting.decrementAndGet();
          }
        },
        threads);
  }

  /** Waits for what runs, a minute at most. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
