package org.lenet5.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A Huffman table of a JPEG.
 *
 * <p>ITU T.81, annex C: the codes of a length are consecutive numbers, and a longer code begins
 * with the first number that is free. F.2.2.3: the last code of each length decides how long a code
 * is. Immutable and thread-safe.
 */
final class JpegHuffman {
  /** Codes of up to so many bits are looked up. */
  static final int FAST = 10;

  static final int LONGEST = 16;

  /** What {@link #advance} is at least at the end of a block. */
  static final int END = 1 << 11;

  /** What {@link #advance} is, at least, for what is no symbol of a block. */
  static final int NONE = 1 << 10;

  /** By the next {@link #FAST} bits: the entry of the code that they begin with, 0 if longer. */
  final int[] fast = new int[1 << FAST];

  // By a code's length: the first code that is longer, moved to 16 bits; the symbol's place less
  // the
  // code.
  private final int[] limit = new int[LONGEST + 2];
  private final int[] offset = new int[LONGEST + 1];
  private final byte[] symbols;

  // Most pictures have the tables of ITU T.81, annex K: they are built once, with their pairs.
  private static final int MOST_KNOWN = 16;
  private static final Map<ByteBuffer, JpegHuffman> KNOWN = new ConcurrentHashMap<>();

  /**
   * A table.
   *
   * @param counts how many codes have 1, 2 ... 16 bits, up to 255 each
   * @param symbols in the order of their codes
   */
  static JpegHuffman of(int[] counts, byte[] symbols) throws OddJpegException {
    ByteBuffer key = ByteBuffer.allocate(LONGEST + symbols.length);
    for (int count : counts) {
      key.put((byte) count);
    }
    key.put(symbols).flip();
    JpegHuffman found = KNOWN.get(key);
    if (found == null) {
      found = new JpegHuffman(counts, symbols);
      if (KNOWN.size() >= MOST_KNOWN) {
        KNOWN.clear();
      }
      KNOWN.put(key, found);
    }
    return found;
  }

  private JpegHuffman(int[] counts, byte[] symbols) throws OddJpegException {
    this.symbols = symbols;
    int code = 0;
    int symbol = 0;
    for (int length = 1; length <= LONGEST; length++) {
      int count = counts[length - 1];
      // None is all ones.
      OddJpegException.require(
          count == 0 || code + count < 1 << length, "more codes than there are numbers");
      offset[length] = symbol - code;
      for (int i = 0; i < count && length <= FAST; i++) {
        int first = code + i << FAST - length;
        int entry = entry(length, symbols[symbol + i] & 0xFF);
        Arrays.fill(fast, first, first + (1 << FAST - length), entry);
      }
      code += count;
      symbol += count;
      limit[length] = code << LONGEST - length;
      code <<= 1;
    }
    limit[LONGEST + 1] = Integer.MAX_VALUE;
  }

  // What a reader asks for, side by side: eight bits of symbol, the code's length in five, that and
  // the number's behind it in six, and how far it leads in a block.
  private static int entry(int length, int symbol) {
    int run = symbol >> 4;
    int size = symbol & 15;
    int advance = size > 0 || run == 15 ? run + 1 : run == 0 ? END : NONE;
    return advance << 19 | length + size << 13 | length << 8 | symbol;
  }

  static int symbol(int entry) {
    return entry & 0xFF;
  }

  /** Bits of the code. */
  static int length(int entry) {
    return entry >> 8 & 31;
  }

  /** Bits of the code and of the number that follows a coefficient's. */
  static int fullLength(int entry) {
    return entry >> 13 & 63;
  }

  /** How many places a coefficient's code leads on in a block, the coefficient itself included. */
  static int advance(int entry) {
    return entry >> 19;
  }

  /** Bits that {@link #pairs} is asked with. */
  static final int PAIR = 12;

  // What may be added up.
  private static final int BOTH = -1 << 13;

  private volatile int[] pairs;

  /**
   * For who only reads over a block: by the next {@link #PAIR} bits the {@link #fullLength} and the
   * {@link #advance}, of two codes together where the second lies in these bits, too; 0 if not even
   * one does. Not to be used where the first may end the block without saying so.
   */
  int[] pairs() {
    int[] known = pairs;
    if (known == null) {
      int[] all = new int[1 << PAIR];
      for (int bits = 0; bits < all.length; bits++) {
        int one = fast[bits >> PAIR - FAST];
        int left = PAIR - fullLength(one);
        int two = 0;
        if (one != 0 && left > 0 && advance(one) < NONE) {
          int next = left > FAST ? bits >> left - FAST : bits << FAST - left;
          two = fast[next & (1 << FAST) - 1];
        }
        boolean both = two != 0 && length(two) <= left;
        all[bits] = both ? (one & BOTH) + (two & BOTH) : one;
      }
      pairs = all;
      known = all;
    }
    return known;
  }

  /**
   * The entry where {@link #fast} has none.
   *
   * @param bits the next 16
   * @throws OddJpegException if no code begins like this
   */
  int slow(int bits) throws OddJpegException {
    int length = FAST + 1;
    while (bits >= limit[length]) {
      length++;
    }
    OddJpegException.require(length <= LONGEST, "bits that are no code");
    return entry(length, symbols[(bits >> LONGEST - length) + offset[length]] & 0xFF);
  }
}
