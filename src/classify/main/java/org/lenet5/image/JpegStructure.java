package org.lenet5.image;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which scans a JPEG has, and whether they make a whole picture.
 *
 * <p>ITU T.81, annex B: segments of a marker (0xFF and a number) and a length; after SOS compressed
 * data, where 0xFF starts a marker unless 0 (0xFF as data) or RST0 to RST7 follows. In a
 * progressive JPEG a scan brings some of a component's 64 coefficients, Ss to Se, down to the bit
 * Al.
 */
final class JpegStructure {
  private static final int COEFFICIENTS = 64;
  private static final int START_OF_SCAN = 0xDA;
  private static final int END = 0xD9;

  private final byte[] bytes;
  // By component: for each coefficient how many of its last bits are missing still.
  private final Map<Integer, int[]> missingBits = new HashMap<>();
  private boolean progressive;
  private boolean strayBytesInFront;

  JpegStructure(byte[] encoded) {
    bytes = encoded;
    int at = 2;
    boolean scanned = false;
    while (at + 3 < bytes.length) {
      int marker = unsigned(at + 1);
      boolean isMarker = unsigned(at) == 0xFF && marker != 0 && marker != 0xFF;
      if (!isMarker || marker >= 0xD0 && marker <= 0xD7) {
        strayBytesInFront |= !scanned && unsigned(at) != 0xFF;
        at++; // compressed data, filling before a marker, or stray bytes
      } else if (marker == END) {
        break;
      } else {
        int length = unsigned(at + 2) << 8 | unsigned(at + 3);
        if (length < 2 || at + 2 + length > bytes.length) {
          break;
        }
        scanned |= marker == START_OF_SCAN;
        read(marker, at + 4, at + 2 + length);
        at += 2 + length;
      }
    }
  }

  private int unsigned(int at) {
    return Byte.toUnsignedInt(bytes[at]);
  }

  private void read(int marker, int from, int to) {
    boolean isFrame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (isFrame && from + 5 < to) {
      progressive = (marker & 3) == 2;
      // Precision, height, width, how many components; three bytes for each, its number first.
      for (int i = 0; i < unsigned(from + 5) && from + 6 + 3 * i < to; i++) {
        int[] none = new int[COEFFICIENTS];
        Arrays.fill(none, Integer.MAX_VALUE);
        missingBits.put(unsigned(from + 6 + 3 * i), none);
      }
    } else if (marker == START_OF_SCAN && from < to) {
      int count = unsigned(from);
      int spectrum = from + 1 + 2 * count;
      if (spectrum + 2 < to) {
        for (int i = 0; i < count; i++) {
          scan(
              missingBits.get(unsigned(from + 1 + 2 * i)),
              unsigned(spectrum),
              unsigned(spectrum + 1),
              unsigned(spectrum + 2) & 15);
        }
      }
    }
  }

  private void scan(int[] missing, int first, int last, int bit) {
    if (missing == null) {
      return;
    }
    int from = progressive ? first : 0;
    int to = progressive ? Math.min(last, COEFFICIENTS - 1) : COEFFICIENTS - 1;
    for (int i = from; i <= to; i++) {
      missing[i] = progressive ? bit : 0;
    }
  }

  /** True if the scans, taken as whole, bring every bit of every component. */
  boolean hasAllScans() {
    return !missingBits.isEmpty()
        && missingBits.values().stream()
            .allMatch(bits -> Arrays.stream(bits).allMatch(missing -> missing == 0));
  }

  /** Whether bytes that belong to no segment stand before the first scan. */
  boolean hasStrayBytesInFront() {
    return strayBytesInFront;
  }
}
