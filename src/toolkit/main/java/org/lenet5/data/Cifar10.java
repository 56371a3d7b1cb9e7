package org.lenet5.data;

import static org.lenet5.data.CifarRecords.IMAGE_BYTES;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lenet5.image.ImageShape;

/**
 * CIFAR-10 as published: which files there are and how they are read.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">The CIFAR-10 data set</a>
 */
public final class Cifar10 {
  /** The data set's name. */
  public static final String NAME = "cifar10";

  /** The folder that the archive unpacks to. */
  public static final String FOLDER = "cifar-10-batches-bin";

  /** The shape of its images: 32×32 pixels in colour. */
  public static final ImageShape SHAPE = CifarRecords.SHAPE;

  /** The words for labels 0 to 9. */
  public static final List<String> CLASS_NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  static final Release PUBLISHED =
      new Release(
          10_000,
          170_052_171,
          "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
          List.of(
              "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
              "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
              "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
              "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
              "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
              "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"));

  /** The six files in their order; the last one is for testing. */
  static final List<String> FILES =
      List.of(
          "data_batch_1.bin",
          "data_batch_2.bin",
          "data_batch_3.bin",
          "data_batch_4.bin",
          "data_batch_5.bin",
          "test_batch.bin");

  private static final int TRAINING_FILES = FILES.size() - 1;

  private Cifar10() {}

  /**
   * The files' lengths and digests.
   *
   * @param records in each of the six files
   * @param archiveBytes length of the archive
   * @param archiveSha256 of the archive
   * @param sha256s of the six files, in the order of {@link #FILES}
   */
  record Release(int records, long archiveBytes, String archiveSha256, List<String> sha256s) {
    PublishedFiles files() {
      long bytes = (long) records * CifarRecords.RECORD_BYTES;
      List<PublishedFiles.Entry> files = new ArrayList<>();
      for (int i = 0; i < FILES.size(); i++) {
        files.add(new PublishedFiles.Entry(FILES.get(i), bytes, sha256s.get(i)));
      }
      return new PublishedFiles(FOLDER, files);
    }
  }

  /**
   * Reads any file of CIFAR-10 records.
   *
   * @throws DataException if it is missing, unreadable or not such a file
   */
  public static LabeledImages read(Path file) {
    int count = CifarRecords.count(file.toString(), PublishedFiles.length(file));
    byte[] pixels = new byte[count * IMAGE_BYTES];
    int[] labels = new int[count];
    readInto(file, count, pixels, labels, 0);
    return new LabeledImages(CifarRecords.SHAPE, pixels, labels);
  }

  /** CIFAR-10 below a data folder. Opening it takes 184 MB. */
  static DataSource source(Path folder, PublishedFetch ways) {
    PublishedFiles files = ways.files();
    int records = (int) (files.files().get(0).bytes() / CifarRecords.RECORD_BYTES);
    return new PublishedSource(
        folder,
        new PublishedSource.Contents(NAME, TRAINING_FILES * records, records, SHAPE, CLASS_NAMES),
        ways,
        place -> load(place, files, records));
  }

  private static Dataset load(Path folder, PublishedFiles files, int records) {
    int training = TRAINING_FILES * records;
    byte[] trainPixels = new byte[training * IMAGE_BYTES];
    int[] trainLabels = new int[training];
    byte[] testPixels = new byte[records * IMAGE_BYTES];
    int[] testLabels = new int[records];
    for (int i = 0; i < FILES.size(); i++) {
      Path file = folder.resolve(FILES.get(i));
      PublishedFiles.checkLength(file, files.files().get(i));
      boolean train = i < TRAINING_FILES;
      String sha256 =
          readInto(
              file,
              records,
              train ? trainPixels : testPixels,
              train ? trainLabels : testLabels,
              train ? i * records : 0);
      PublishedFiles.checkSha256(file, sha256, files.files().get(i));
    }
    return new Dataset(
        NAME,
        new LabeledImages(SHAPE, trainPixels, trainLabels),
        new LabeledImages(SHAPE, testPixels, testLabels),
        CLASS_NAMES,
        files.sha256());
  }

  private static String readInto(
      Path file, int count, byte[] pixels, int[] labels, int firstImage) {
    try (InputStream in = Files.newInputStream(file)) {
      return CifarRecords.read(in, file.toString(), count, pixels, labels, firstImage);
    } catch (IOException e) {
      throw PublishedFiles.unreadable(file, e);
    }
  }
}
