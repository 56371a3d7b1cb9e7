package org.lenet5.data;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lenet5.image.ImageShape;

/**
 * Finds pictures that look the same though their files differ: by the difference hash of Krawetz, a
 * bit for each step from one cell to its right neighbour in a grid of 9 by 8 cells of brightness.
 */
final class NearDuplicates {
  private static final int CELLS_ACROSS = 9;
  private static final int CELLS_DOWN = 8;
  private static final int MOST_DIFFERENT = 3; // of 64 bits
  private static final int BANDS = MOST_DIFFERENT + 1;
  private static final int BITS = Long.SIZE / BANDS;
  // Even pictures have no look: with fewer steps up or down than this there is nothing to compare.
  private static final int LEAST_BITS = 8;
  // Of pictures that share a quarter of their bits; more are of one kind, such as line drawings.
  private static final int MOST_TOGETHER = 200;

  private NearDuplicates() {}

  /** Two pictures by their place in the list. */
  record Pair(int first, int second) {}

  /** The difference hash of an image of at least 9 by 8 pixels, from its bytes. */
  static long look(byte[] pixels, ImageShape shape) {
    long[] cells = new long[CELLS_ACROSS * CELLS_DOWN];
    int[] counts = new int[cells.length];
    int channels = shape.channels();
    for (int y = 0, at = 0; y < shape.height(); y++) {
      int row = y * CELLS_DOWN / shape.height() * CELLS_ACROSS;
      for (int x = 0; x < shape.width(); x++) {
        int cell = row + x * CELLS_ACROSS / shape.width();
        counts[cell]++;
        for (int c = 0; c < channels; c++) {
          cells[cell] += Byte.toUnsignedInt(pixels[at++]);
        }
      }
    }
    long look = 0;
    for (int y = 0; y < CELLS_DOWN; y++) {
      for (int x = 1; x < CELLS_ACROSS; x++) {
        int right = y * CELLS_ACROSS + x;
        // Averages compared without a division.
        boolean brighter = cells[right] * counts[right - 1] > cells[right - 1] * counts[right];
        look = look << 1 | (brighter ? 1 : 0);
      }
    }
    return look;
  }

  /**
   * The pairs whose looks differ in at most three bits. Of four quarters one is then the same, so
   * only those are compared.
   */
  static List<Pair> of(long... looks) {
    List<Pair> pairs = new ArrayList<>();
    for (int band = 0; band < BANDS; band++) {
      Map<Integer, List<Integer>> together = new HashMap<>();
      for (int i = 0; i < looks.length; i++) {
        int ones = Long.bitCount(looks[i]);
        if (ones >= LEAST_BITS && ones <= Long.SIZE - LEAST_BITS) {
          together.computeIfAbsent(quarter(looks[i], band), key -> new ArrayList<>()).add(i);
        }
      }
      for (List<Integer> some : together.values()) {
        if (some.size() <= MOST_TOGETHER) {
          add(pairs, some, band, looks);
        }
      }
    }
    pairs.sort((a, b) -> a.first != b.first ? a.first - b.first : a.second - b.second);
    return pairs;
  }

  private static void add(List<Pair> pairs, List<Integer> some, int band, long... looks) {
    for (int i = 0; i < some.size(); i++) {
      for (int j = i + 1; j < some.size(); j++) {
        long a = looks[some.get(i)];
        long b = looks[some.get(j)];
        if (Long.bitCount(a ^ b) <= MOST_DIFFERENT && firstShared(a, b) == band) {
          pairs.add(new Pair(some.get(i), some.get(j)));
        }
      }
    }
  }

  private static int quarter(long look, int band) {
    return (int) (look >>> (band * BITS)) & 0xffff;
  }

  private static int firstShared(long a, long b) {
    int band = 0;
    while (quarter(a, band) != quarter(b, band)) {
      band++;
    }
    return band;
  }
}
