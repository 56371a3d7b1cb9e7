package org.lenet5.data.augment;

import org.lenet5.image.ImageShape;

/** Rows {@code top} to below {@code bottom}, columns {@code left} to below {@code right}. */
record Rectangle(int top, int left, int bottom, int right) {

  /** The part that lies in the image. */
  static Rectangle clipped(int top, int left, int height, int width, ImageShape shape) {
    return new Rectangle(
        Math.max(0, top),
        Math.max(0, left),
        Math.min(shape.height(), top + height),
        Math.min(shape.width(), left + width));
  }

  int area() {
    return (bottom - top) * (right - left);
  }

  /** Where a row's part begins, counted from the image's first byte. */
  int begin(int row, ImageShape shape) {
    return (row * shape.width() + left) * shape.channels();
  }

  /** The bytes of a row's part. */
  int bytes(ImageShape shape) {
    return (right - left) * shape.channels();
  }
}
