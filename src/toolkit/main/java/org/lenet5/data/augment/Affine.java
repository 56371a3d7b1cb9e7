package org.lenet5.data.augment;

/**
 * A map of the plane from points of the target, in pixels with (0,0) at the outer corner of the
 * first one, to points of the source: (xx·x + xy·y + x0, yx·x + yy·y + y0). Immutable.
 */
record Affine(double xx, double xy, double x0, double yx, double yy, double y0) {

  /** Turns what is seen counter-clockwise about a point. */
  static Affine rotation(double degrees, double middleX, double middleY) {
    double angle = Math.toRadians(degrees);
    // StrictMath: the same on every machine.
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    // A right angle is one, so that such a turn moves whole pixels.
    cos = Math.abs(cos) < 1e-15 ? 0 : cos;
    sin = Math.abs(sin) < 1e-15 ? 0 : sin;
    return new Affine(
        cos,
        -sin,
        middleX - cos * middleX + sin * middleY,
        sin,
        cos,
        middleY - sin * middleX - cos * middleY);
  }

  /** Slants rows: what is seen {@code y} below the top comes from {@code by * y} further right. */
  static Affine shearX(double by) {
    return new Affine(1, by, 0, 0, 1, 0);
  }

  /**
   * Slants columns: what is seen {@code x} from the left comes from {@code by * x} further down.
   */
  static Affine shearY(double by) {
    return new Affine(1, 0, 0, by, 1, 0);
  }

  /** Moves what is seen to the right and down. */
  static Affine translation(double right, double down) {
    return new Affine(1, 0, -right, 0, 1, -down);
  }

  /** This map, then (x, y) to (scale·x + right, y + down). */
  Affine then(double scale, double right, double down) {
    return new Affine(scale * xx, scale * xy, scale * x0 + right, yx, yy, y0 + down);
  }
}
