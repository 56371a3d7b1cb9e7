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
   * @param onlyTerm leave SIGINT as it is, for a process that {@link ParentWatch} watches over
   * @param onFirst is run at the first
   */
  StopSignal(boolean onlyTerm, Runnable onFirst) {
    this.onFirst = onFirst;
    if (!onlyTerm) {
      handle("INT", INTERRUPT);
    }
    handle("TERM", TERMINATE);
  }

  /**
   * From now on SIGINT and SIGTERM end the process at once, as they would without this, but are
   * said: for what has nothing to save.
   */
  static void endAtOnce() {
    for (int number : List.of(INTERRUPT, TERMINATE)) {
      Signals.register(name(number).substring("SIG".length()), () -> end(number));
    }
  }

  private static void end(int number) {
    Terminal.leaveBar();
    System.err.println("stopped by " + name(number));
    System.exit(128 + number);
  }

  private static String name(int number) {
    return number == INTERRUPT ? "SIGINT" : "SIGTERM";
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
    return new StoppedException("stopped by " + name(number) + rest, 128 + number);
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
