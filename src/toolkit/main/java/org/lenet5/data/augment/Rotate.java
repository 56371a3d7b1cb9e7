package org.lenet5.data.augment;

import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * Turns the image about its middle by a random angle, uniform in ±degrees; bilinear between pixels,
 * black where there are none.
 *
 * @param degrees 0 to 180
 */
public record Rotate(double degrees) implements Operation.Geometric {
  /** Throws {@link IllegalArgumentException} if the number is out of range. */
  public Rotate {
    Numbers.require("rotate:DEGREES", degrees, 0, 180);
  }

  @Override
  public void place(
      Placement placement, ImageShape shape, int early, UniformRandomProvider random) {
    placement.rotate(random.nextDouble(-1, 1) * degrees);
  }

  @Override
  public String toString() {
    return "rotate:" + Numbers.text(degrees);
  }
}
