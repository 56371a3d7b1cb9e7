package org.lenet5.exercise;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Trains runs, several at a time, each in a process of its own. TensorFlow's thread pools are the
 * process's, so runs within one process would wait for each other's operations. If a run crashes,
 * the others go on.
 *
 * <p>The processes end with this one. When it is asked to stop, it stops them. When it is killed,
 * their standard input ends, and {@code train --with-parent} treats that as a request to stop.
 */
public final class Jobs implements AutoCloseable {
  private final List<Process> running = new ArrayList<>();
  private final Thread atExit = new Thread(this::stop);
  private boolean stopped;

  /** Called about each run's progress, from several threads. */
  public interface Listener {
    /** The run's process was started. */
    void started(Suite.Run run);

    /** The run has written a line: an epoch may be over. */
    void line(Suite.Run run);

    /** The run ended well. */
    void done(Suite.Run run);

    /** The run's process ended with an exit code other than 0; the message says why. */
    void failed(Suite.Run run, int exitCode, String message);
  }

  /** What there is to train, where that depends on how the earlier ones ended. Thread-safe. */
  public interface Work {
    /** The next one; waits where it depends on those that are running. Empty if there is none. */
    Optional<Suite.Run> next();

    /** The process that trained a run has ended, well or not, or was not started any more. */
    void ended(Suite.Run run);
  }

  public Jobs() {
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Trains {@code runs} in their order and returns when all have ended. A run that fails stops no
   * other.
   *
   * @param atOnce how many at a time, at least 1
   * @param command what to start for a run
   * @throws UncheckedIOException if a process cannot be started
   */
  public void train(
      List<Suite.Run> runs,
      int atOnce,
      Function<Suite.Run, List<String>> command,
      Listener listener) {
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
    train(work, atOnce, command, listener);
  }

  /** Trains what {@code work} says until it has no more. */
  public void train(
      Work work, int atOnce, Function<Suite.Run, List<String>> command, Listener listener) {
    ExecutorService threads = Executors.newFixedThreadPool(atOnce);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < atOnce; i++) {
        all.add(threads.submit(() -> trainAll(work, command, listener)));
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

  private void trainAll(Work work, Function<Suite.Run, List<String>> command, Listener listener) {
    while (!isStopped()) {
      Optional<Suite.Run> run = work.next();
      if (run.isEmpty()) {
        return;
      }
      try {
        train(run.get(), command.apply(run.get()), listener);
      } finally {
        work.ended(run.get());
      }
    }
  }

  private void train(Suite.Run run, List<String> command, Listener listener) {
    try {
      Process process = start(command);
      if (process == null) {
        return;
      }
      listener.started(run);
      String last = "";
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          last = line;
          listener.line(run);
        }
      }
      int code = process.waitFor();
      forget(process);
      if (code == 0) {
        listener.done(run);
      } else if (!isStopped()) {
        listener.failed(run, code, reason(code, last));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException("cannot run " + command.get(0) + ": " + e.getMessage(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // A process that a signal ended prints no error: its last line is an epoch's.
  private static String reason(int code, String last) {
    if (last.startsWith("error: ")) {
      return last.substring("error: ".length());
    }
    return code > 128
        ? "ended by signal " + (code - 128) + "; started again, it goes on"
        : "ended with exit code " + code + (last.isBlank() ? "" : ": " + last.strip());
  }

  private synchronized Process start(List<String> command) throws IOException {
    if (stopped) {
      return null;
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    running.add(process);
    return process;
  }

  private synchronized void forget(Process process) {
    running.remove(process);
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  /**
   * Asks all processes to stop, as {@code train} does on SIGTERM: with a checkpoint after the step
   * in flight. Waits for their end; {@link #train} then returns.
   */
  public void stop() {
    List<Process> left;
    synchronized (this) {
      stopped = true;
      left = List.copyOf(running);
    }
    // Process.destroy would close their standard input, too, which ends them at once.
    left.forEach(process -> process.toHandle().destroy());
    for (Process each : left) {
      try {
        if (!each.waitFor(10, TimeUnit.SECONDS)) {
          each.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        each.destroyForcibly();
      }
    }
  }

  @Override
  public void close() {
    stop();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
