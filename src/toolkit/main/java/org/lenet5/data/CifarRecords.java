package org.lenet5.data;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.lenet5.image.ImageShape;
import org.lenet5.io.Sha256;

/**
 * CIFAR-10's binary format.
 *
 * <pre>
 *   byte 0            label, 0 to 9
 *   bytes 1..1024     red, 32 rows of 32
 *   bytes 1025..2048  green
 *   bytes 2049..3072  blue
 * </pre>
 *
 * Records follow each other without header or padding.
 */
final class CifarRecords {
  static final int CLASSES = 10;
  static final ImageShape SHAPE = new ImageShape(32, 32, 3);
  static final int IMAGE_BYTES = SHAPE.bytes();
  static final int RECORD_BYTES = 1 + IMAGE_BYTES;

  private static final int PLANE = IMAGE_BYTES / 3;
  private static final int RECORDS_AT_ONCE = 64;

  private CifarRecords() {}

  /** How many records a file of {@code bytes} holds. */
  static int count(String file, long bytes) {
    if (bytes % RECORD_BYTES != 0 || bytes / RECORD_BYTES > Integer.MAX_VALUE / IMAGE_BYTES) {
      throw new DataException(
          "%s has %d bytes, which is not a whole number of CIFAR-10 records of %d bytes"
              .formatted(file, bytes, RECORD_BYTES));
    }
    return (int) (bytes / RECORD_BYTES);
  }

  /**
   * Reads exactly {@code count} records into the sets' arrays from image {@code first} on.
   *
   * @return the SHA-256 of what was read
   * @throws DataException if a label is not a class or the stream is shorter or longer
   */
  static String read(InputStream in, String file, int count, byte[] pixels, int[] labels, int first)
      throws IOException {
    MessageDigest digest = Sha256.digest();
    byte[] records = new byte[RECORDS_AT_ONCE * RECORD_BYTES];
    for (int done = 0; done < count; ) {
      int wanted = Math.min(RECORDS_AT_ONCE, count - done);
      int bytes = in.readNBytes(records, 0, wanted * RECORD_BYTES);
      if (bytes != wanted * RECORD_BYTES) {
        throw new DataException(
            "%s ends after %d bytes, should have %d records, %d bytes"
                .formatted(
                    file, (long) done * RECORD_BYTES + bytes, count, (long) count * RECORD_BYTES));
      }
      digest.update(records, 0, bytes);
      for (int i = 0; i < wanted; i++, done++) {
        labels[first + done] = label(records[i * RECORD_BYTES], file, done);
        interleave(records, i * RECORD_BYTES + 1, pixels, (first + done) * IMAGE_BYTES);
      }
    }
    if (in.read() >= 0) {
      throw new DataException(
          "%s is longer than %d records, %d bytes"
              .formatted(file, count, (long) count * RECORD_BYTES));
    }
    return Sha256.hex(digest);
  }

  /** Writes one image as a record: 3,073 bytes from {@code offset} of {@code target} on. */
  static void write(int label, byte[] image, byte[] target, int offset) {
    target[offset] = (byte) label;
    for (int i = 0, from = 0; i < PLANE; i++, from += 3) {
      target[offset + 1 + i] = image[from];
      target[offset + 1 + i + PLANE] = image[from + 1];
      target[offset + 1 + i + 2 * PLANE] = image[from + 2];
    }
  }

  private static byte label(byte label, String file, int record) {
    if (label < 0 || label >= CLASSES) {
      throw new DataException(
          "%s: label of record %d (byte %d) is %d, should be 0 to %d"
              .formatted(
                  file,
                  record,
                  (long) record * RECORD_BYTES,
                  Byte.toUnsignedInt(label),
                  CLASSES - 1));
    }
    return label;
  }

  /** Three planes to pixels. */
  private static void interleave(byte[] planes, int from, byte[] pixels, int to) {
    for (int i = from, end = from + PLANE; i < end; i++, to += 3) {
      pixels[to] = planes[i];
      pixels[to + 1] = planes[i + PLANE];
      pixels[to + 2] = planes[i + 2 * PLANE];
    }
  }
}
