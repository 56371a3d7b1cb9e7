package org.lenet5.image;

/**
 * How images are read. Immutable.
 *
 * @param fit how an image gets the proportions that the model takes
 * @param maxPixels width times height that an image's header may announce, at least 1
 * @param maxBytes of an encoded image, at least 1
 */
public record ImageOptions(Fit fit, long maxPixels, long maxBytes) {
  /** Centre crop; at most 100 megapixels and 64 MB (64,000,000 bytes). */
  public static final ImageOptions DEFAULT = new ImageOptions(Fit.CROP, 100_000_000, 64_000_000);

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

  /** These options with another fit. */
  public ImageOptions withFit(Fit other) {
    return new ImageOptions(other, maxPixels, maxBytes);
  }

  /** These options with other limits. */
  public ImageOptions withLimits(long pixels, long bytes) {
    return new ImageOptions(fit, pixels, bytes);
  }
}
