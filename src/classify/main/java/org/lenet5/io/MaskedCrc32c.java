package org.lenet5.io;

import java.util.zip.CRC32C;

/**
 * The checksum of TensorFlow's files: CRC-32C rotated right by 15 bits plus 0xA282EAD8 modulo 2^32.
 * The CRC of a string that holds its own CRC would be weak (TensorFlow, {@code
 * tsl/lib/hash/crc32c.h}).
 */
public final class MaskedCrc32c {
  private MaskedCrc32c() {}

  /** Of {@code length} bytes from {@code offset} on. */
  public static int of(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xA282EAD8;
  }
}
