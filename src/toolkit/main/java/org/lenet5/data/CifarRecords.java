package org.lenet5.data;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.lenet5.image.ImageShape;
import org.lenet5.io.Sha256;

/**
 * The binary format of CIFAR-10 and CIFAR-100.
 *
 * <pre>
 *   CIFAR-10   CIFAR-100
 *              0           coarse label, 0 to 19
 *   0          1           label, 0 to 9 or 0 to 99
 *   1..1024    2..1025     red, 32 rows of 32
 *   1025..2048 1026..2049  green
 *   2049..3072 2050..3073  blue
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

  /**
   * How a record begins.
   *
   * @param labels bytes before the pixels
   * @param label which of them is wanted, from 0
   * @param classes that it may name
   */
  record Layout(int labels, int label, int classes) {
    static final Layout CIFAR10 = new Layout(1, 0, CLASSES);

    int recordBytes() {
      return labels + IMAGE_BYTES;
    }
  }

  /** How many records a file of {@code bytes} holds. */
  static int count(String file, long bytes) {
    if (bytes % RECORD_BYTES != 0 || bytes / RECORD_BYTES > Integer.MAX_VALUE / IMAGE_BYTES) {
      throw new DataException(
          "%s has %d bytes, which is not a whole number of CIFAR-10 records of %d bytes"
              .formatted(file, bytes, RECORD_BYTES));
    }
    return (int) (bytes / RECORD_BYTES);
  }

  /** Reads CIFAR-10's. */
  static String read(InputStream in, String file, int count, byte[] pixels, int[] labels, int first)
      throws IOException {
    return read(in, file, Layout.CIFAR10, count, pixels, labels, first);
  }

  /**
   * Reads exactly {@code count} records into the sets' arrays from image {@code first} on.
   *
   * @return the SHA-256 of what was read
   * @throws DataException if a label is not a class or the stream is shorter or longer
   */
  static String read(
      InputStream in, String file, Layout layout, int count, byte[] pixels, int[] labels, int first)
      throws IOException {
    int length = layout.recordBytes();
    MessageDigest digest = Sha256.digest();
    byte[] records = new byte[RECORDS_AT_ONCE * length];
    for (int done = 0; done < count; ) {
      int wanted = Math.min(RECORDS_AT_ONCE, count - done);
      int bytes = in.readNBytes(records, 0, wanted * length);
      if (bytes != wanted * length) {
        throw new DataException(
            "%s ends after %d bytes, should have %d records, %d bytes"
                .formatted(file, (long) done * length + bytes, count, (long) count * length));
      }
      digest.update(records, 0, bytes);
      for (int i = 0; i < wanted; i++, done++) {
        int record = i * length;
        labels[first + done] = label(records[record + layout.label()], layout, file, done);
        interleave(records, record + layout.labels(), pixels, (first + done) * IMAGE_BYTES);
      }
    }
    if (in.read() >= 0) {
      throw new DataException(
          "%s is longer than %d records, %d bytes".formatted(file, count, (long) count * length));
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

  private static byte label(byte label, Layout layout, String file, int record) {
    if (label < 0 || label >= layout.classes()) {
      throw new DataException(
          "%s: label of record %d (byte %d) is %d, should be 0 to %d"
              .formatted(
                  file,
                  record,
                  (long) record * layout.recordBytes() + layout.label(),
                  Byte.toUnsignedInt(label),
                  layout.classes() - 1));
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
