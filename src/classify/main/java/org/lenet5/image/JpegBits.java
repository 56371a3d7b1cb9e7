package org.lenet5.image;

import java.util.Arrays;

/**
 * The bits of a scan's compressed data, one restart interval after the other.
 *
 * <p>ITU T.81, B.1.1.5 and F.1.2.3: within the data a byte 0xFF is followed by 0; intervals end
 * with the markers RST0 to RST7 in turn; what is missing in an interval's last byte is filled up.
 * Not thread-safe.
 */
final class JpegBits {
  private static final int PADDING = 16;
  // From this place in a block on, a coefficient may be the last.
  private static final int LAST_PAIR = 48;

  private final byte[] bytes;
  // Of each interval, in bytes.
  private int[] ends = new int[1];
  private int intervals;
  private final int endOfScan;

  private int interval = -1;
  private int at;
  private long buffer; // the next bits are its lowest `count`, the first of them the highest
  private int count;

  /**
   * @param encoded the file
   * @param from the scan's first byte
   */
  JpegBits(byte[] encoded, int from) throws OddJpegException {
    byte[] data = new byte[encoded.length - from + PADDING];
    int length = 0;
    int i = from;
    while (true) {
      int begin = i;
      while (i < encoded.length && encoded[i] != (byte) 0xFF) {
        i++;
      }
      System.arraycopy(encoded, begin, data, length, i - begin);
      length += i - begin;
      if (i == encoded.length) { // it has no end marker
        break;
      }
      int next = i + 1 < encoded.length ? encoded[i + 1] & 0xFF : 0xFF;
      if (next == 0) {
        data[length++] = (byte) 0xFF;
        i += 2;
      } else if (next >= 0xD0 && next <= 0xD7) {
        OddJpegException.require(next - 0xD0 == (intervals & 7), "a restart marker is missing");
        end(length);
        i += 2;
      } else if (next == 0xFF) {
        i++; // filling before a marker
      } else {
        break;
      }
    }
    end(length);
    bytes = data;
    endOfScan = i;
  }

  private void end(int length) {
    if (intervals == ends.length) {
      ends = Arrays.copyOf(ends, 2 * intervals);
    }
    ends[intervals++] = length;
  }

  /** Where in the file the marker after the scan begins, or the file's end. */
  int endOfScan() {
    return endOfScan;
  }

  /** To the first or next interval; the one before must have been used up. */
  void nextInterval() throws OddJpegException {
    OddJpegException.require(
        interval < 0 || left() >= 0 && left() < 8, "more or fewer bits than pixels need");
    OddJpegException.require(++interval < intervals, "fewer intervals than the picture has");
    at = interval == 0 ? 0 : ends[interval - 1];
    buffer = 0;
    count = 0;
  }

  /**
   * After the last interval.
   *
   * @return bytes that no pixel needed
   */
  int finish() throws OddJpegException {
    OddJpegException.require(interval + 1 == intervals, "more intervals than the picture has");
    long left = left();
    OddJpegException.require(left >= 0, "too few bits");
    return (int) (left / 8);
  }

  private long left() {
    return 8L * (ends[interval] - at) + count;
  }

  // At least 32 bits more. Beyond the end there are zeros; not for long.
  private void fill() throws OddJpegException {
    if (at > ends[interval] + PADDING / 2) {
      throw new OddJpegException("too few bits");
    }
    buffer =
        buffer << 32
            | (bytes[at] & 0xFFL) << 24
            | (bytes[at + 1] & 0xFF) << 16
            | (bytes[at + 2] & 0xFF) << 8
            | bytes[at + 3] & 0xFF;
    at += 4;
    count += 32;
  }

  /** The next symbol of a table. */
  int symbol(JpegHuffman table) throws OddJpegException {
    if (count < 32) {
      fill();
    }
    int next = (int) (buffer >> count - JpegHuffman.LONGEST) & 0xFFFF;
    int found = table.fast[next >> JpegHuffman.LONGEST - JpegHuffman.FAST];
    if (found == 0) {
      found = table.slow(next);
    }
    count -= JpegHuffman.length(found);
    return JpegHuffman.symbol(found);
  }

  /** A number of 0 to 16 bits. */
  int bits(int wanted) throws OddJpegException {
    if (count < wanted) {
      fill();
    }
    count -= wanted;
    return (int) (buffer >> count) & (1 << wanted) - 1;
  }

  /** A number of so many bits, as F.2.2.1 has them: without the first bit it is negative. */
  int signed(int wanted) throws OddJpegException {
    int value = bits(wanted);
    return wanted > 0 && value >> wanted - 1 == 0 ? value - (1 << wanted) + 1 : value;
  }

  // Most of a picture's bits are read in these two: with the fields in local variables, twice as
  // fast.

  /** Reads over a block's AC coefficients. */
  void skipBlock(JpegHuffman table) throws OddJpegException {
    long buffer = this.buffer;
    int count = this.count;
    int[] fast = table.fast;
    int[] pairs = table.pairs();
    int k = 1;
    while (k < 64) {
      if (count < 32) {
        this.buffer = buffer;
        this.count = count;
        fill();
        buffer = this.buffer;
        count = this.count;
      }
      int next = (int) (buffer >> count - JpegHuffman.LONGEST) & 0xFFFF;
      int found =
          k < LAST_PAIR
              ? pairs[next >> JpegHuffman.LONGEST - JpegHuffman.PAIR]
              : fast[next >> JpegHuffman.LONGEST - JpegHuffman.FAST];
      if (found == 0) {
        found = table.slow(next);
      }
      count -= JpegHuffman.fullLength(found);
      k += JpegHuffman.advance(found);
    }
    requireEnd(k);
    this.buffer = buffer;
    this.count = count;
  }

  /**
   * Adds up a block's AC coefficients.
   *
   * @param weights by a coefficient's place in zigzag order, what it adds to each of the sums
   * @param used the last place with weights that are not 0
   */
  void addBlock(JpegHuffman table, float[] weights, int used, float[] sums)
      throws OddJpegException {
    long buffer = this.buffer;
    int count = this.count;
    int[] fast = table.fast;
    int n = sums.length;
    int k = 1;
    while (k < 64) {
      if (count < 32) {
        this.buffer = buffer;
        this.count = count;
        fill();
        buffer = this.buffer;
        count = this.count;
      }
      int next = (int) (buffer >> count - JpegHuffman.LONGEST) & 0xFFFF;
      int found = fast[next >> JpegHuffman.LONGEST - JpegHuffman.FAST];
      if (found == 0) {
        found = table.slow(next);
      }
      count -= JpegHuffman.fullLength(found);
      k += JpegHuffman.advance(found);
      int size = found & 15;
      if (size > 0 && k <= used + 1) {
        int value = (int) (buffer >> count) & (1 << size) - 1;
        if (value >> size - 1 == 0) {
          value -= (1 << size) - 1;
        }
        int w = (k - 1) * n;
        for (int i = 0; i < n; i++) {
          sums[i] += value * weights[w + i];
        }
      }
    }
    requireEnd(k);
    this.buffer = buffer;
    this.count = count;
  }

  private static void requireEnd(int k) throws OddJpegException {
    OddJpegException.require(
        k == 64 || k >= JpegHuffman.END, "coefficients beyond the last, or bits that are no code");
  }
}
