package org.lenet5.exercise;

import java.util.Locale;
import java.util.function.Supplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.hipparchus.random.SobolSequenceGenerator;

/** How a search spreads its trials over the space. */
public enum Sampling {
  /** Each trial by itself. */
  RANDOM {
    @Override
    Supplier<double[]> points(int dimensions, long seed) {
      UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
      return () -> random.doubles(dimensions).toArray();
    }
  },

  /**
   * Sobol's sequence (Sobol 1967; directions by Joe and Kuo 2008), which leaves smaller gaps than
   * chance. Each coordinate's bits are flipped where a random number's are set (a random digital
   * shift), which keeps that and makes it another sequence for each seed.
   */
  QUASI {
    @Override
    Supplier<double[]> points(int dimensions, long seed) {
      UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
      long[] shift = random.longs(dimensions).map(bits -> bits >>> Long.SIZE - BITS).toArray();
      SobolSequenceGenerator sobol = new SobolSequenceGenerator(dimensions);
      return () -> {
        double[] point = sobol.nextVector();
        for (int i = 0; i < dimensions; i++) {
          point[i] = ((long) (point[i] * ONE) ^ shift[i]) / ONE;
        }
        return point;
      };
    }
  };

  // Hipparchus gives multiples of this part of 1.
  private static final int BITS = 52;
  private static final double ONE = 1L << BITS;

  /**
   * The sequence of a seed, point after point.
   *
   * @param dimensions coordinates of each point, at least 1
   * @return points in [0, 1)
   */
  abstract Supplier<double[]> points(int dimensions, long seed);

  /** As the flag has it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * That of the flag.
   *
   * @throws IllegalArgumentException naming the flag
   */
  public static Sampling of(String word) {
    for (Sampling each : values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    throw new IllegalArgumentException("--sampling " + word + ": must be random or quasi");
  }
}
