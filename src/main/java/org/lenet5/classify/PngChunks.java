package org.lenet5.classify;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The checksums of a PNG, which Java's decoder reads over.
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

  /**
   * Compares the checksum of every chunk, those that a decoder may leave out too: they say how the
   * pixels are to be seen (transparency, colours, orientation), and where one byte was changed on
   * its way, others may be.
   */
  static void check(byte[] png, ImageFaults faults) {
    ByteBuffer in = ByteBuffer.wrap(png);
    int at = SIGNATURE;
    while (png.length - at >= LENGTH + NAME + CRC) {
      int length = in.getInt(at);
      int data = at + LENGTH + NAME;
      if (length < 0 || length > png.length - data - CRC) {
        break;
      }
      String name = new String(png, at + LENGTH, NAME, StandardCharsets.ISO_8859_1);
      CRC32 crc = new CRC32();
      crc.update(png, at + LENGTH, NAME + length);
      if ((int) crc.getValue() != in.getInt(data + length)) {
        faults.damage("the checksum of its " + name + " chunk is wrong");
      }
      if (name.equals("IEND")) {
        return;
      }
      at = data + length + CRC;
    }
    // The decoder says whether pixels are missing as well.
    faults.oddity("its end (the IEND chunk) is missing");
  }
}
