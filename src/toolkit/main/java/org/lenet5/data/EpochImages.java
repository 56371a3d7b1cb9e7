package org.lenet5.data;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.lenet5.image.ImageShape;

/**
 * The images of one epoch in their shuffled order. All random numbers are drawn here, before the
 * first batch, so the result does not depend on which thread makes a batch, or when. Immutable.
 */
final class EpochImages implements BatchStream.Source {
  private static final int PADDING = Augmentation.PADDING;
  private static final int OFFSETS = 2 * PADDING + 1;

  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final LabeledImages images;
  private final ImageShape shape;
  private final Augmentation augmentation;
  private final int[] order; // image at each position of the epoch; null: as they come
  private final byte[] draws; // for each position: (top * 9 + left) * 2 + flipped; null: unvaried

  /** The images as they come, unvaried. */
  EpochImages(LabeledImages images) {
    this.images = images;
    shape = images.shape();
    augmentation = Augmentation.NONE;
    order = null;
    draws = null;
  }

  EpochImages(
      LabeledImages images, Sampler sampler, Augmentation augmentation, long seed, int epoch) {
    this.images = images;
    shape = images.shape();
    this.augmentation = augmentation;
    order = sampler.draw(images, seed, epoch);
    SeededRandom.shuffle(order, SeededRandom.generator(seed, epoch, SeededRandom.Purpose.ORDER));
    draws =
        augmentation.equals(Augmentation.NONE)
            ? null
            : draws(
                images.size(),
                SeededRandom.generator(seed, epoch, SeededRandom.Purpose.AUGMENTATION));
  }

  private static byte[] draws(int count, UniformRandomProvider random) {
    byte[] draws = new byte[count];
    for (int i = 0; i < count; i++) {
      // Up to 161 does not fit a signed byte; read back unsigned.
      draws[i] = (byte) random.nextInt(OFFSETS * OFFSETS * 2);
    }
    return draws;
  }

  @Override
  public ImageShape shape() {
    return shape;
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public void fill(int first, int count, byte[] pixels, int[] labels) {
    int bytes = shape.bytes();
    byte[] all = images.array();
    byte[] one = draws != null && all == null ? new byte[bytes] : null;
    for (int i = 0; i < count; i++) {
      int position = first + i;
      int image = order == null ? position : order[position];
      labels[i] = images.label(image);
      if (draws == null) {
        images.copyTo(image, pixels, i * bytes);
      } else if (one == null) {
        int from = images.row(image) * bytes;
        vary(Byte.toUnsignedInt(draws[position]), all, from, pixels, i * bytes);
      } else { // out of a file
        images.copyTo(image, one, 0);
        vary(Byte.toUnsignedInt(draws[position]), one, 0, pixels, i * bytes);
      }
    }
  }

  private void vary(int draw, byte[] pixels, int from, byte[] target, int to) {
    int channels = shape.channels();
    int row = shape.width() * channels;
    boolean flip = augmentation.flip() && (draw & 1) == 1;
    int down = augmentation.crop() ? (draw >> 1) / OFFSETS - PADDING : 0;
    int right = augmentation.crop() ? (draw >> 1) % OFFSETS - PADDING : 0;
    // Target pixel x is source pixel x + right; the others lie in the padding.
    int left = Math.max(0, -right);
    int width = shape.width() - Math.abs(right);
    int start = (flip ? shape.width() - left - width : left) * channels;
    int end = start + width * channels;
    for (int y = 0; y < shape.height(); y++, to += row) {
      int sourceY = y + down;
      if (sourceY < 0 || sourceY >= shape.height()) {
        Arrays.fill(target, to, to + row, (byte) 0);
        continue;
      }
      int source = from + sourceY * row + (left + right) * channels;
      if (!flip) {
        System.arraycopy(pixels, source, target, to + start, width * channels);
      } else if (channels == 1) {
        mirrorGrey(pixels, source, target, to + start, width);
      } else {
        mirror(pixels, source, target, to + start, width);
      }
      Arrays.fill(target, to, to + start, (byte) 0);
      Arrays.fill(target, to + end, to + row, (byte) 0);
    }
  }

  private static void mirrorGrey(byte[] source, int from, byte[] target, int to, int width) {
    for (int i = 0; i < width; i++) {
      target[to + i] = source[from + width - 1 - i];
    }
  }

  // Four bytes at a time, the fourth to be overwritten by the next pixel, is twice as fast as three
  // single ones. The outer pixels go singly: beyond them the arrays may end.
  private static void mirror(byte[] source, int from, byte[] target, int to, int width) {
    int last = from + (width - 1) * 3;
    pixel(source, last, target, to);
    for (int i = 3; i < width * 3 - 3; i += 3) {
      FOUR_BYTES.set(target, to + i, (int) FOUR_BYTES.get(source, last - i));
    }
    pixel(source, from, target, to + width * 3 - 3);
  }

  private static void pixel(byte[] source, int from, byte[] target, int to) {
    target[to] = source[from];
    target[to + 1] = source[from + 1];
    target[to + 2] = source[from + 2];
  }
}
