package org.lenet5.classify;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a model says of one image. Immutable and thread-safe. */
public final class Prediction {
  private final List<String> classes;
  private final float[] probabilities;
  private final List<String> warnings;
  private final int classId;

  Prediction(List<String> classes, float[] probabilities) {
    this(classes, probabilities, List.of());
  }

  Prediction(List<String> classes, float[] probabilities, List<String> warnings) {
    this.classes = classes;
    this.probabilities = probabilities;
    this.warnings = List.copyOf(warnings);
    int best = 0;
    for (int i = 1; i < probabilities.length; i++) {
      if (probabilities[i] > probabilities[best]) {
        best = i;
      }
    }
    classId = best;
  }

  /**
   * A class with its probability.
   *
   * @param classId its number, from 0
   * @param label its name
   * @param probability 0 to 1
   */
  public record Ranked(int classId, String label, float probability) {}

  /** The name of the most probable class. */
  public String label() {
    return classes.get(classId);
  }

  /** The number of the most probable class, from 0; of equals, the first. */
  public int classId() {
    return classId;
  }

  /** The probability of the most probable class, 0 to 1. */
  public float probability() {
    return probabilities[classId];
  }

  /** All probabilities by class number, a new array. Their sum is 1 but for rounding. */
  public float[] probabilities() {
    return probabilities.clone();
  }

  /**
   * What is odd about the image's file, a clause each: "its end marker is missing". Empty for most.
   */
  public List<String> warnings() {
    return warnings;
  }

  /** All classes, the most probable first; equals stand in the order of their numbers. */
  public List<Ranked> ranked() {
    return top(classes.size());
  }

  /**
   * The most probable classes, the most probable first.
   *
   * @param k how many, at least 1; more than there are classes gives all of them
   * @throws IllegalArgumentException if {@code k} is below 1
   */
  public List<Ranked> top(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k (" + k + ") must be at least 1");
    }
    if (k == 1) { // no need to sort
      return List.of(new Ranked(classId, label(), probability()));
    }
    return IntStream.range(0, probabilities.length)
        .mapToObj(i -> new Ranked(i, classes.get(i), probabilities[i]))
        .sorted(Comparator.comparingDouble(Ranked::probability).reversed())
        .limit(k)
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Prediction that
        && classes.equals(that.classes)
        && Arrays.equals(probabilities, that.probabilities)
        && warnings.equals(that.warnings);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(probabilities);
  }

  /** For people: "cat 61.2 %". */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s %.1f %%", label(), 100 * probability());
  }
}
