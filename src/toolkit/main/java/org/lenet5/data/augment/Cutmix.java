package org.lenet5.data.augment;

import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * A rectangle of the image comes from the same place of another image. Its sides are √(1 − λ) of
 * the image's with λ from Beta(alpha, alpha), cut off to whole pixels; its middle is any pixel, and
 * what lies outside is cut off. The share of pixels that stay is the weight of the image's label.
 * Yun et al., <i>CutMix: Regularization Strategy to Train Strong Classifiers with Localizable
 * Features</i> (2019).
 *
 * @param alpha 0.01 to 100
 */
public record Cutmix(double alpha) implements Operation.Mixing {
  /** Throws {@link IllegalArgumentException} if the number is out of range. */
  public Cutmix {
    Numbers.require("cutmix:A", alpha, 0.01, 100);
  }

  @Override
  public float mix(
      byte[] pixels, int from, byte[] other, ImageShape shape, UniformRandomProvider random) {
    double side = Math.sqrt(1 - SymmetricBeta.draw(alpha, random));
    int height = (int) (shape.height() * side);
    int width = (int) (shape.width() * side);
    int top = random.nextInt(shape.height()) - height / 2;
    int left = random.nextInt(shape.width()) - width / 2;
    Rectangle patch = Rectangle.clipped(top, left, height, width, shape);
    for (int row = patch.top(); row < patch.bottom(); row++) {
      int begin = patch.begin(row, shape);
      System.arraycopy(other, begin, pixels, from + begin, patch.bytes(shape));
    }
    return 1 - patch.area() / (float) (shape.height() * shape.width());
  }

  @Override
  public String toString() {
    return "cutmix:" + Numbers.text(alpha);
  }
}
