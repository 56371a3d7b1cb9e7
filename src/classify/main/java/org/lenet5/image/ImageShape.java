package org.lenet5.image;

/**
 * The shape of images as a model takes them: uint8 [height, width, channels], row by row, the
 * channels of a pixel side by side. Immutable.
 *
 * @param height rows, 1 to {@link #MOST_SIDE}
 * @param width columns, 1 to {@link #MOST_SIDE}
 * @param channels 1 for grey; 3 for red, green and blue
 */
public record ImageShape(int height, int width, int channels) {
  /** More rows or columns than this are taken for a mistake. */
  public static final int MOST_SIDE = 4096;

  public ImageShape {
    if (height < 1 || height > MOST_SIDE || width < 1 || width > MOST_SIDE) {
      throw new IllegalArgumentException(
          "an image's sides (%d x %d) must be from 1 to %d".formatted(height, width, MOST_SIDE));
    }
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "channels (" + channels + ") must be 1 for grey or 3 for colour");
    }
  }

  /** Bytes of one image. */
  public int bytes() {
    return height * width * channels;
  }

  /** True if a pixel is one level of grey. */
  public boolean isGrey() {
    return channels == 1;
  }

  /** The shape of such an image turned by a quarter. */
  ImageShape turned() {
    return new ImageShape(width, height, channels);
  }

  /** As in "[32,32,3]". */
  @Override
  public String toString() {
    return "[" + height + "," + width + "," + channels + "]";
  }
}
