package org.lenet5.data;

import java.util.Random;

/** Made-up images for tests. */
final class Images {
  private Images() {}

  /** Random pixels; label {@code i % classes}. */
  static LabeledImages random(int count, int classes, long seed) {
    byte[] pixels = new byte[count * Cifar10.SHAPE.bytes()];
    int[] labels = new int[count];
    new Random(seed).nextBytes(pixels);
    for (int i = 0; i < count; i++) {
      labels[i] = i % classes;
    }
    return new LabeledImages(Cifar10.SHAPE, pixels, labels);
  }

  /** Image {@code i} as bytes. */
  static byte[] bytes(LabeledImages images, int i) {
    byte[] image = new byte[images.shape().bytes()];
    images.copyTo(i, image, 0);
    return image;
  }
}
