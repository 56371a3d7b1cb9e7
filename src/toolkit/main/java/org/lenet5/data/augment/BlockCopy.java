package org.lenet5.data.augment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.lenet5.image.ImageShape;

/** Images mirrored and moved by whole pixels: row by row, as fast as memory is. */
final class BlockCopy {
  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private BlockCopy() {}

  /** Copies the image at {@code pixels[from]} as it is placed; the rest of the target is black. */
  static void copy(
      ImageShape shape, byte[] pixels, int from, Placement placement, byte[] target, int to) {
    int channels = shape.channels();
    int row = shape.width() * channels;
    boolean flip = placement.isFlipped();
    int down = placement.down();
    int right = placement.right();
    if (Math.abs(right) >= shape.width()) {
      Arrays.fill(target, to, to + shape.bytes(), (byte) 0);
      return;
    }
    // Target pixel x is source pixel x + right; the others lie outside.
    int left = Math.max(0, -right);
    int width = shape.width() - Math.abs(right);
    int start = (flip ? shape.width() - left - width : left) * channels;
    int end = start + width * channels;
    for (int y = 0, at = to; y < shape.height(); y++, at += row) {
      int sourceY = y + down;
      if (sourceY < 0 || sourceY >= shape.height()) {
        Arrays.fill(target, at, at + row, (byte) 0);
        continue;
      }
      int source = from + sourceY * row + (left + right) * channels;
      if (!flip) {
        System.arraycopy(pixels, source, target, at + start, width * channels);
      } else if (channels == 1) {
        mirrorGrey(pixels, source, target, at + start, width);
      } else {
        mirror(pixels, source, target, at + start, width);
      }
      Arrays.fill(target, at, at + start, (byte) 0);
      Arrays.fill(target, at + end, at + row, (byte) 0);
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
