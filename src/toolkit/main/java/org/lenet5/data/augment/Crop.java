package org.lenet5.data.augment;

import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * Takes a part of the image's own size at random out of the image with black pixels added on each
 * side; all (2·padding + 1)² positions are equally probable. So it is in He et al., <i>Deep
 * Residual Learning for Image Recognition</i> (2016), with 4.
 *
 * <p>Position and mirroring are drawn together, for all images of an epoch before its first batch:
 * as {@code (down · positions + right) · 2 + flipped}.
 *
 * @param padding black pixels on each side, 1 to 128
 */
public record Crop(int padding) implements Operation.Geometric {
  /** What {@code crop} without a number stands for. */
  public static final int STANDARD = 4;

  /** Throws {@link IllegalArgumentException} if the number is out of range. */
  public Crop {
    Numbers.require("crop:PAD", padding, 1, 128);
  }

  /** The number of positions in one direction. */
  int positions() {
    return 2 * padding + 1;
  }

  @Override
  public Optional<String> misfit(ImageShape shape) {
    int most = Math.min(shape.height(), shape.width()) - 1;
    return padding <= most
        ? Optional.empty()
        : Optional.of("PAD must be at most %d for images of %s".formatted(most, shape));
  }

  @Override
  public void place(
      Placement placement, ImageShape shape, int early, UniformRandomProvider random) {
    int position = early >> 1;
    placement.crop(position / positions() - padding, position % positions() - padding);
  }

  @Override
  public String toString() {
    return padding == STANDARD ? "crop" : "crop:" + padding;
  }
}
