package org.lenet5.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.IntStream;
import org.lenet5.image.ImageShape;
import org.lenet5.io.Sha256;

/**
 * Data sets published in MNIST's form: four IDX files with grey images and their labels.
 *
 * <pre>
 *   images: 00 00 08 03, then count, height and width as big-endian int32, then the pixels
 *   labels: 00 00 08 01, then count, then a byte each
 * </pre>
 *
 * @see <a href="https://yann.lecun.com/exdb/mnist/">The MNIST database</a>
 */
record PublishedIdx(
    String name, int training, int test, ImageShape shape, List<String> classNames) {
  static final List<String> NAMES =
      List.of(
          "train-images-idx3-ubyte",
          "train-labels-idx1-ubyte",
          "t10k-images-idx3-ubyte",
          "t10k-labels-idx1-ubyte");

  static final int IMAGES_MAGIC = 0x803;
  static final int LABELS_MAGIC = 0x801;
  private static final int IMAGES_HEADER = 16;
  private static final int LABELS_HEADER = 8;

  /**
   * The four files.
   *
   * @param folder below the data folder
   * @param sha256s in the order of {@link #NAMES}
   */
  PublishedFiles files(String folder, List<String> sha256s) {
    long[] bytes = {
      IMAGES_HEADER + (long) training * shape.bytes(),
      LABELS_HEADER + training,
      IMAGES_HEADER + (long) test * shape.bytes(),
      LABELS_HEADER + test
    };
    return new PublishedFiles(
        folder,
        IntStream.range(0, NAMES.size())
            .mapToObj(i -> new PublishedFiles.Entry(NAMES.get(i), bytes[i], sha256s.get(i)))
            .toList());
  }

  /** That data set below a data folder. */
  DataSource source(Path folder, PublishedFetch ways) {
    return new PublishedSource(
        folder,
        new PublishedSource.Contents(name, training, test, shape, classNames),
        ways,
        place -> read(place, ways.files()));
  }

  private Dataset read(Path folder, PublishedFiles files) {
    List<PublishedFiles.Entry> entries = files.files();
    return new Dataset(
        name,
        images(folder, entries.get(0), entries.get(1), training),
        images(folder, entries.get(2), entries.get(3), test),
        classNames,
        files.sha256());
  }

  private LabeledImages images(
      Path folder, PublishedFiles.Entry pixels, PublishedFiles.Entry labels, int count) {
    byte[] bytes =
        content(folder, pixels, List.of(IMAGES_MAGIC, count, shape.height(), shape.width()));
    byte[] classes = content(folder, labels, List.of(LABELS_MAGIC, count));
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = Byte.toUnsignedInt(classes[i]);
      if (numbers[i] >= classNames.size()) {
        throw new DataException(
            "%s: label %d is %d, should be 0 to %d"
                .formatted(folder.resolve(labels.name()), i, numbers[i], classNames.size() - 1));
      }
    }
    return new LabeledImages(shape, bytes, numbers);
  }

  /** What follows the header, which must be as expected. */
  private static byte[] content(Path folder, PublishedFiles.Entry expected, List<Integer> header) {
    Path file = folder.resolve(expected.name());
    PublishedFiles.checkLength(file, expected);
    MessageDigest digest = Sha256.digest();
    try (DataInputStream in =
        new DataInputStream(
            new DigestInputStream(
                new BufferedInputStream(Files.newInputStream(file), 1 << 16), digest))) {
      for (int number : header) {
        int actual = in.readInt();
        if (actual != number) {
          throw new DataException(
              "%s: its header says %d where %d should stand".formatted(file, actual, number));
        }
      }
      byte[] content = new byte[(int) (expected.bytes() - header.size() * Integer.BYTES)];
      in.readFully(content);
      PublishedFiles.checkSha256(file, Sha256.hex(digest), expected);
      return content;
    } catch (EOFException e) {
      throw new DataException(file + " ends too early", e);
    } catch (IOException e) {
      throw PublishedFiles.unreadable(file, e);
    }
  }
}
