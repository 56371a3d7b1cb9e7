package org.lenet5.data.augment;

import org.lenet5.image.ImageShape;

/**
 * Where an image comes to lie: mirrored or not, moved by whole pixels, then turned about its
 * middle. The moves are collected, then done at once. Not thread-safe.
 */
public final class Placement {
  private boolean flipped;
  private int down; // The target's pixel (y, x), mirrored or not, is the source's (y + down, …).
  private int right;
  private double degrees;

  Placement() {}

  /** The image as it is. */
  void reset() {
    flipped = false;
    down = 0;
    right = 0;
    degrees = 0;
  }

  /** Mirrors left and right. */
  void flip() {
    flipped = true;
  }

  /** Looks at another part of the source, so many of its pixels further down and right. */
  void crop(int pixelsDown, int pixelsRight) {
    down += pixelsDown;
    right += pixelsRight;
  }

  /** Moves what is seen so far down and right. */
  void shift(int pixelsDown, int pixelsRight) {
    down -= pixelsDown;
    right += flipped ? pixelsRight : -pixelsRight;
  }

  /** Turns what is seen so far. */
  void rotate(double byDegrees) {
    degrees += byDegrees;
  }

  boolean isFlipped() {
    return flipped;
  }

  int down() {
    return down;
  }

  int right() {
    return right;
  }

  boolean isTurned() {
    return degrees != 0;
  }

  /** The map from points of the target to points of the source. */
  Affine affine(ImageShape shape) {
    Affine turn = Affine.rotation(degrees, shape.width() / 2.0, shape.height() / 2.0);
    return flipped ? turn.then(-1, shape.width() + right, down) : turn.then(1, right, down);
  }
}
