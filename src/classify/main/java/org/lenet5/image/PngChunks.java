package org.lenet5.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
  private static final int END = name("IEND");

  private final byte[] png;
  private final List<Chunk> chunks = new ArrayList<>();

  /** A chunk: its name as a number, where its data begins, and how many bytes that has. */
  private record Chunk(int name, int data, int length) {}

  private static int name(String letters) {
    return ByteBuffer.wrap(letters.getBytes(StandardCharsets.ISO_8859_1)).getInt();
  }

  /** The chunks up to IEND, or to the one in which the file ends. */
  PngChunks(byte[] png) {
    this.png = png;
    ByteBuffer in = ByteBuffer.wrap(png);
    int at = SIGNATURE;
    while (png.length - at >= LENGTH + NAME + CRC && !hasEnd()) {
      int data = at + LENGTH + NAME;
      int length = in.getInt(at);
      if (length < 0 || length > png.length - data - CRC) {
        break;
      }
      chunks.add(new Chunk(in.getInt(at + LENGTH), data, length));
      at = data + length + CRC;
    }
  }

  private boolean hasEnd() {
    return !chunks.isEmpty() && chunks.get(chunks.size() - 1).name() == END;
  }

  /**
   * Compares the checksum of every chunk, those that a decoder may leave out too: they say how the
   * pixels are to be seen (transparency, colours, orientation), and where one byte was changed on
   * its way, others may be.
   *
   * @return whether all are right, and none is missing at the end
   */
  boolean check(ImageFaults faults) {
    ByteBuffer in = ByteBuffer.wrap(png);
    boolean sound = true;
    for (Chunk chunk : chunks) {
      CRC32 crc = new CRC32();
      crc.update(png, chunk.data() - NAME, NAME + chunk.length());
      if ((int) crc.getValue() != in.getInt(chunk.data() + chunk.length())) {
        String name = new String(png, chunk.data() - NAME, NAME, StandardCharsets.ISO_8859_1);
        faults.damage("the checksum of its " + name + " chunk is wrong");
        sound = false;
      }
    }
    if (!hasEnd()) {
      // The decoder says whether pixels are missing as well.
      faults.oddity("its end (the IEND chunk) is missing");
    }
    return sound && hasEnd();
  }

  /**
   * The data of the first chunk of a name.
   *
   * @return null if there is none
   */
  ByteBuffer data(String name) {
    int wanted = name(name);
    for (Chunk chunk : chunks) {
      if (chunk.name() == wanted) {
        return data(chunk);
      }
    }
    return null;
  }

  /** The data of all chunks of a name. */
  List<ByteBuffer> all(String name) {
    int wanted = name(name);
    return chunks.stream().filter(chunk -> chunk.name() == wanted).map(this::data).toList();
  }

  private ByteBuffer data(Chunk chunk) {
    return ByteBuffer.wrap(png, chunk.data(), chunk.length()).slice();
  }
}
