package org.lenet5.data.augment;

import java.util.Arrays;
import org.lenet5.image.ImageShape;

/**
 * Brightness, contrast, saturation and sharpness, level for level what Pillow's {@code
 * ImageEnhance} makes of them: each goes from a poorer image through this one, which is factor 1,
 * and beyond it. Levels are cut off to whole ones, and to 0 to 255.
 */
final class Enhancement {
  // ITU-R BT.601's luma in 16 binary places, as the decoder has it.
  private static final int RED = 19595;
  private static final int GREEN = 38470;
  private static final int BLUE = 7471;

  private Enhancement() {}

  /** From black. */
  static void brightness(byte[] pixels, int from, ImageShape shape, double factor) {
    byte[] levels = new byte[256];
    for (int level = 0; level < 256; level++) {
      levels[level] = between(0, level, (float) factor);
    }
    LevelMaps.apply(levels, pixels, from, from + shape.bytes(), 1);
  }

  /** From grey of the image's mean luma. */
  static void contrast(byte[] pixels, int from, ImageShape shape, double factor) {
    long sum = 0;
    for (int at = from; at < from + shape.bytes(); at += shape.channels()) {
      sum += luma(pixels, at, shape);
    }
    int grey = (int) (sum / (double) (shape.height() * shape.width()) + 0.5);
    byte[] levels = new byte[256];
    for (int level = 0; level < 256; level++) {
      levels[level] = between(grey, level, (float) factor);
    }
    LevelMaps.apply(levels, pixels, from, from + shape.bytes(), 1);
  }

  /** From the image's luma; a grey image stays as it is. */
  static void saturation(byte[] pixels, int from, ImageShape shape, double factor) {
    if (shape.isGrey()) {
      return;
    }
    for (int at = from; at < from + shape.bytes(); at += 3) {
      int grey = luma(pixels, at, shape);
      for (int channel = at; channel < at + 3; channel++) {
        pixels[channel] = between(grey, pixels[channel] & 0xFF, (float) factor);
      }
    }
  }

  /**
   * From the image smoothed: (the pixel 5 times, its eight neighbours once) / 13. The outermost
   * pixels stay as they are.
   */
  static void sharpness(byte[] pixels, int from, ImageShape shape, double factor) {
    byte[] source = Arrays.copyOfRange(pixels, from, from + shape.bytes());
    int channels = shape.channels();
    int row = shape.width() * channels;
    for (int y = 1; y < shape.height() - 1; y++) {
      for (int at = y * row + channels; at < (y + 1) * row - channels; at++) {
        int own = source[at] & 0xFF;
        int sum = 4 * own;
        for (int line = at - row; line <= at + row; line += row) {
          sum +=
              (source[line - channels] & 0xFF)
                  + (source[line] & 0xFF)
                  + (source[line + channels] & 0xFF);
        }
        pixels[from + at] = between((2 * sum + 13) / 26, own, (float) factor);
      }
    }
  }

  private static int luma(byte[] pixels, int at, ImageShape shape) {
    return shape.isGrey()
        ? pixels[at] & 0xFF
        : (pixels[at] & 0xFF) * RED
                + (pixels[at + 1] & 0xFF) * GREEN
                + (pixels[at + 2] & 0xFF) * BLUE
                + 0x8000
            >> 16;
  }

  /** Factor 0 is {@code poor}, 1 is {@code level}. */
  private static byte between(int poor, int level, float factor) {
    float found = poor + factor * (level - poor);
    return (byte) Math.max(0, Math.min(255, (int) found));
  }
}
