package org.lenet5.cli;

import java.util.function.Supplier;

/** A flag's value that cannot be used. The message names flag, value and what would be right. */
final class WrongUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WrongUsage(String message) {
    super(message);
  }

  /** Reads flags; what they throw as a wrong argument is wrong usage. */
  static <T> T unless(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      WrongUsage wrong = new WrongUsage(e.getMessage());
      wrong.initCause(e);
      throw wrong;
    }
  }

  static void require(boolean holds, String message) {
    if (!holds) {
      throw new WrongUsage(message);
    }
  }
}
