package org.lenet5.exercise;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.lenet5.checkpoint.Manifest;

/**
 * Trains runs, several at a time, each by a {@link Runner}: not within this process, as
 * TensorFlow's thread pools are the process's, and runs would wait for each other's operations.
 *
 * <p>They end with this process: when it is asked to stop, it stops them.
 */
public final class Jobs implements AutoCloseable {
  private final Runner runner;
  private final Thread atExit = new Thread(this::stop);
  private volatile boolean stopped;

  /** Called about each run's progress, from several threads. */
  public interface Listener {
    /** The run was begun. */
    void started(Suite.Run run);

    /** The run has written a line: an epoch may be over. */
    void line(Suite.Run run);

    /** An epoch of the run is over on another machine, before there are files of it here. */
    void epoch(Suite.Run run, Manifest.Epoch epoch);

    /** Something to know of the run, in one line: what was found, damaged or lost. */
    void message(Suite.Run run, String line);

    /** The run ended well. */
    void done(Suite.Run run);

    /** The run ended with an exit code other than 0; the message says why. */
    void failed(Suite.Run run, int exitCode, String message);
  }

  /** What there is to train, where that depends on how the earlier ones ended. Thread-safe. */
  public interface Work {
    /** The next one; waits where it depends on those that are running. Empty if there is none. */
    Optional<Suite.Run> next();

    /** A run's training has ended, well or not, or was not begun any more. */
    void ended(Suite.Run run);
  }

  /** No run is trained yet. */
  public Jobs(Runner runner) {
    this.runner = runner;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Trains {@code runs} in their order and returns when all have ended. A run that fails stops no
   * other.
   *
   * @param atOnce how many at a time, at least 1
   * @throws UncheckedIOException if a run cannot be begun
   */
  public void train(List<Suite.Run> runs, int atOnce, Listener listener) {
    Iterator<Suite.Run> left = runs.iterator();
    Work work =
        new Work() {
          @Override
          public synchronized Optional<Suite.Run> next() {
            return left.hasNext() ? Optional.of(left.next()) : Optional.empty();
          }

          @Override
          public void ended(Suite.Run run) {
            // the others do not depend on it
          }
        };
    train(work, atOnce, listener);
  }

  /** Trains what {@code work} says until it has no more. */
  public void train(Work work, int atOnce, Listener listener) {
    ExecutorService threads = Executors.newFixedThreadPool(atOnce);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < atOnce; i++) {
        all.add(threads.submit(() -> trainAll(work, listener)));
      }
      for (Future<?> each : all) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      stop();
      threads.shutdownNow();
    }
  }

  private void trainAll(Work work, Listener listener) {
    while (!stopped) {
      Optional<Suite.Run> run = work.next();
      if (run.isEmpty()) {
        return;
      }
      try {
        train(run.get(), listener);
      } finally {
        work.ended(run.get());
      }
    }
  }

  private void train(Suite.Run run, Listener listener) {
    Runner.Progress progress =
        new Runner.Progress() {
          @Override
          public void started() {
            listener.started(run);
          }

          @Override
          public void line() {
            listener.line(run);
          }

          @Override
          public void epoch(Manifest.Epoch epoch) {
            listener.epoch(run, epoch);
          }

          @Override
          public void message(String line) {
            listener.message(run, line);
          }
        };
    try {
      Optional<Runner.Ended> ended = runner.train(run, progress);
      if (ended.isEmpty()) {
        return;
      }
      if (ended.get().exitCode() == 0) {
        listener.done(run);
      } else if (!stopped) {
        listener.failed(run, ended.get().exitCode(), ended.get().message());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Asks all runs to stop, with a checkpoint after the step in flight where they are processes of
   * this machine. Waits for their end; {@link #train} then returns.
   */
  public void stop() {
    stopped = true;
    runner.stop();
  }

  @Override
  public void close() {
    stop();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
