package org.lenet5.data.augment;

import org.lenet5.image.ImageShape;

/**
 * The changes of {@link TrivialAugment}, each with its greatest magnitude. Moves take the nearest
 * pixel, and black where there is none.
 */
enum TrivialChange {
  IDENTITY(0, false) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      // stays as it is
    }
  },
  /** Rows slant by the magnitude, from the top. */
  SHEAR_X(0.99, true) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      Nearest.resample(pixels, from, shape, Affine.shearX(magnitude));
    }
  },
  /** Columns slant by the magnitude, from the left. */
  SHEAR_Y(0.99, true) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      Nearest.resample(pixels, from, shape, Affine.shearY(magnitude));
    }
  },
  /** To the right by the magnitude, cut off to whole pixels. */
  TRANSLATE_X(32, true) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      Nearest.resample(pixels, from, shape, Affine.translation((int) magnitude, 0));
    }
  },
  /** Down by the magnitude, cut off to whole pixels. */
  TRANSLATE_Y(32, true) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      Nearest.resample(pixels, from, shape, Affine.translation(0, (int) magnitude));
    }
  },
  /** Counter-clockwise about the middle, in degrees. */
  ROTATE(135, true) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      Affine turn = Affine.rotation(magnitude, shape.width() / 2.0, shape.height() / 2.0);
      Nearest.resample(pixels, from, shape, turn);
    }
  },
  BRIGHTNESS(0.99, true) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      Enhancement.brightness(pixels, from, shape, 1 + magnitude);
    }
  },
  COLOR(0.99, true) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      Enhancement.saturation(pixels, from, shape, 1 + magnitude);
    }
  },
  CONTRAST(0.99, true) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      Enhancement.contrast(pixels, from, shape, 1 + magnitude);
    }
  },
  SHARPNESS(0.99, true) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      Enhancement.sharpness(pixels, from, shape, 1 + magnitude);
    }
  },
  /** Drops so many of a level's lowest bits, rounded: 0 to 6. */
  POSTERIZE(6, false) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      LevelMaps.posterize(pixels, from, shape, 8 - (int) Math.round(magnitude));
    }
  },
  /** Inverts levels of at least 255 less the magnitude. */
  SOLARIZE(255, false) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      LevelMaps.solarize(pixels, from, shape, 255 - magnitude);
    }
  },
  AUTO_CONTRAST(0, false) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      LevelMaps.autoContrast(pixels, from, shape);
    }
  },
  EQUALIZE(0, false) {
    @Override
    void apply(byte[] pixels, int from, ImageShape shape, double magnitude) {
      LevelMaps.equalize(pixels, from, shape);
    }
  };

  /** From 0 to the greatest magnitude in equal steps. */
  static final int STRENGTHS = 31;

  private final double greatest;
  private final boolean signed;

  TrivialChange(double greatest, boolean signed) {
    this.greatest = greatest;
    this.signed = signed;
  }

  /**
   * The magnitude of a strength.
   *
   * @param strength from 0 to below {@link #STRENGTHS}
   * @param negative the other way, where there is one
   */
  double magnitude(int strength, boolean negative) {
    double magnitude = greatest * strength / (STRENGTHS - 1);
    return signed && negative ? -magnitude : magnitude;
  }

  /** Changes the image of {@code shape} that begins at {@code pixels[from]}. */
  abstract void apply(byte[] pixels, int from, ImageShape shape, double magnitude);
}
