package org.lenet5.cli;

import java.util.function.Supplier;

/** A flag's value that cannot be used. The message names flag, value and what would be right. */
final class WrongUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongUsage(String message) {
    super(message);
  }

  /** The same, found by a library. */
  WrongUsage(IllegalArgumentException cause) {
    super(cause.getMessage(), cause);
  }

  /** Reads flags; what they throw as a wrong argument is wrong usage. */
  static <T> T unless(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(e);
    }
  }

  static void require(boolean holds, String message) {
    if (!holds) {
      throw new WrongUsage(message);
    }
  }
}
