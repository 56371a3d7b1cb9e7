package org.lenet5.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Which of the training images to train on: all, or one of the notebook's two halves. Even and odd
 * are an image's index over the training files in their order, from 0.
 */
public enum Subset {
  ALL(0, 1),
  EVEN(0, 2),
  ODD(1, 2);

  private final int first;
  private final int step;

  Subset(int first, int step) {
    this.first = first;
    this.step = step;
  }

  /**
   * The subset named {@code text}: {@code all}, {@code even} or {@code odd}.
   *
   * @throws IllegalArgumentException if {@code text} is anything else
   */
  public static Subset parse(String text) {
    return Arrays.stream(values())
        .filter(subset -> subset.toString().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be all, even or odd"));
  }

  /** This part of {@code training}, in its order; shares the pixels. */
  public LabeledImages of(LabeledImages training) {
    if (this == ALL) {
      return training;
    }
    return training.select(
        IntStream.iterate(first, i -> i < training.size(), i -> i + step).toArray());
  }

  /** As the flag has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
