package org.lenet5.data.augment;

import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * Changes brightness, then contrast, then saturation, each by a factor of its own, uniform from 1 −
 * strength to 1 + strength; {@link Enhancement} says what a factor does.
 *
 * @param strength 0 to 1
 */
public record ColorJitter(double strength) implements Operation.Pixelwise {
  /** Throws {@link IllegalArgumentException} if the number is out of range. */
  public ColorJitter {
    Numbers.require("color:S", strength, 0, 1);
  }

  @Override
  public void change(byte[] pixels, int from, ImageShape shape, UniformRandomProvider random) {
    Enhancement.brightness(pixels, from, shape, factor(random));
    Enhancement.contrast(pixels, from, shape, factor(random));
    Enhancement.saturation(pixels, from, shape, factor(random));
  }

  private double factor(UniformRandomProvider random) {
    return 1 + random.nextDouble(-1, 1) * strength;
  }

  @Override
  public String toString() {
    return "color:" + Numbers.text(strength);
  }
}
