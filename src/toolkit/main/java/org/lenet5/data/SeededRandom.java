package org.lenet5.data;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Random numbers that depend on a seed, an epoch and a purpose alone. The algorithm is SplitMix64,
 * which is fully specified: every JDK and machine draws the same numbers.
 */
final class SeededRandom {
  /** What the numbers are for: equal seeds then do not make one draw follow from another. */
  enum Purpose {
    ORDER,
    AUGMENTATION,
    SPLIT,
    SAMPLING,
    VARIATION,
    MIXING // the last: an earlier one's number is part of what runs drew
  }

  private SeededRandom() {}

  static UniformRandomProvider generator(long seed, long epoch, Purpose purpose) {
    // Mixed after each part, so that neighbouring seeds and epochs give unrelated numbers.
    long key = scramble(scramble(scramble(seed) + epoch) + purpose.ordinal());
    return RandomSource.SPLIT_MIX_64.create(key);
  }

  /** The same for one image of an epoch. */
  static UniformRandomProvider generator(long seed, long epoch, Purpose purpose, int position) {
    long key = scramble(scramble(scramble(seed) + epoch) + purpose.ordinal());
    return RandomSource.SPLIT_MIX_64.create(scramble(key + position));
  }

  /** Puts {@code values} into random order (Fisher-Yates). */
  static void shuffle(int[] values, UniformRandomProvider random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }

  /** Puts arrays into random order. */
  static void shuffle(int[][] values, UniformRandomProvider random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int[] value = values[i];
      values[i] = values[j];
      values[j] = value;
    }
  }

  private static long scramble(long value) {
    return RandomSource.SPLIT_MIX_64.create(value).nextLong();
  }
}
