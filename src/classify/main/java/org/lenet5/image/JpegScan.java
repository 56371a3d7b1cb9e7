package org.lenet5.image;

import java.util.Arrays;

/**
 * One scan of a JPEG: the blocks of one component or of several in turn, and of a progressive JPEG
 * some of their coefficients, or one bit more of them (ITU T.81, annexes F and G). Not thread-safe.
 */
final class JpegScan {
  /** A component in the scan, with its tables; null where the scan needs none. */
  record Part(JpegComponent component, JpegHuffman dc, JpegHuffman ac) {}

  private final JpegBits bits;
  private final Part[] parts;
  private final int first;
  private final int last;
  private final int high;
  private final int low;
  private final int[] predicted;
  private int endOfBand; // blocks that end before their first coefficient

  /**
   * @param first in zigzag order, of the coefficients that come
   * @param high bits less than these came before, 0 if none
   * @param low the last bit that comes
   */
  JpegScan(JpegBits bits, Part[] parts, int first, int last, int high, int low) {
    this.bits = bits;
    this.parts = parts;
    this.first = first;
    this.last = last;
    this.high = high;
    this.low = low;
    predicted = new int[parts.length];
  }

  /**
   * Reads it.
   *
   * @param wide how many units a row has: blocks if there is one component, else as many of each as
   *     lie together
   * @param restart units of an interval, 0 for all
   * @return bytes that no pixel needed
   */
  int read(int wide, int high, int restart) throws OddJpegException {
    long left = 0;
    bits.nextInterval();
    for (int y = 0; y < high; y++) {
      for (int x = 0; x < wide; x++) {
        if (restart > 0 && left == restart) {
          bits.nextInterval();
          Arrays.fill(predicted, 0);
          endOfBand = 0;
          left = 0;
        }
        left++;
        if (parts.length == 1) {
          block(0, y * parts[0].component().blocksWide + x);
        } else {
          unit(x, y);
        }
      }
    }
    return bits.finish();
  }

  private void unit(int x, int y) throws OddJpegException {
    for (int i = 0; i < parts.length; i++) {
      JpegComponent component = parts[i].component();
      int across = component.horizontal;
      int down = component.vertical;
      for (int row = 0; row < down; row++) {
        int block = (y * down + row) * component.blocksWide + x * across;
        for (int column = 0; column < across; column++) {
          block(i, block + column);
        }
      }
    }
  }

  private void block(int part, int block) throws OddJpegException {
    JpegComponent component = parts[part].component();
    short[] coefficients = component.coefficients();
    if (coefficients == null) {
      component.read(bits, parts[part].ac(), block, (short) difference(part));
    } else if (first > 0) {
      if (high == 0) {
        band(coefficients, 64 * block, parts[part].ac());
      } else {
        refine(coefficients, 64 * block, parts[part].ac());
      }
    } else if (high == 0) {
      coefficients[64 * block] = (short) (difference(part) << low);
    } else if (bits.bits(1) == 1) {
      coefficients[64 * block] |= (short) (1 << low);
    }
  }

  private int difference(int part) throws OddJpegException {
    int size = bits.symbol(parts[part].dc());
    if (size > 15) {
      throw new OddJpegException("a difference of more than 15 bits");
    }
    return predicted[part] += bits.signed(size);
  }

  // G.1.2.2
  private void band(short[] coefficients, int block, JpegHuffman table) throws OddJpegException {
    if (endOfBand > 0) {
      endOfBand--;
      return;
    }
    for (int k = first; k <= last; k++) {
      int symbol = bits.symbol(table);
      int run = symbol >> 4;
      int size = symbol & 15;
      if (size == 0 && run < 15) {
        endOfBand = (1 << run) - 1 + bits.bits(run);
        return;
      }
      k += run;
      if (size > 0) {
        require(k <= last);
        coefficients[block + k] = (short) (bits.signed(size) << low);
      }
    }
  }

  // G.1.2.3: a bit more of each coefficient that is not 0, and some that were.
  private void refine(short[] coefficients, int block, JpegHuffman table) throws OddJpegException {
    int k = first;
    while (endOfBand == 0 && k <= last) {
      int symbol = bits.symbol(table);
      int run = symbol >> 4;
      int size = symbol & 15;
      require(size < 2);
      if (size == 0 && run < 15) {
        endOfBand = (1 << run) + bits.bits(run);
        break;
      }
      int value = size == 0 ? 0 : (bits.bits(1) == 1 ? 1 : -1) << low;
      while (k <= last && (coefficients[block + k] != 0 || run-- > 0)) {
        refine(coefficients, block + k++);
      }
      if (value != 0) {
        require(k <= last);
        coefficients[block + k] = (short) value;
      }
      k++;
    }
    if (endOfBand > 0) {
      for (; k <= last; k++) {
        refine(coefficients, block + k);
      }
      endOfBand--;
    }
  }

  private void refine(short[] coefficients, int at) throws OddJpegException {
    int value = coefficients[at];
    if (value != 0 && bits.bits(1) == 1 && (value & 1 << low) == 0) {
      coefficients[at] = (short) (value + (value > 0 ? 1 << low : -1 << low));
    }
  }

  private static void require(boolean sound) throws OddJpegException {
    if (!sound) {
      throw new OddJpegException("coefficients that there are not");
    }
  }
}
