package org.lenet5.summary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The framing of an event file: a TFRecord file whose records are {@code tensorflow.Event}
 * messages.
 *
 * <pre>
 * offset  bytes  content, numbers little-endian
 *      0      8  length n of the data, unsigned
 *      8      4  masked CRC-32C of the 8 length bytes
 *     12      n  data: one serialized Event
 * 12 + n      4  masked CRC-32C of the data
 * </pre>
 *
 * A masked checksum is the checksum rotated right by 15 bits plus 0xA282EAD8 modulo 2^32: the CRC
 * of a string that holds its own CRC would be weak (TensorFlow, {@code tsl/lib/hash/crc32c.h}).
 */
public final class EventRecord {
  static final int HEADER = Long.BYTES + Integer.BYTES;
  static final int FOOTER = Integer.BYTES;

  private EventRecord() {}

  /** A record that holds {@code data}; a TFRecord file is such records, one after the other. */
  public static byte[] frame(byte[] data) {
    ByteBuffer record =
        ByteBuffer.allocate(HEADER + data.length + FOOTER).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedCrc(record.array(), 0, Long.BYTES));
    record.put(data);
    record.putInt(maskedCrc(data, 0, data.length));
    return record.array();
  }

  static int maskedCrc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xA282EAD8;
  }
}
