package org.lenet5.serve.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.lenet5.classify.Scores;

/**
 * Computes requests together. A thread that is idle takes what there is at once, a lone request
 * too; what comes while all threads compute waits, and goes into the next batch together. So
 * batches grow with the load, and without load nobody waits.
 *
 * <p>Where little is to be computed, the thread that asks does it itself, after what else it has
 * just read: to wake another thread and to be woken by it takes as long as an image of a small
 * model. What such a thread does counts as one of the threads that compute.
 *
 * <p>A request of more images than a batch takes is computed in parts. If a batch fails, its
 * requests are computed one by one: only those fail that fail alone. Thread-safe.
 */
public final class Batcher implements AutoCloseable {
  private final BatchOptions options;
  private final ServeEvents events;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Waiting waiting = new Waiting();
  private final Pace pace = new Pace();
  private final List<Thread> threads = new ArrayList<>();
  private int computing;
  // Something waits although nobody was to take it, as enough compute already.
  private boolean isHeldUp;
  private boolean closed;

  /** Starts the threads. */
  public Batcher(BatchOptions options, ServeEvents events) {
    this.options = options;
    this.events = events;
    for (int i = 0; i < options.threads(); i++) {
      Thread thread = new Thread(this::work, "lenet5-compute-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  /**
   * Computes images.
   *
   * @param pixels of all images, one after the other; not to be changed until the answer is there
   * @param logits whether they are wanted, too
   * @param deadline in {@link System#nanoTime}'s time: what is not begun by then is not computed
   * @param caller runs what it is given on the thread that asks, soon; it is given what takes about
   *     a millisecond at most. Null if that thread must not compute
   * @return the answer; to cancel it takes back what is not begun. It is completed on a thread that
   *     computes: what follows must be short or run elsewhere
   * @throws ServeException if too many images wait already
   */
  public CompletableFuture<Scores> submit(
      Scorer scorer, byte[] pixels, boolean logits, long deadline, Executor caller) {
    int images = pixels.length / scorer.imageBytes();
    Ticket ticket = new Ticket(scorer, pixels, images, logits, deadline);
    if (images == 0) {
      return CompletableFuture.completedFuture(new Scores(new float[0][], null));
    }
    boolean isForCaller;
    lock.lock();
    try {
      if (closed) {
        throw new ServeException(Reason.UNAVAILABLE, "the server is shutting down");
      }
      int before = waiting.images();
      if (before > 0 && (long) before + images > options.queue()) {
        events.refused();
        throw new ServeException(
            Reason.RESOURCE_EXHAUSTED,
            "%d images wait and %d more would exceed the limit of %d (--queue)"
                .formatted(before, images, options.queue()));
      }
      waiting.add(ticket, options.most(), System.nanoTime());
      isForCaller = caller != null && options.waitMicros() == 0 && images <= pace.quick(scorer);
      if (images > options.most()) {
        changed.signalAll();
      } else if (!isForCaller) {
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
    if (isForCaller) {
      try {
        caller.execute(this::computeOne);
      } catch (RejectedExecutionException e) { // it is ending: then a thread of ours
        wake();
      }
    }
    return ticket.answer;
  }

  private void wake() {
    lock.lock();
    try {
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** On the thread of one who asked: a batch that is quickly computed, if nobody has taken it. */
  private void computeOne() {
    List<Waiting.Part> parts;
    lock.lock();
    try {
      if (waiting.isEmpty()) {
        return;
      }
      if (computing == options.threads()) {
        isHeldUp = true;
        return;
      }
      int most = Math.min(options.most(), pace.quick(waiting.nextScorer()));
      if (waiting.nextCount() > most) { // of another model, or of one that has become slower
        changed.signal();
        return;
      }
      parts = waiting.take(most, System.nanoTime());
      computing++;
    } finally {
      lock.unlock();
    }
    computeAll(parts);
  }

  private void computeAll(List<Waiting.Part> parts) {
    if (!parts.isEmpty()) { // else nobody waits for them any longer
      compute(new Batch(parts));
    }
    lock.lock();
    try {
      computing--;
      if (isHeldUp || closed) {
        isHeldUp = false;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Images that wait. */
  public int waiting() {
    lock.lock();
    try {
      return waiting.images();
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    while (true) {
      List<Waiting.Part> parts;
      lock.lock();
      try {
        while (waiting.isEmpty() || computing == options.threads() || !isDue()) {
          if (waiting.isEmpty() && closed) {
            return;
          }
          boolean isFull = computing == options.threads();
          if (waiting.isEmpty() || isFull) {
            isHeldUp |= !waiting.isEmpty();
            changed.awaitUninterruptibly();
          }
        }
        parts = waiting.take(options.most(), System.nanoTime());
        computing++;
      } finally {
        lock.unlock();
      }
      computeAll(parts);
    }
  }

  /** Whether there is a batch to take; waits a while if it is to wait for more images. */
  private boolean isDue() {
    long nanos = TimeUnit.MICROSECONDS.toNanos(options.waitMicros());
    if (nanos == 0 || closed) {
      return true;
    }
    long left = waiting.due(options.most(), nanos, System.nanoTime());
    if (left == 0) {
      return true;
    }
    try {
      changed.awaitNanos(left);
    } catch (InterruptedException e) {
      // Nobody interrupts these threads; if somebody does, nothing is waited for.
      return true;
    }
    return false;
  }

  private void compute(Batch batch) {
    long begin = System.nanoTime();
    try {
      Scores scores = batch.compute();
      long nanos = System.nanoTime() - begin;
      measured(batch.scorer(), batch.images(), nanos);
      // Before the answers: who has one finds its batch counted.
      events.batch(batch.scorer(), batch.parts().size(), batch.images(), nanos);
      batch.answer(scores);
    } catch (RuntimeException | Error e) { // the thread must live on, and each request be answered
      if (batch.parts().size() == 1) {
        batch.fail(e);
      } else {
        batch.divided().forEach(this::compute);
      }
    }
  }

  private void measured(Scorer scorer, int images, long nanos) {
    lock.lock();
    try {
      pace.measured(scorer, images, nanos);
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more, computes what waits, and ends the threads. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread each : threads) {
      while (each.isAlive()) {
        try {
          each.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
