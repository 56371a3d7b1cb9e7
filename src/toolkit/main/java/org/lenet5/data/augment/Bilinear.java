package org.lenet5.data.augment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.lenet5.image.ImageShape;

/**
 * Resamples images by an affine map, bilinear between the middles of pixels; around the image all
 * is black. Positions are exact to 1/64 of a pixel, levels rounded to the nearest. Keeps memory for
 * one image; not thread-safe.
 */
final class Bilinear {
  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  // Channels lie 21 bits apart in a long, so that one multiplication weighs all of them: 8 bits of
  // a
  // level and twice 6 of its place between pixels. A half of the last place rounds.
  private static final int APART = 21;
  private static final int PLACES = 6;
  private static final long HALVES = 1L << 11 | 1L << 32 | 1L << 53;

  private final ImageShape shape;
  private final int channels;
  private final int framedWidth;
  // The source in a black frame, one pixel wide, so that no neighbour needs a case of its own.
  private final long[] framed;

  Bilinear(ImageShape shape) {
    this.shape = shape;
    channels = shape.channels();
    framedWidth = shape.width() + 2;
    framed = new long[(shape.height() + 2) * framedWidth];
  }

  /** Writes the image at {@code source[from]}, as {@code map} shows it, to {@code target[to]}. */
  void resample(byte[] source, int from, Affine map, byte[] target, int to) {
    int row = shape.width() * channels;
    frame(source, from);
    // 16 binary places. A pixel's middle is at 1/2, the frame shifts by 1.
    long stepX = Math.round(map.xx() * 65536);
    long stepY = Math.round(map.yx() * 65536);
    long endX = (long) (shape.width() + 1) << 16;
    long endY = (long) (shape.height() + 1) << 16;
    for (int y = 0; y < shape.height(); y++) {
      double middle = y + 0.5;
      // Half of 1/64 more, so that cutting off the rest rounds.
      long x0 = Math.round((map.xx() / 2 + map.xy() * middle + map.x0() + 0.5) * 65536) + 512;
      long y0 = Math.round((map.yx() / 2 + map.yy() * middle + map.y0() + 0.5) * 65536) + 512;
      // The pixels of this row whose place lies in the frame.
      int begin = (int) Math.max(begin(x0, stepX, endX), begin(y0, stepY, endY));
      int end = (int) Math.min(end(x0, stepX, endX), end(y0, stepY, endY));
      begin = Math.min(begin, shape.width());
      end = Math.max(begin, end);
      int at = to + y * row;
      Arrays.fill(target, at, at + begin * channels, (byte) 0);
      Arrays.fill(target, at + end * channels, at + row, (byte) 0);
      if (begin < end) {
        // Within the frame all fits an int.
        int fromX = (int) (x0 + begin * stepX);
        int fromY = (int) (y0 + begin * stepY);
        int first = at + begin * channels;
        if (channels == 1) {
          grey(fromX, fromY, (int) stepX, (int) stepY, target, first, at + end);
        } else {
          color(fromX, fromY, (int) stepX, (int) stepY, target, first, at + 3 * end);
        }
      }
    }
  }

  private void frame(byte[] source, int from) {
    for (int y = 0, at = from; y < shape.height(); y++, at += shape.width() * channels) {
      int to = (y + 1) * framedWidth + 1;
      if (channels == 1) {
        for (int x = 0; x < shape.width(); x++) {
          framed[to + x] = source[at + x] & 0xFF;
        }
      } else {
        // Four bytes at a time; the last pixel goes singly, as the array may end behind it.
        int last = shape.width() - 1;
        for (int x = 0, pixel = at; x < last; x++, pixel += 3) {
          framed[to + x] = apart((int) FOUR_BYTES.get(source, pixel));
        }
        int pixel = at + 3 * last;
        framed[to + last] =
            apart(
                source[pixel] & 0xFF
                    | (source[pixel + 1] & 0xFF) << 8
                    | (source[pixel + 2] & 0xFF) << 16);
      }
    }
  }

  private static long apart(int pixel) {
    return pixel & 0xFF | (pixel & 0xFF00L) << APART - 8 | (pixel & 0xFF0000L) << 2 * APART - 16;
  }

  /** The first i from 0 with 0 ≤ start + i·step < limit, if there is one in the row. */
  private long begin(long start, long step, long limit) {
    if (step == 0) {
      return start >= 0 && start < limit ? 0 : shape.width();
    }
    long beyond = step > 0 ? start : start - limit + 1;
    return Math.max(0, -Math.floorDiv(beyond, step)); // -⌊a/b⌋ is ⌈-a/b⌉
  }

  /** The first i behind those. */
  private long end(long start, long step, long limit) {
    if (step == 0) {
      return shape.width();
    }
    long room = step > 0 ? limit - 1 - start : -start;
    return Math.min(shape.width(), Math.floorDiv(room, step) + 1);
  }

  private void grey(int fromX, int fromY, int stepX, int stepY, byte[] target, int to, int end) {
    for (int at = to, x = fromX, y = fromY; at < end; at++, x += stepX, y += stepY) {
      target[at] = (byte) (between(x, y) >> 2 * PLACES);
    }
  }

  private void color(int fromX, int fromY, int stepX, int stepY, byte[] target, int to, int end) {
    for (int at = to, x = fromX, y = fromY; at < end; at += 3, x += stepX, y += stepY) {
      long levels = between(x, y);
      target[at] = (byte) (levels >> 2 * PLACES);
      target[at + 1] = (byte) (levels >> 2 * PLACES + APART);
      target[at + 2] = (byte) (levels >> 2 * PLACES + 2 * APART);
    }
  }

  /** The levels between four pixels, all with 12 binary places. */
  private long between(int x, int y) {
    int place = (y >> 16) * framedWidth + (x >> 16);
    int right = x >> 16 - PLACES & (1 << PLACES) - 1;
    int down = y >> 16 - PLACES & (1 << PLACES) - 1;
    long here = framed[place];
    long next = framed[place + 1];
    long first = (here << PLACES) + (framed[place + framedWidth] - here) * down;
    long second = (next << PLACES) + (framed[place + framedWidth + 1] - next) * down;
    return (first << PLACES) + (second - first) * right + HALVES;
  }
}
