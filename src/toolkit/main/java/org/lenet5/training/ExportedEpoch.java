package org.lenet5.training;

import java.util.Arrays;
import java.util.Locale;

/** The epoch whose weights a run's exported model has. */
public enum ExportedEpoch {
  /** The best on the images held out; the last where none are. */
  BEST,

  /** The last. */
  LAST;

  /**
   * That of the flag.
   *
   * @throws IllegalArgumentException if the word is any other
   */
  static ExportedEpoch parse(String word) {
    return Arrays.stream(values())
        .filter(each -> each.toString().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be best or last"));
  }

  /** As the flag has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
