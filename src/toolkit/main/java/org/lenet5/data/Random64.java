package org.lenet5.data;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Random numbers fixed by a seed, an epoch and a purpose. SplitMix64 is fully specified, so that
 * neither the JDK nor the machine matters.
 */
final class Random64 {
  /** What the numbers are for: equal seeds then do not make one draw follow from another. */
  enum Purpose {
    ORDER,
    AUGMENTATION,
    SPLIT
  }

  private Random64() {}

  static UniformRandomProvider generator(long seed, long epoch, Purpose purpose) {
    // A scramble after each part: neighbouring seeds and epochs get unrelated streams.
    long key = scramble(scramble(scramble(seed) + epoch) + purpose.ordinal());
    return RandomSource.SPLIT_MIX_64.create(key);
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

  private static long scramble(long value) {
    return RandomSource.SPLIT_MIX_64.create(value).nextLong();
  }
}
