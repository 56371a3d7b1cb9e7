package org.lenet5.summary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.lenet5.io.MaskedCrc32c;

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
 * For the masked checksum see {@link MaskedCrc32c}.
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
    record.putInt(MaskedCrc32c.of(record.array(), 0, Long.BYTES));
    record.put(data);
    record.putInt(MaskedCrc32c.of(data, 0, data.length));
    return record.array();
  }
}
