package org.lenet5.image;

import java.util.List;

/**
 * An image as the model takes it. Not to be changed.
 *
 * @param pixels uint8 [height,width,channels] of the model's shape: row by row, the channels of a
 *     pixel side by side
 * @param warnings what is odd about the file, a clause each, without its name: "its end marker is
 *     missing"; empty for most
 * @param width of the picture itself when it stands upright, in its pixels; 0 if that is not known
 * @param height of the picture itself
 */
public record DecodedImage(byte[] pixels, List<String> warnings, int width, int height) {
  public DecodedImage {
    warnings = List.copyOf(warnings);
  }

  /** An image of which only the result is known. */
  public DecodedImage(byte[] pixels, List<String> warnings) {
    this(pixels, warnings, 0, 0);
  }

  /** A picture of that size in its file, turned as EXIF's orientation says. */
  static DecodedImage of(
      byte[] pixels, List<String> warnings, int width, int height, int orientation) {
    return Pixels.isTurned(orientation)
        ? new DecodedImage(pixels, warnings, height, width)
        : new DecodedImage(pixels, warnings, width, height);
  }
}
