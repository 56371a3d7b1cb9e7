package org.lenet5.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * JPEGs as cameras and programs write them, decoded at a half, a quarter or an eighth of their
 * size: a pixel is the average of those that it stands for. Most of the work that makes the pixels
 * in full is never done.
 *
 * <p>Grey or YCbCr, 8 bits, Huffman codes, progressive or not. Whatever is rare (CMYK, other
 * colours) or shows any sign of damage is left to the decoder that can tell of it. No library for
 * Java decodes at a reduced scale and tells of damage: TensorFlow's prints it to stderr.
 *
 * <p>ITU T.81, annex B: segments of a marker (0xFF and a number), a length and data; after SOS
 * follows the scan's compressed data. Not thread-safe.
 */
final class ReducedJpeg {
  private static final int BLOCK = JpegComponent.BLOCK;
  private static final int END = 0xD9;
  // Bytes after the last pixel that libjpeg may have taken for pixels' bits to come.
  private static final int UNHEARD = 4;
  private static final int BYTES_OF_PIXEL = 6; // its components, and its colours

  // All are kept until the last scan came, 2 bytes each.
  private static final long MOST_COEFFICIENTS = 50_000_000;
  private static final long MOST_LEVELS = 100_000_000;

  /** A component as the frame's header has it. */
  private record Described(int id, int horizontal, int vertical, int table) {}

  private final byte[] file;
  private final List<String> oddities = new ArrayList<>();
  private final JpegProfile profile = new JpegProfile();
  private final JpegHuffman[] dc = new JpegHuffman[4];
  private final JpegHuffman[] ac = new JpegHuffman[4];
  private final int[][] quantisation = new int[4][];
  private int at = 2;
  private int restart;
  private boolean jfif;
  private int adobeTransform = -1;
  private boolean exif;

  private boolean progressive;
  private int width;
  private int height;
  private Described[] described;
  private int mostHorizontal;
  private int mostVertical;

  private JpegComponent[] components;
  // Of a progressive JPEG's coefficients: how many last bits are missing, -1 if all.
  private int[][] missing;

  private ReducedJpeg(byte[] file) {
    this.file = file;
  }

