package org.lenet5.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.IntStream;
import org.lenet5.image.ImageShape;
import org.lenet5.io.Sha256;

/** Data sets published in MNIST's form: four IDX files with grey images and their labels. */
record PublishedIdx(
    String name, int training, int test, ImageShape shape, List<String> classNames) {
  static final List<String> NAMES =
      List.of(
          "train-images-idx3-ubyte",
          "train-labels-idx1-ubyte",
          "t10k-images-idx3-ubyte",
          "t10k-labels-idx1-ubyte");

  /**
   * The four files.
   *
   * @param folder below the data folder
   * @param sha256s in the order of {@link #NAMES}
   */
  PublishedFiles files(String folder, List<String> sha256s) {
    long[] bytes = {
      IdxFile.IMAGES_HEADER + (long) training * shape.bytes(),
      IdxFile.LABELS_HEADER + training,
      IdxFile.IMAGES_HEADER + (long) test * shape.bytes(),
      IdxFile.LABELS_HEADER + test
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
    IdxFile.Images found = read(folder, pixels, IdxFile::images);
    if (found.count() != count || !found.shape().equals(shape)) {
      throw new DataException(
          "%s has %d images of %s, should have %d of %s"
              .formatted(
                  folder.resolve(pixels.name()), found.count(), found.shape(), count, shape));
    }
    int[] numbers = read(folder, labels, IdxFile::labels);
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] >= classNames.size()) {
        throw new DataException(
            "%s: label %d is %d, should be 0 to %d"
                .formatted(folder.resolve(labels.name()), i, numbers[i], classNames.size() - 1));
      }
    }
    return new LabeledImages(shape, found.pixels(), numbers);
  }

  private static <T> T read(Path folder, PublishedFiles.Entry expected, IdxFile.Reader<T> reader) {
    Path file = folder.resolve(expected.name());
    PublishedFiles.checkLength(file, expected);
    MessageDigest digest = Sha256.digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      T content = reader.read(in, file.toString());
      PublishedFiles.checkSha256(file, Sha256.hex(digest), expected);
      return content;
    } catch (IOException e) {
      throw PublishedFiles.unreadable(file, e);
    }
  }
}
