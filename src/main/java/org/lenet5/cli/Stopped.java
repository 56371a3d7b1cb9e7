package org.lenet5.cli;

/** A signal stopped a run, which was saved. */
final class Stopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;

  Stopped(String message, int exitCode) {
    super(message);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }
}
