package org.lenet5.data.augment;

import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * Moves the image down and right by a random share of its height and width, uniform in ±share and
 * rounded to whole pixels; what comes into view is black.
 *
 * @param share of the side, 0 to 0.9
 */
public record Shift(double share) implements Operation.Geometric {
  /** Throws {@link IllegalArgumentException} if the number is out of range. */
  public Shift {
    Numbers.require("shift:P", share, 0, 0.9);
  }

  @Override
  public void place(
      Placement placement, ImageShape shape, int early, UniformRandomProvider random) {
    double most = share;
    int down = (int) Math.round(random.nextDouble(-1, 1) * most * shape.height());
    int right = (int) Math.round(random.nextDouble(-1, 1) * most * shape.width());
    placement.shift(down, right);
  }

  @Override
  public String toString() {
    return "shift:" + Numbers.text(share);
  }
}
