package org.lenet5.data;

import static org.lenet5.data.CifarRecords.IMAGE_BYTES;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The embedded part of CIFAR-10: the first 500 training images of each class over the five files
 * and the first 100 test images of each class, all in the original order. {@code
 * scripts/make-sample} wrote it.
 */
final class Sample implements DataSource {
  static final String NAME = "sample";
  static final int TRAIN = 5_000;
  static final int TEST = 1_000;
  static final List<String> SHA256S =
      List.of(
          "bf8e2e6b9e381140badf8be7d1755e1397c2141221aeec58a41af45b5ef906a7",
          "2874326af7bc2185faa47540a6da15a077e5b66659f8e479abb9ab628170fa86");

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public DataStore.Entry describe() {
    return new DataStore.Entry(
        NAME,
        DataStore.State.EMBEDDED,
        "embedded",
        (long) (TRAIN + TEST) * CifarRecords.RECORD_BYTES,
        TRAIN,
        TEST,
        Cifar10.SHAPE,
        Cifar10.CLASS_NAMES.size());
  }

  @Override
  public String verify() {
    return open().sha256();
  }

  @Override
  public Dataset open() {
    return new Dataset(
        NAME,
        read("train.bin", TRAIN, SHA256S.get(0)),
        read("test.bin", TEST, SHA256S.get(1)),
        Cifar10.CLASS_NAMES,
        DataDigest.ofFiles(SHA256S));
  }

  private static LabeledImages read(String name, int count, String expected) {
    String file = "the embedded sample/" + name;
    byte[] pixels = new byte[count * IMAGE_BYTES];
    int[] labels = new int[count];
    try (InputStream in = Sample.class.getResourceAsStream("sample/" + name)) {
      if (in == null) {
        throw new DataException(file + " is missing: build the program again");
      }
      String actual = CifarRecords.read(in, file, count, pixels, labels, 0);
      if (!actual.equals(expected)) {
        throw new DataException(
            "%s is damaged: its SHA-256 is %s, should be %s: build the program again"
                .formatted(file, actual, expected));
      }
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    return new LabeledImages(CifarRecords.SHAPE, pixels, labels);
  }
}
