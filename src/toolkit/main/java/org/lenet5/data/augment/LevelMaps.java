package org.lenet5.data.augment;

import org.lenet5.image.ImageShape;

/** Changes that map each level to a level, as Pillow's {@code ImageOps} defines them. */
final class LevelMaps {
  private LevelMaps() {}

  /** Maps the levels of every {@code step}-th byte from {@code from} to below {@code to}. */
  static void apply(byte[] levels, byte[] pixels, int from, int to, int step) {
    for (int at = from; at < to; at += step) {
      pixels[at] = levels[pixels[at] & 0xFF];
    }
  }

  /** Keeps the uppermost {@code bits} of each level. */
  static void posterize(byte[] pixels, int from, ImageShape shape, int bits) {
    int mask = 0xFF << 8 - bits;
    for (int at = from; at < from + shape.bytes(); at++) {
      pixels[at] &= (byte) mask;
    }
  }

  /** Inverts levels of at least {@code threshold}. */
  static void solarize(byte[] pixels, int from, ImageShape shape, double threshold) {
    byte[] levels = new byte[256];
    for (int level = 0; level < 256; level++) {
      levels[level] = (byte) (level < threshold ? level : 255 - level);
    }
    apply(levels, pixels, from, from + shape.bytes(), 1);
  }

  /** Stretches each channel so that its darkest level is 0 and its brightest 255. */
  static void autoContrast(byte[] pixels, int from, ImageShape shape) {
    for (int channel = 0; channel < shape.channels(); channel++) {
      int[] counts = counts(pixels, from + channel, from + shape.bytes(), shape.channels());
      int low = 0;
      while (counts[low] == 0) {
        low++;
      }
      int high = 255;
      while (counts[high] == 0) {
        high--;
      }
      if (high > low) {
        double scale = 255.0 / (high - low);
        double offset = -low * scale;
        byte[] levels = new byte[256];
        for (int level = 0; level < 256; level++) {
          int stretched = (int) (level * scale + offset);
          levels[level] = (byte) Math.max(0, Math.min(255, stretched));
        }
        apply(levels, pixels, from + channel, from + shape.bytes(), shape.channels());
      }
    }
  }

  /** Spreads the levels of each channel so that about as many pixels have each of them. */
  static void equalize(byte[] pixels, int from, ImageShape shape) {
    int all = shape.height() * shape.width();
    for (int channel = 0; channel < shape.channels(); channel++) {
      int[] counts = counts(pixels, from + channel, from + shape.bytes(), shape.channels());
      int high = 255;
      while (counts[high] == 0) {
        high--;
      }
      int step = (all - counts[high]) / 255;
      if (step > 0) {
        byte[] levels = new byte[256];
        int below = step / 2;
        for (int level = 0; level < 256; level++) {
          levels[level] = (byte) Math.min(255, below / step);
          below += counts[level];
        }
        apply(levels, pixels, from + channel, from + shape.bytes(), shape.channels());
      }
    }
  }

  private static int[] counts(byte[] pixels, int from, int to, int step) {
    int[] counts = new int[256];
    for (int at = from; at < to; at += step) {
      counts[pixels[at] & 0xFF]++;
    }
    return counts;
  }
}
