package org.lenet5.data;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;

/** How slow work reacts to {@link Thread#interrupt()}. */
final class Interruption {
  private Interruption() {}

  /** The error to throw. The thread's interrupt flag stays set. */
  static UncheckedIOException of(String what, Exception cause) {
    Thread.currentThread().interrupt();
    InterruptedIOException stopped = new InterruptedIOException(what + " was interrupted");
    stopped.initCause(cause);
    return new UncheckedIOException(stopped.getMessage(), stopped);
  }
}
