package org.lenet5.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jline.utils.Signals;

/**
 * SIGINT and SIGTERM while trainings run: the first asks each to stop after its step, the second
 * ends the process at once. What is written is published whole, so that this loses no more than
 * {@code kill -9} would.
 */
final class StopSignal implements AutoCloseable {
  private static final int INTERRUPT = 2;
  private static final int TERMINATE = 15;

  private final AtomicInteger received = new AtomicInteger();
  private final List<Runnable> undo = new ArrayList<>();
  private final Runnable onFirst;

  /** Handles the signals until it is closed; {@code onFirst} is run at the first. */
  StopSignal(Runnable onFirst) {
    this(false, onFirst);
  }

  /**
   * Handles the signals until it is closed.
   *
   * @param onlyTerm leave SIGINT without effect: Ctrl-C in a terminal reaches this process as well
   *     as the one that started it, which then sends SIGTERM
   */
  StopSignal(boolean onlyTerm) {
    this(onlyTerm, () -> {});
  }

  private StopSignal(boolean onlyTerm, Runnable onFirst) {
    this.onFirst = onFirst;
    if (onlyTerm) {
      Object before = Signals.register("INT", () -> {});
      undo.add(() -> Signals.unregister("INT", before));
    } else {
      handle("INT", INTERRUPT);
    }
    handle("TERM", TERMINATE);
  }

  private void handle(String name, int number) {
    Object before = Signals.register(name, () -> on(number));
    undo.add(() -> Signals.unregister(name, before));
  }

  private void on(int number) {
    if (!received.compareAndSet(0, number)) {
      Runtime.getRuntime().halt(128 + number);
    }
    onFirst.run();
  }

  boolean received() {
    return received.get() != 0;
  }

  /** The end of a run that was asked to stop. */
  StoppedException stopped(String run, String where) {
    return stopped(
        " after %s; to go on: scripts/lenet5 train --run %s --resume".formatted(where, run));
  }

  /** The end of what was asked to stop, and what to say of it. */
  StoppedException stopped(String rest) {
    int number = received.get();
    return new StoppedException(
        "stopped by " + (number == INTERRUPT ? "SIGINT" : "SIGTERM") + rest, 128 + number);
  }

  @Override
  public void close() {
    undo.forEach(Runnable::run);
  }

  /** Stopped by a signal; what was done is saved. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    private StoppedException(String message, int exitCode) {
      super(message);
      this.exitCode = exitCode;
    }

    int exitCode() {
      return exitCode;
    }
  }
}
