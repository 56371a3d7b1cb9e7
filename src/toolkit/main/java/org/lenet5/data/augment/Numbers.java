package org.lenet5.data.augment;

import java.math.BigDecimal;

/** The numbers behind the words of {@code --augment}. */
final class Numbers {
  private Numbers() {}

  /**
   * Accepts a number in its range.
   *
   * @param what the word with the number's name, as "rotate:DEGREES"
   * @throws IllegalArgumentException "rotate:DEGREES must be from 0 to 180"
   */
  static void require(String what, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new IllegalArgumentException(
          "%s must be from %s to %s".formatted(what, text(least), text(most)));
    }
  }

  /** Without an exponent or zeros at the end. */
  static String text(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
