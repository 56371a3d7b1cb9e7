package org.lenet5.model;

import org.tensorflow.ndarray.Shape;

/** Arithmetic of shapes. */
final class Shapes {
  private Shapes() {}

  /** The shape, if it is that of an image. */
  static Shape image(Shape input) {
    if (input.numDimensions() != 3) {
      throw new IllegalArgumentException(
          "what arrives is %s, not an image: only a dense layer can follow".formatted(text(input)));
    }
    return input;
  }

  /**
   * Side of a layer's output: (W − F + 2P) / S + 1 without padding, W / S rounded up with it.
   *
   * @param axis 0 for the height, 1 for the width
   */
  static long side(Shape input, int axis, int window, int stride, boolean isSame) {
    long side = input.get(axis);
    if (isSame) {
      return (side + stride - 1) / stride;
    }
    if (side < window) {
      throw new IllegalArgumentException(
          "what arrives is %s: a window of %d does not fit into a %s of %d; at most %d does"
              .formatted(text(input), window, axis == 0 ? "height" : "width", side, side));
    }
    return side(side, window, 0, stride);
  }

  /**
   * Side of a layer's output: (W − F + 2P) / S + 1.
   *
   * @throws IllegalArgumentException if the filter does not fit
   */
  static long side(long width, int filter, int padding, int stride) {
    if (width + 2L * padding < filter) {
      throw new IllegalArgumentException(
          "a filter of " + filter + " does not fit into " + width + " with padding " + padding);
    }
    return (width - filter + 2L * padding) / stride + 1;
  }

  /** As in "[14,14,6]". */
  static String text(Shape shape) {
    return shape.toString().replace(" ", "");
  }
}
