package org.lenet5.data.augment;

import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * One of 14 changes, at one of 31 strengths, both equally probable. Müller and Hutter,
 * <i>TrivialAugment: Tuning-free Yet State-of-the-Art Data Augmentation</i> (2021), the wide space,
 * as torchvision's {@code TrivialAugmentWide} has it; {@link TrivialChange} lists them.
 */
public record TrivialAugment() implements Operation.Pixelwise {
  private static final TrivialChange[] CHANGES = TrivialChange.values();

  @Override
  public void change(byte[] pixels, int from, ImageShape shape, UniformRandomProvider random) {
    TrivialChange change = CHANGES[random.nextInt(CHANGES.length)];
    int strength = random.nextInt(TrivialChange.STRENGTHS);
    boolean negative = random.nextBoolean();
    change.apply(pixels, from, shape, change.magnitude(strength, negative));
  }

  @Override
  public String toString() {
    return "trivial";
  }
}
