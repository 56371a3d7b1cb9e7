package org.lenet5.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damages inputs, the same ones for the same seed. Not thread-safe. */
final class Mutations {
  private static final List<String> WORDS =
      List.of(
          "-1",
          "0",
          "99999999999",
          "-9223372036854775808",
          "1e999",
          "NaN",
          "null",
          "\"",
          "\n",
          "\0",
          "../",
          "/",
          "[",
          "{",
          ",",
          "@",
          "#",
          "é",
          "\uD83D\uDE00",
          "--",
          "true");
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    127,
    128,
    255,
    256,
    65535,
    65536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1 << 20,
    1 << 28
  };

  private final List<byte[]> seeds;
  private final Random random;

  Mutations(List<byte[]> seeds, long seed) {
    this.seeds = seeds;
    this.random = new Random(seed);
  }

  /** The next damaged input. */
  byte[] next() {
    byte[] input = seeds.get(random.nextInt(seeds.size()));
    for (int i = random.nextInt(4); i >= 0; i--) {
      input = mutate(input);
    }
    return input;
  }

  private byte[] mutate(byte[] input) {
    if (input.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = random.nextInt(input.length);
    int length = 1 + random.nextInt(Math.min(input.length - at, 64));
    return switch (random.nextInt(10)) {
      case 0 -> Arrays.copyOf(input, at); // cut
      case 1 -> replace(input, at, length, new byte[0]);
      case 2 -> flip(input, at);
      case 3 -> flip(flip(input, at), random.nextInt(input.length));
      case 4 -> replace(input, at, 1, new byte[] {(byte) random.nextInt()});
      case 5 -> replace(input, at, 0, Arrays.copyOfRange(input, at, at + length)); // repeat
      case 6 -> swap(input, at, length);
      case 7 -> splice(input, at);
      case 8 -> {
        byte[] word = WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
        yield replace(input, at, random.nextBoolean() ? 0 : Math.min(length, 8), word);
      }
      default -> number(input, at);
    };
  }

  private byte[] flip(byte[] input, int at) {
    byte[] flipped = input.clone();
    flipped[at] ^= (byte) (1 << random.nextInt(8));
    return flipped;
  }

  private byte[] swap(byte[] input, int at, int length) {
    byte[] swapped = input.clone();
    int other = random.nextInt(input.length - length + 1);
    System.arraycopy(input, at, swapped, other, length);
    System.arraycopy(input, other, swapped, at, length);
    return swapped;
  }

  /** The beginning of this one and the end of another. */
  private byte[] splice(byte[] input, int at) {
    byte[] other = seeds.get(random.nextInt(seeds.size()));
    int from = other.length == 0 ? 0 : random.nextInt(other.length);
    return replace(input, at, input.length - at, Arrays.copyOfRange(other, from, other.length));
  }

  private byte[] number(byte[] input, int at) {
    ByteBuffer number =
        ByteBuffer.allocate(Long.BYTES)
            .order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long value = NUMBERS[random.nextInt(NUMBERS.length)];
    int bytes = 1 << random.nextInt(4);
    switch (bytes) {
      case 1 -> number.put((byte) value);
      case 2 -> number.putShort((short) value);
      case 4 -> number.putInt((int) value);
      default -> number.putLong(value);
    }
    return replace(
        input, at, Math.min(bytes, input.length - at), Arrays.copyOf(number.array(), bytes));
  }

  private static byte[] replace(byte[] input, int at, int length, byte[] by) {
    return ByteBuffer.allocate(input.length - length + by.length)
        .put(input, 0, at)
        .put(by)
        .put(input, at + length, input.length - at - length)
        .array();
  }
}