  /**
   * Reads the headers, up to the first scan.
   *
   * @return null if it is none of these
   */
  static ReducedJpeg of(byte[] encoded) {
    ReducedJpeg jpeg = new ReducedJpeg(encoded);
    try {
      jpeg.toNextScan();
      jpeg.requireUsualColours();
      return jpeg;
    } catch (OddJpegException e) {
      return null;
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  long pixels() {
    return (long) width * height;
  }

  /** Bytes that decoding takes, about. */
  long memory(int reduction) {
    long levels = BYTES_OF_PIXEL * pixels() / reduction / reduction;
    return progressive ? levels + 2 * described.length * pixels() : levels;
  }

  /** After {@link #decode}: what is odd about a file whose pixels are all there, a clause each. */
  List<String> oddities() {
    return oddities;
  }

  /** Whether there is a segment that may say how the picture is turned. */
  boolean hasExif() {
    return exif;
  }

  /**
   * The picture; once.
   *
   * @param reduction 2, 4 or 8
   * @param mostScans more are odd
   * @return each side divided by the reduction, and rounded up; null if anything is odd
   */
  Bitmap decode(int reduction, long mostScans) {
    try {
      makeComponents(reduction);
      int scans = 0;
      do {
        OddJpegException.require(++scans <= mostScans, "too many scans");
        scan();
      } while (toNextScan());
      requireAll();
      if (progressive) {
        for (JpegComponent each : components) {
          each.finish();
        }
      }
      return profile.toStandard(
          new JpegColours(components, mostHorizontal, mostVertical, reduction)
              .bitmap(width, height));
    } catch (OddJpegException e) {
      return null;
    }
  }

  private int unsigned(int index) throws OddJpegException {
    OddJpegException.require(index < file.length, "it ends too early");
    return file[index] & 0xFF;
  }

  private int pair(int index) throws OddJpegException {
    return unsigned(index) << 8 | unsigned(index + 1);
  }

  // Reads segments; false at the picture's end. After it, `at` is SOS's data.
  private boolean toNextScan() throws OddJpegException {
    while (true) {
      if (components != null && at >= file.length) {
        oddities.add("its end marker is missing");
        return false;
      }
      int marker = marker();
      if (marker == END) {
        return false;
      }
      int from = at + 4;
      int to = at + 2 + pair(at + 2);
      OddJpegException.require(to >= from && to <= file.length, "a segment without its end");
      at = to;
      switch (marker) {
        case 0xC0, 0xC1, 0xC2 -> frame(marker == 0xC2, from, to);
        case 0xC4 -> huffman(from, to);
        case 0xDB -> quantisation(from, to);
        case 0xDD -> {
          OddJpegException.require(to - from == 2, "a rare segment");
          restart = pair(from);
        }
        case 0xE0 -> jfif |= starts(from, to, "JFIF\0");
        case 0xE1 -> exif |= starts(from, to, "Exif\0");
        case 0xE2 -> {
          if (starts(from, to, JpegProfile.NAME)) {
            profile.add(file, from, to);
          }
        }
        case 0xEE -> adobe(from, to);
        case 0xDA -> {
          OddJpegException.require(described != null, "a scan without a frame");
          OddJpegException.require(to - from == 4 + 2 * unsigned(from), "a rare scan");
          at = from;
          return true;
        }
        default ->
            // Comments and applications' segments mean nothing to the pixels, others do.
            OddJpegException.require(
                marker == 0xFE || marker >= 0xE3 && marker <= 0xEF, "a rare segment");
      }
    }
  }

  // Moves `at` to it.
  private int marker() throws OddJpegException {
    int from = at;
    while (unsigned(at) != 0xFF || unsigned(at + 1) == 0) {
      at++;
    }
    if (at > from) {
      OddJpegException.require(components == null, "stray bytes between scans");
      stray(at - from);
    }
    while (unsigned(at + 1) == 0xFF) {
      at++; // filling before a marker
    }
    return unsigned(at + 1);
  }

  private void stray(int bytes) {
    oddities.add(bytes + " bytes of it belong to nothing");
  }

  private boolean starts(int from, int to, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    return to - from >= bytes.length
        && Arrays.equals(file, from, from + bytes.length, bytes, 0, bytes.length);
  }

  private void adobe(int from, int to) throws OddJpegException {
    if (starts(from, to, "Adobe")) {
      OddJpegException.require(to - from >= 12, "a short segment");
      adobeTransform = unsigned(from + 11);
    }
  }

  // Precision, height, width, how many components; of each its number, two factors, its table.
  private void frame(boolean several, int from, int to) throws OddJpegException {
    OddJpegException.require(described == null && to - from >= 6, "a second frame");
    progressive = several;
    height = pair(from + 1);
    width = pair(from + 3);
    int count = unsigned(from + 5);
    boolean usual = unsigned(from) == 8 && height > 0 && width > 0 && (count == 1 || count == 3);
    OddJpegException.require(usual && to - from == 6 + 3 * count, "a rare frame");
    described = new Described[count];
    for (int i = 0; i < count; i++) {
      int each = from + 6 + 3 * i;
      int factors = unsigned(each + 1);
      described[i] = new Described(unsigned(each), factors >> 4, factors & 15, unsigned(each + 2));
      mostHorizontal = Math.max(mostHorizontal, factors >> 4);
      mostVertical = Math.max(mostVertical, factors & 15);
    }
    for (Described each : described) {
      OddJpegException.require(
          isHalved(mostHorizontal, each.horizontal())
              && isHalved(mostVertical, each.vertical())
              && each.table() < 4,
          "a rare component");
    }
  }

  private static boolean isHalved(int most, int factor) {
    return factor > 0 && (most == factor || most == 2 * factor || most == 4 * factor);
  }

  // As libjpeg and Java tell YCbCr from others.
  private void requireUsualColours() throws OddJpegException {
    OddJpegException.require(described != null, "no frame");
    if (described.length == 3) {
      boolean numbered = true;
      for (int i = 0; i < 3; i++) {
        numbered &= described[i].id() == i + 1;
      }
      OddJpegException.require(
          adobeTransform == 1 && numbered || adobeTransform < 0 && (numbered || jfif),
          "rare colours");
    }
  }

  private void huffman(int from, int to) throws OddJpegException {
    int next = from;
    while (next < to) {
      int kind = unsigned(next);
      int[] counts = new int[JpegHuffman.LONGEST];
      int all = 0;
      for (int i = 0; i < counts.length; i++) {
        counts[i] = unsigned(next + 1 + i);
        all += counts[i];
      }
      next += 1 + counts.length;
      OddJpegException.require((kind & 0xEC) == 0 && next + all <= to, "a rare table");
      byte[] symbols = Arrays.copyOfRange(file, next, next + all);
      for (byte symbol : symbols) {
        OddJpegException.require(kind >= 16 || symbol >= 0 && symbol < 16, "a rare table");
      }
      JpegHuffman table = JpegHuffman.of(counts, symbols);
      (kind < 16 ? dc : ac)[kind & 3] = table;
      next += all;
    }
  }

  private void quantisation(int from, int to) throws OddJpegException {
    OddJpegException.require(components == null, "a table after a scan");
    int next = from;
    while (next < to) {
      int kind = unsigned(next++);
      int bytes = kind < 16 ? 1 : 2;
      OddJpegException.require((kind & 0xEC) == 0 && next + 64 * bytes <= to, "a rare table");
      int[] steps = new int[64];
      for (int k = 0; k < 64; k++) {
        steps[k] = bytes == 1 ? unsigned(next + k) : pair(next + 2 * k);
      }
      quantisation[kind & 3] = steps;
      next += 64 * bytes;
    }
  }

  private static int divide(int number, int divisor) {
    return (number + divisor - 1) / divisor;
  }

  private void makeComponents(int reduction) throws OddJpegException {
    int unitsWide = divide(width, BLOCK * mostHorizontal);
    int unitsHigh = divide(height, BLOCK * mostVertical);
    long most = (long) unitsWide * unitsHigh * mostHorizontal * mostVertical * BLOCK * BLOCK;
    OddJpegException.require(
        most / reduction / reduction < MOST_LEVELS
            && (!progressive || most * described.length < MOST_COEFFICIENTS),
        "too large");
    components = new JpegComponent[described.length];
    missing = new int[described.length][64];
    for (int i = 0; i < components.length; i++) {
      Described each = described[i];
      OddJpegException.require(quantisation[each.table()] != null, "no table");
      components[i] =
          new JpegComponent(
              each.horizontal(),
              each.vertical(),
              unitsWide * each.horizontal(),
              unitsHigh * each.vertical(),
              quantisation[each.table()],
              Math.min(BLOCK, BLOCK / reduction * mostHorizontal / each.horizontal()),
              Math.min(BLOCK, BLOCK / reduction * mostVertical / each.vertical()),
              progressive);
      Arrays.fill(missing[i], -1);
    }
  }

  private void scan() throws OddJpegException {
    int count = unsigned(at++);
    OddJpegException.require(count >= 1 && count <= components.length, "a rare scan");
    int spectrum = at + 2 * count;
    int first = unsigned(spectrum);
    int last = unsigned(spectrum + 1);
    int high = unsigned(spectrum + 2) >> 4;
    int low = unsigned(spectrum + 2) & 15;
    JpegScan.Part[] parts = new JpegScan.Part[count];
    int before = -1;
    for (int i = 0; i < count; i++) {
      int number = number(unsigned(at));
      OddJpegException.require(number > before, "components out of order");
      before = number;
      int tables = unsigned(at + 1);
      OddJpegException.require((tables & 0xCC) == 0, "a rare table");
      JpegHuffman[] both = {dc[tables >> 4], ac[tables & 3]};
      OddJpegException.require(
          (first > 0 || high > 0 || both[0] != null) && (last == 0 || both[1] != null), "no table");
      parts[i] = new JpegScan.Part(components[number], both[0], both[1]);
      bring(number, count, first, last, high, low);
      at += 2;
    }
    JpegBits bits = new JpegBits(file, at + 3);
    int wide = divide(width, BLOCK * mostHorizontal);
    int lines = divide(height, BLOCK * mostVertical);
    if (count == 1) { // then without those that only fill up
      JpegComponent only = parts[0].component();
      wide = divide(divide(width * only.horizontal, mostHorizontal), BLOCK);
      lines = divide(divide(height * only.vertical, mostVertical), BLOCK);
    }
    int left = new JpegScan(bits, parts, first, last, high, low).read(wide, lines, restart);
    at = bits.endOfScan();
    if (left > 0) {
      OddJpegException.require(
          left > UNHEARD && unsigned(at + 1) == END, "stray bytes between scans, or few");
      stray(left);
    }
  }

  private int number(int id) throws OddJpegException {
    for (int i = 0; i < described.length; i++) {
      if (described[i].id() == id) {
        return i;
      }
    }
    throw new OddJpegException("a component that there is not");
  }

  // Each scan must bring what is due.
  private void bring(int number, int count, int first, int last, int high, int low)
      throws OddJpegException {
    int[] of = missing[number];
    boolean sound =
        progressive
            ? first == 0 ? last == 0 : count == 1 && first <= last && last < 64 && of[0] >= 0
            : first == 0 && last == 63 && high == 0 && low == 0;
    OddJpegException.require(sound && low < 14 && (high == 0 || high == low + 1), "a rare scan");
    for (int k = first; k <= last; k++) {
      OddJpegException.require(of[k] == (high == 0 ? -1 : high), "a scan out of order");
      of[k] = low;
    }
  }

  private void requireAll() throws OddJpegException {
    for (int[] each : missing) {
      for (int left : each) {
        OddJpegException.require(left == 0, "scans are missing");
      }
    }
  }
}
