package org.lenet5.data.augment;

import org.apache.commons.rng.UniformRandomProvider;
import org.hipparchus.random.RandomDataGenerator;

/** Random numbers from 0 to 1 of the distribution Beta(a, a). */
final class SymmetricBeta {
  private SymmetricBeta() {}

  static double draw(double a, UniformRandomProvider random) {
    return new RandomDataGenerator(random.nextLong()).nextBeta(a, a);
  }
}
