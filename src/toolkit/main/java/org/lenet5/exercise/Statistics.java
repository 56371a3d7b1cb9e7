package org.lenet5.exercise;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.special.Beta;
import org.hipparchus.stat.inference.TTest;

/** The tests that verdicts rest on. Probabilities and levels are fractions, 0 to 1. */
final class Statistics {
  private static final int RESAMPLES = 2000;
  private static final long SEED = 42;

  private Statistics() {}

  /**
   * A range of values.
   *
   * @param low its lower end
   * @param high its upper end
   */
  record Interval(double low, double high) {}

  /**
   * The exact McNemar test (McNemar 1947) of two classifiers on the same images: the two-sided
   * probability of so uneven a split of the images on which only one of them is right, were both
   * equally good.
   *
   * @param onlyFirst images that only the first has right
   * @param onlySecond images that only the second has right
   */
  static double mcnemar(int onlyFirst, int onlySecond) {
    int images = onlyFirst + onlySecond;
    if (images == 0) {
      return 1;
    }
    // The binomial tail as a beta function. Hipparchus' BinomialTest compares the two tails' terms
    // as rounded numbers and so may leave one out (0.94 for 162 against 163), and its distribution
    // takes a small tail from 1, which leaves nothing of it.
    int fewer = Math.min(onlyFirst, onlySecond);
    double tail = Beta.regularizedBeta(0.5, images - fewer, fewer + 1);
    return Math.min(1, 2 * tail);
  }

  /**
   * The 95 % percentile bootstrap interval (Efron 1979) of the difference in accuracy, second minus
   * first: images are drawn with repetition, each with both classifiers' answers. Its seed is
   * fixed, so a report can be made again.
   *
   * @param first which images the first has right
   * @param second which of the same images the second has right
   */
  static Interval bootstrap(boolean[] first, boolean[] second) {
    int images = first.length;
    int[] difference =
        IntStream.range(0, images).map(i -> (second[i] ? 1 : 0) - (first[i] ? 1 : 0)).toArray();
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(SEED);
    double[] means = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      int sum = 0;
      for (int j = 0; j < images; j++) {
        sum += difference[random.nextInt(images)];
      }
      means[i] = (double) sum / images;
    }
    Arrays.sort(means);
    return new Interval(
        means[(int) (0.025 * RESAMPLES)], means[(int) Math.ceil(0.975 * RESAMPLES) - 1]);
  }

  /**
   * Welch's t-test (Welch 1947): the two-sided probability of means so far apart, were those of the
   * populations equal; their deviations may differ.
   *
   * @param first at least two values
   * @param second at least two values
   */
  static double welch(double[] first, double[] second) {
    boolean constant = isConstant(first) && isConstant(second);
    if (constant) {
      // The statistic divides by zero: without any spread equal is equal and unequal is not.
      return first[0] == second[0] ? 1 : 0;
    }
    return new TTest().tTest(first, second);
  }

  /**
   * Welch's 95 % interval of the difference in means, second minus first.
   *
   * @param first at least two values
   * @param second at least two values
   */
  static Interval welchInterval(double[] first, double[] second) {
    double difference = mean(second) - mean(first);
    double one = deviation(first) * deviation(first) / first.length;
    double two = deviation(second) * deviation(second) / second.length;
    double error = one + two;
    if (error == 0) {
      return new Interval(difference, difference);
    }
    double freedom =
        error * error / (one * one / (first.length - 1) + two * two / (second.length - 1));
    double reach = new TDistribution(freedom).inverseCumulativeProbability(0.975);
    double half = reach * Math.sqrt(error);
    return new Interval(difference - half, difference + half);
  }

  private static boolean isConstant(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == values[0]);
  }

  /**
   * Holm's correction (Holm 1979): probabilities of a family of comparisons such that with each
   * below 0.05 called a difference, the chance of any false call is at most 5 %.
   *
   * @return the adjusted probabilities in the order given
   */
  static double[] holm(double[] p) {
    Integer[] ascending = IntStream.range(0, p.length).boxed().toArray(Integer[]::new);
    Arrays.sort(ascending, Comparator.comparingDouble(i -> p[i]));
    double[] adjusted = new double[p.length];
    double largest = 0;
    for (int rank = 0; rank < p.length; rank++) {
      largest = Math.max(largest, Math.min(1, (p.length - rank) * p[ascending[rank]]));
      adjusted[ascending[rank]] = largest;
    }
    return adjusted;
  }

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  /** The sample's standard deviation (n − 1); 0 for a single value. */
  static double deviation(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
  }
}
