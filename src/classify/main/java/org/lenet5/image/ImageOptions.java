package org.lenet5.image;

/**
 * How images are read. Immutable.
 *
 * @param fit how an image gets the proportions that the model takes
 * @param maxPixels width times height that an image's header may announce, at least 1
 * @param maxBytes of an encoded image, at least 1
 * @param lenient whether an image is used, with a warning, of which the decoder says that picture
 *     data is missing or wrong; else it is refused as damaged
 */
public record ImageOptions(Fit fit, long maxPixels, long maxBytes, boolean lenient) {
  /**
   * Centre crop; at most 100 megapixels and 64 MB (64,000,000 bytes); damaged images are refused.
   */
  public static final ImageOptions DEFAULT =
      new ImageOptions(Fit.CROP, 100_000_000, 64_000_000, false);

  public ImageOptions {
    if (fit == null) {
      throw new IllegalArgumentException("fit (null) must be CROP or SQUASH");
    }
    if (maxPixels < 1) {
      throw new IllegalArgumentException("maxPixels (" + maxPixels + ") must be at least 1");
    }
    // An image is held in one array.
    if (maxBytes < 1 || maxBytes > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException(
          "maxBytes (" + maxBytes + ") must be from 1 to " + (Integer.MAX_VALUE - 16));
    }
  }

  /** As {@link #ImageOptions(Fit, long, long, boolean)}; damaged images are refused. */
  public ImageOptions(Fit fit, long maxPixels, long maxBytes) {
    this(fit, maxPixels, maxBytes, false);
  }

  /** These options with another fit. */
  public ImageOptions withFit(Fit other) {
    return new ImageOptions(other, maxPixels, maxBytes, lenient);
  }

  /** These options with other limits. */
  public ImageOptions withLimits(long pixels, long bytes) {
    return new ImageOptions(fit, pixels, bytes, lenient);
  }

  /** These options, with damaged images used as far as they can be seen, or refused. */
  public ImageOptions withLenient(boolean other) {
    return new ImageOptions(fit, maxPixels, maxBytes, other);
  }
}
