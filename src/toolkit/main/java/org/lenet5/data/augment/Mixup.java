package org.lenet5.data.augment;

import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * λ of the image and 1 − λ of another, level by level, rounded to the nearest; λ is drawn for each
 * image from Beta(alpha, alpha), and is the weight of its label. Zhang et al., <i>mixup: Beyond
 * Empirical Risk Minimization</i> (2018), who draw one λ for a batch.
 *
 * @param alpha 0.01 to 100
 */
public record Mixup(double alpha) implements Operation.Mixing {
  /** Throws {@link IllegalArgumentException} if the number is out of range. */
  public Mixup {
    Numbers.require("mixup:A", alpha, 0.01, 100);
  }

  @Override
  public float mix(
      byte[] pixels, int from, byte[] other, ImageShape shape, UniformRandomProvider random) {
    float own = (float) SymmetricBeta.draw(alpha, random);
    int weight = Math.round(own * 65536);
    for (int i = 0; i < shape.bytes(); i++) {
      int level = (pixels[from + i] & 0xFF) * weight + (other[i] & 0xFF) * (65536 - weight);
      pixels[from + i] = (byte) (level + 32768 >> 16);
    }
    return own;
  }

  @Override
  public String toString() {
    return "mixup:" + Numbers.text(alpha);
  }
}
