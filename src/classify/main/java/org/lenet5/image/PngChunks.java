package org.lenet5.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The chunks of a PNG. Java's decoder reads over their checksums.
 *
 * <p>PNG specification, 5.3: after the signature chunks of length, four letters, data, and the CRC
 * of letters and data, to IEND.
 */
final class PngChunks {
  private static final int SIGNATURE = 8;
  private static final int LENGTH = 4;
  private static final int NAME = 4;
  private static final int CRC = 4;

  private PngChunks() {}

  /** A chunk: its name, where its data begins, and how many bytes that has. */
  private record Chunk(String name, int data, int length) {
    int end() {
      return data + length + CRC;
    }
  }

  // Null where the file ends within it, or before.
  private static Chunk at(ByteBuffer png, int at) {
    int data = at + LENGTH + NAME;
    if (png.capacity() - data < CRC) {
      return null;
    }
    int length = png.getInt(at);
    if (length < 0 || length > png.capacity() - data - CRC) {
      return null;
    }
    String name = new String(png.array(), at + LENGTH, NAME, StandardCharsets.ISO_8859_1);
    return new Chunk(name, data, length);
  }

  /**
   * Compares the checksum of every chunk, those that a decoder may leave out too: they say how the
   * pixels are to be seen (transparency, colours, orientation), and where one byte was changed on
   * its way, others may be.
   */
  static void check(byte[] png, ImageFaults faults) {
    ByteBuffer in = ByteBuffer.wrap(png);
    for (Chunk chunk = at(in, SIGNATURE); chunk != null; chunk = at(in, chunk.end())) {
      CRC32 crc = new CRC32();
      crc.update(png, chunk.data() - NAME, NAME + chunk.length());
      if ((int) crc.getValue() != in.getInt(chunk.data() + chunk.length())) {
        faults.damage("the checksum of its " + chunk.name() + " chunk is wrong");
      }
      if (chunk.name().equals("IEND")) {
        return;
      }
    }
    // The decoder says whether pixels are missing as well.
    faults.oddity("its end (the IEND chunk) is missing");
  }

  /**
   * The data of the first chunk of a name.
   *
   * @return null if there is none
   */
  static byte[] find(byte[] png, String name) {
    ByteBuffer in = ByteBuffer.wrap(png);
    for (Chunk chunk = at(in, SIGNATURE); chunk != null; chunk = at(in, chunk.end())) {
      if (chunk.name().equals(name)) {
        return Arrays.copyOfRange(png, chunk.data(), chunk.data() + chunk.length());
      }
    }
    return null;
  }
}
