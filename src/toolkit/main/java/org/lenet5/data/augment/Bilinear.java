package org.lenet5.data.augment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.lenet5.image.ImageShape;

/**
 * Resamples images by an affine map, bilinear between the middles of pixels; around the image all
 * is black. Positions are exact to 1/256 of a pixel, levels rounded to the nearest. Keeps memory
 * for one image; not thread-safe.
 */
final class Bilinear {
  // The low bytes first, whatever the machine: a pixel's red is then the int's lowest byte.
  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int RED_AND_BLUE = 0xFF00FF;

  private final ImageShape shape;
  private final int channels;
  private final int framedRow; // bytes
  // The source in a black frame, one pixel wide, so that no neighbour needs a case of its own. One
  // byte more, as a pixel is read as four.
  private final byte[] framed;

  Bilinear(ImageShape shape) {
    this.shape = shape;
    channels = shape.channels();
    framedRow = (shape.width() + 2) * channels;
    framed = new byte[(shape.height() + 2) * framedRow + 1];
  }

  /** Writes the image at {@code source[from]}, as {@code map} shows it, to {@code target[to]}. */
  void resample(byte[] source, int from, Affine map, byte[] target, int to) {
    int row = shape.width() * channels;
    for (int y = 0; y < shape.height(); y++) {
      System.arraycopy(source, from + y * row, framed, (y + 1) * framedRow + channels, row);
    }
    // 16 binary places. A pixel's middle is at 1/2, the frame shifts by 1.
    long stepX = Math.round(map.xx() * 65536);
    long stepY = Math.round(map.yx() * 65536);
    long endX = (long) (shape.width() + 1) << 16;
    long endY = (long) (shape.height() + 1) << 16;
    for (int y = 0; y < shape.height(); y++) {
      double middle = y + 0.5;
      // Half of 1/256 more, so that cutting off the rest rounds.
      long x0 = Math.round((map.xx() / 2 + map.xy() * middle + map.x0() + 0.5) * 65536) + 128;
      long y0 = Math.round((map.yx() / 2 + map.yy() * middle + map.y0() + 0.5) * 65536) + 128;
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
        if (channels == 1) {
          grey(fromX, fromY, (int) stepX, (int) stepY, target, at + begin, end - begin);
        } else {
          color(fromX, fromY, (int) stepX, (int) stepY, target, at + begin * 3, end - begin);
        }
      }
    }
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

  private void grey(int fromX, int fromY, int stepX, int stepY, byte[] target, int to, int count) {
    for (int i = 0, x = fromX, y = fromY; i < count; i++, x += stepX, y += stepY) {
      int at = (y >> 16) * framedRow + (x >> 16);
      int right = x >> 8 & 0xFF;
      int down = y >> 8 & 0xFF;
      int both = right * down + 128 >> 8;
      int level =
          (framed[at] & 0xFF) * (256 - right - down + both)
              + (framed[at + 1] & 0xFF) * (right - both)
              + (framed[at + framedRow] & 0xFF) * (down - both)
              + (framed[at + framedRow + 1] & 0xFF) * both;
      target[to + i] = (byte) (level + 128 >> 8);
    }
  }

  // Red and blue in one multiplication: the weights are whole numbers with sum 256, so a sum of
  // levels never leaves its 16 bits.
  private void color(int fromX, int fromY, int stepX, int stepY, byte[] target, int to, int count) {
    int end = to + 3 * count;
    for (int at = to, x = fromX, y = fromY; at < end; at += 3, x += stepX, y += stepY) {
      int place = (y >> 16) * framedRow + (x >> 16) * 3;
      int right = x >> 8 & 0xFF;
      int down = y >> 8 & 0xFF;
      int both = right * down + 128 >> 8;
      int p = (int) FOUR_BYTES.get(framed, place);
      int q = (int) FOUR_BYTES.get(framed, place + 3);
      int r = (int) FOUR_BYTES.get(framed, place + framedRow);
      int s = (int) FOUR_BYTES.get(framed, place + framedRow + 3);
      int weightP = 256 - right - down + both;
      int weightQ = right - both;
      int weightR = down - both;
      int redAndBlue =
          (p & RED_AND_BLUE) * weightP
              + (q & RED_AND_BLUE) * weightQ
              + (r & RED_AND_BLUE) * weightR
              + (s & RED_AND_BLUE) * both
              + 0x800080;
      int green =
          (p >> 8 & 0xFF) * weightP
              + (q >> 8 & 0xFF) * weightQ
              + (r >> 8 & 0xFF) * weightR
              + (s >> 8 & 0xFF) * both
              + 0x80;
      target[at] = (byte) (redAndBlue >> 8);
      target[at + 1] = (byte) (green >> 8);
      target[at + 2] = (byte) (redAndBlue >> 24);
    }
  }
}
