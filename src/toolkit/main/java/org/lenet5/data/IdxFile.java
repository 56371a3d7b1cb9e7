package org.lenet5.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;

/**
 * MNIST's file format, plain or gzipped: unsigned bytes behind a header of big-endian int32.
 *
 * <pre>
 *   images: 00 00 08 03, count, height, width, then the grey pixels row by row
 *   labels: 00 00 08 01, count, then one byte each
 * </pre>
 *
 * @see <a href="https://yann.lecun.com/exdb/mnist/">The format at the end of the MNIST page</a>
 */
final class IdxFile {
  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;
  static final int IMAGES_HEADER = 16;
  static final int LABELS_HEADER = 8;

  /** What an array can hold. */
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;

  private static final String SUFFIX = ".gz";

  private IdxFile() {}

  /**
   * Images as they lie in a file.
   *
   * @param pixels of all images, [n,height,width,1]
   */
  record Images(ImageShape shape, byte[] pixels) {
    int count() {
      return pixels.length / shape.bytes();
    }
  }

  /**
   * Reads images and their labels.
   *
   * @throws DataException if a file cannot be read, is not of this format, is shorter or longer
   *     than its header says, or the counts disagree
   */
  static LabeledImages read(Path images, Path labels) {
    Images pixels = read(images, IdxFile::images);
    int[] classes = read(labels, IdxFile::labels);
    if (classes.length != pixels.count()) {
      throw new DataException(
          "%s has %d labels, should have one for each of the %d images of %s"
              .formatted(labels, classes.length, pixels.count(), images));
    }
    return new LabeledImages(pixels.shape(), pixels.pixels(), classes);
  }

  /** Reads a whole file, of which the name is for messages. */
  interface Reader<T> {
    T read(InputStream in, String file) throws IOException;
  }

  private static <T> T read(Path file, Reader<T> reader) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream in =
            file.getFileName().toString().endsWith(SUFFIX)
                ? new GZIPInputStream(raw, 1 << 16)
                : raw) {
      return reader.read(in, file.toString());
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(file, AtomicFiles.reason(e)), e);
    }
  }

  /** Reads a whole file of images; takes no more memory than the stream has bytes. */
  static Images images(InputStream in, String file) throws IOException {
    List<Integer> header = header(in, file, IMAGES_MAGIC, IMAGES_HEADER, "images");
    ImageShape shape = shape(file, header.get(1), header.get(2));
    return new Images(shape, content(in, file, header.get(0), shape.bytes(), "images"));
  }

  /** Reads a whole file of labels, 0 to 255 each. */
  static int[] labels(InputStream in, String file) throws IOException {
    int count = header(in, file, LABELS_MAGIC, LABELS_HEADER, "labels").get(0);
    byte[] bytes = content(in, file, count, 1, "labels");
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return labels;
  }

  /** The numbers behind the first, which tells the kind of file. */
  private static List<Integer> header(
      InputStream in, String file, int magic, int length, String what) throws IOException {
    byte[] bytes = in.readNBytes(length);
    ByteBuffer header = ByteBuffer.wrap(bytes);
    if (bytes.length >= Integer.BYTES && header.getInt(0) != magic) {
      throw new DataException(
          "%s begins with %08x, should begin with %08x as IDX files of %s do"
              .formatted(file, header.getInt(0), magic, what));
    }
    if (bytes.length < length) {
      throw new DataException(
          "%s ends after %d bytes, should have a header of %d"
              .formatted(file, bytes.length, length));
    }
    Integer[] numbers = new Integer[length / Integer.BYTES - 1];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = header.getInt((i + 1) * Integer.BYTES);
    }
    return List.of(numbers);
  }

  private static ImageShape shape(String file, int height, int width) {
    try {
      return new ImageShape(height, width, 1);
    } catch (IllegalArgumentException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    }
  }

  private static byte[] content(InputStream in, String file, int count, int each, String what)
      throws IOException {
    long bytes = (long) count * each;
    if (count < 0 || bytes > MOST_BYTES) {
      throw new DataException(
          "%s: its header says %d %s of %d bytes, should be at most %d bytes in all"
              .formatted(file, count, what, each, MOST_BYTES));
    }
    byte[] content = in.readNBytes((int) bytes);
    if (content.length < bytes) {
      throw new DataException(
          "%s ends after %d of its %d %s".formatted(file, content.length / each, count, what));
    }
    if (in.read() >= 0) {
      throw new DataException(
          "%s is longer than the %d %s that its header says".formatted(file, count, what));
    }
    return content;
  }
}
