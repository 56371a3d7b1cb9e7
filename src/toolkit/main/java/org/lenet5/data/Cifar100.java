package org.lenet5.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR-100 as published: the same images under 100 fine labels, or under 20 coarse ones.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">The CIFAR-100 data set</a>
 */
final class Cifar100 {
  /** Labelled with the 100 classes. */
  static final String FINE = "cifar100";

  /** Labelled with the 20 groups of five classes. */
  static final String COARSE = "cifar100-coarse";

  static final PublishedFiles FILES =
      files(
          50_000,
          10_000,
          "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29",
          "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a");

  private static final int COARSE_AND_FINE = 2; // bytes before the pixels

  private static final List<String> FINE_NAMES = ClassNames.of(FINE + ".txt");
  private static final List<String> COARSE_NAMES = ClassNames.of(COARSE + ".txt");

  private Cifar100() {}

  static PublishedFiles files(int training, int test, String trainSha256, String testSha256) {
    long record = COARSE_AND_FINE + CifarRecords.IMAGE_BYTES;
    return new PublishedFiles(
        "cifar-100-binary",
        List.of(
            new PublishedFiles.Entry("train.bin", training * record, trainSha256),
            new PublishedFiles.Entry("test.bin", test * record, testSha256)));
  }

  static PublishedArchive archive() {
    return new PublishedArchive(
        URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
        168_513_733,
        "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
        FILES,
        PublishedFetch.CONNECT,
        PublishedFetch.STALL);
  }

  /**
   * CIFAR-100 below a data folder. Opening it takes 184 MB.
   *
   * @param name {@link #FINE} or {@link #COARSE}; both lie in the same files
   */
  static DataSource source(String name, Path folder, PublishedArchive archive) {
    List<String> classNames = name.equals(COARSE) ? COARSE_NAMES : FINE_NAMES;
    PublishedFiles files = archive.files();
    CifarRecords.Layout layout =
        new CifarRecords.Layout(COARSE_AND_FINE, name.equals(COARSE) ? 0 : 1, classNames.size());
    int training = records(files.files().get(0), layout);
    int test = records(files.files().get(1), layout);
    // Only what is read differs between the two; the digest of the files is the same.
    return new PublishedSource(
        folder,
        new PublishedSource.Contents(name, training, test, CifarRecords.SHAPE, classNames),
        new PublishedFetch(name, files, archive.ways(), archive::byHand),
        place ->
            new Dataset(
                name,
                read(place, files.files().get(0), layout),
                read(place, files.files().get(1), layout),
                classNames,
                files.sha256()));
  }

  private static int records(PublishedFiles.Entry file, CifarRecords.Layout layout) {
    return (int) (file.bytes() / layout.recordBytes());
  }

  private static LabeledImages read(
      Path folder, PublishedFiles.Entry expected, CifarRecords.Layout layout) {
    Path file = folder.resolve(expected.name());
    PublishedFiles.checkLength(file, expected);
    int count = records(expected, layout);
    byte[] pixels = new byte[count * CifarRecords.IMAGE_BYTES];
    int[] labels = new int[count];
    try (InputStream in = Files.newInputStream(file)) {
      String sha256 = CifarRecords.read(in, file.toString(), layout, count, pixels, labels, 0);
      PublishedFiles.checkSha256(file, sha256, expected);
    } catch (IOException e) {
      throw PublishedFiles.unreadable(file, e);
    }
    return new LabeledImages(CifarRecords.SHAPE, pixels, labels);
  }
}
