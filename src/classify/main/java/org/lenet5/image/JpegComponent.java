package org.lenet5.image;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One of a JPEG's components, brightness or one of two colours, at a reduced scale: each of its
 * blocks of 8×8 becomes {@code across} × {@code down} averages.
 *
 * <p>What a coefficient adds to the average of some pixels is fixed: the average of its cosine wave
 * (ITU T.81, A.3.3) over them. So the averages are those of the pixels in full, to the rounding.
 * Not thread-safe.
 */
final class JpegComponent {
  static final int BLOCK = 8;
  private static final int COEFFICIENTS = BLOCK * BLOCK;

  /** Row × 8 + column of each coefficient in the file's order. */
  private static final int[] ZIGZAG = zigzag();

  private static final int SIZES = 4; // 1, 2, 4 or 8 averages

  private static final AtomicReferenceArray<double[]> AVERAGES =
      new AtomicReferenceArray<>(SIZES * SIZES);

  /** How many of its blocks lie side by side, and one below the other, where others have one. */
  final int horizontal;

  final int vertical;
  private final int across;
  private final int down;
  private final int stride;
  final int blocksWide;
  private final byte[] plane;
  // [place in zigzag order][average], with the quantisation in it.
  private final float[] weights;
  private final float[] sums;
  private final int used;
  private final short[] coefficients;

  /**
   * @param blocksWide of the component, as many as the picture's last column needs
   * @param quantisation in zigzag order
   * @param across how many averages lie side by side in a block: 1, 2, 4 or 8
   * @param progressive whether coefficients come in several scans
   */
  JpegComponent(
      int horizontal,
      int vertical,
      int blocksWide,
      int blocksHigh,
      int[] quantisation,
      int across,
      int down,
      boolean progressive) {
    this.horizontal = horizontal;
    this.vertical = vertical;
    this.blocksWide = blocksWide;
    this.across = across;
    this.down = down;
    stride = blocksWide * across;
    plane = new byte[stride * blocksHigh * down];
    coefficients = progressive ? new short[blocksWide * blocksHigh * COEFFICIENTS] : null;
    sums = new float[across * down];
    weights = new float[COEFFICIENTS * sums.length];
    double[] averages = averages(across, down);
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      int k = i / sums.length;
      weights[i] = (float) (averages[i] * quantisation[k]);
      last = Math.abs(averages[i]) > 1e-9 ? k : last;
    }
    used = last;
  }

  /** [place in zigzag order][average]: what a coefficient of 1 adds. Computed once. */
  private static double[] averages(int across, int down) {
    int place = Integer.numberOfTrailingZeros(across) * SIZES + Integer.numberOfTrailingZeros(down);
    double[] found = AVERAGES.get(place);
    if (found == null) {
      int count = across * down;
      found = new double[COEFFICIENTS * count];
      for (int k = 0; k < COEFFICIENTS; k++) {
        for (int i = 0; i < count; i++) {
          found[k * count + i] =
              wave(ZIGZAG[k] / BLOCK, i / across, down)
                  * wave(ZIGZAG[k] % BLOCK, i % across, across);
        }
      }
      AVERAGES.set(place, found);
    }
    return found;
  }

  // The average of a wave over the pixels of one of n averages.
  private static double wave(int frequency, int average, int n) {
    double sum = 0;
    for (int i = average * BLOCK / n; i < (average + 1) * BLOCK / n; i++) {
      sum += Math.cos((2 * i + 1) * frequency * Math.PI / (2 * BLOCK));
    }
    return sum * n / BLOCK / (frequency == 0 ? Math.sqrt(8) : 2);
  }

  private static int[] zigzag() {
    int[] order = new int[COEFFICIENTS];
    int k = 0;
    for (int diagonal = 0; diagonal < 2 * BLOCK - 1; diagonal++) {
      for (int i = 0; i <= diagonal; i++) {
        int row = diagonal % 2 == 0 ? diagonal - i : i;
        int column = diagonal - row;
        if (row < BLOCK && column < BLOCK) {
          order[k++] = row * BLOCK + column;
        }
      }
    }
    return order;
  }

  /** Reads a whole block. */
  void read(JpegBits bits, JpegHuffman ac, int block, int dc) throws OddJpegException {
    if (used == 0) { // one average of all
      bits.skipBlock(ac);
      plane[block] = level(dc * weights[0]);
      return;
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] = dc * weights[i];
    }
    bits.addBlock(ac, weights, used, sums);
    write(block);
  }

  /** A progressive JPEG's coefficients; those of a block begin at 64 times its number. */
  short[] coefficients() {
    return coefficients;
  }

  /** Makes pixels of the coefficients, when all are there. */
  void finish() {
    int blocks = coefficients.length / COEFFICIENTS;
    for (int block = 0; block < blocks; block++) {
      int first = block * COEFFICIENTS;
      Arrays.fill(sums, 0);
      for (int k = 0; k <= used; k++) {
        int value = coefficients[first + k];
        if (value != 0) {
          int w = k * sums.length;
          for (int i = 0; i < sums.length; i++) {
            sums[i] += value * weights[w + i];
          }
        }
      }
      write(block);
    }
  }

  private void write(int block) {
    int to = block / blocksWide * down * stride + block % blocksWide * across;
    int i = 0;
    for (int y = 0; y < down; y++) {
      for (int x = 0; x < across; x++) {
        plane[to + x] = level(sums[i++]);
      }
      to += stride;
    }
  }

  private static byte level(float sum) {
    int level = (int) (sum + 128.5f);
    return (byte) (level < 0 ? 0 : Math.min(level, 255));
  }

  /** How often a column of the whole picture is to be halved to be a column of the plane. */
  int shiftX(int mostHorizontal, int reduction) {
    return Integer.numberOfTrailingZeros(BLOCK / reduction * mostHorizontal / horizontal / across);
  }

  /** As {@link #shiftX}, for rows. */
  int shiftY(int mostVertical, int reduction) {
    return Integer.numberOfTrailingZeros(BLOCK / reduction * mostVertical / vertical / down);
  }

  /** Its levels, row by row. */
  byte[] plane() {
    return plane;
  }

  /** Levels in a row of the {@link #plane}; the last may lie beyond the picture. */
  int stride() {
    return stride;
  }
}
