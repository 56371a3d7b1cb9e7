package org.lenet5.data.augment;

import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/** Mirrors left and right with probability 1/2. */
public record Flip() implements Operation.Geometric {
  @Override
  public void place(
      Placement placement, ImageShape shape, int early, UniformRandomProvider random) {
    if ((early & 1) == 1) {
      placement.flip();
    }
  }

  @Override
  public String toString() {
    return "flip";
  }
}
