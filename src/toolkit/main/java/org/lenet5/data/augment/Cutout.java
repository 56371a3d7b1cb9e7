package org.lenet5.data.augment;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * Makes a square black. Its middle is any of the image's pixels, so that a part of it may lie
 * outside. DeVries and Taylor, <i>Improved Regularization of Convolutional Neural Networks with
 * Cutout</i> (2017).
 *
 * @param size the square's side in pixels, 1 to 256
 */
public record Cutout(int size) implements Operation.Pixelwise {
  /** Throws {@link IllegalArgumentException} if the number is out of range. */
  public Cutout {
    Numbers.require("cutout:SIZE", size, 1, 256);
  }

  @Override
  public Optional<String> misfit(ImageShape shape) {
    int most = Math.min(shape.height(), shape.width());
    return size <= most
        ? Optional.empty()
        : Optional.of("SIZE must be at most %d for images of %s".formatted(most, shape));
  }

  @Override
  public void change(byte[] pixels, int from, ImageShape shape, UniformRandomProvider random) {
    int top = random.nextInt(shape.height()) - size / 2;
    int left = random.nextInt(shape.width()) - size / 2;
    Rectangle square = Rectangle.clipped(top, left, size, size, shape);
    for (int row = square.top(); row < square.bottom(); row++) {
      int begin = from + square.begin(row, shape);
      Arrays.fill(pixels, begin, begin + square.bytes(shape), (byte) 0);
    }
  }

  @Override
  public String toString() {
    return "cutout:" + size;
  }
}
