package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.io.Sha256;

class SampleTest {
  private final Dataset sample = new DataStore(Path.of("nowhere")).load("sample");

  @Test
  void hasTheFirstImagesOfEveryClass() {
    assertThat(counts(sample.train())).containsOnly(500).hasSize(10);
    assertThat(counts(sample.test())).containsOnly(100).hasSize(10);
    assertThat(sample.classNames())
        .containsExactly(
            "airplane",
            "automobile",
            "bird",
            "cat",
            "deer",
            "dog",
            "frog",
            "horse",
            "ship",
            "truck");
  }

  @Test
  void isTheRealDataInItsOrder() {
    // CIFAR-10 begins with a frog, two trucks and a deer, its test images with a cat and two ships.
    assertThat(IntStream.range(0, 4).map(sample.train()::label)).containsExactly(6, 9, 9, 4);
    assertThat(IntStream.range(0, 3).map(sample.test()::label)).containsExactly(3, 8, 8);
    // The frog's first pixel is (59, 62, 63).
    assertThat(Images.bytes(sample.train(), 0)).startsWith((byte) 59, (byte) 62, (byte) 63);
  }

  @Test
  void itsFilesHaveTheirSha256() throws IOException {
    assertThat(List.of(sha256("train.bin"), sha256("test.bin")))
        .containsExactly(
            "bf8e2e6b9e381140badf8be7d1755e1397c2141221aeec58a41af45b5ef906a7",
            "2874326af7bc2185faa47540a6da15a077e5b66659f8e479abb9ab628170fa86");
    assertThat(sample.sha256()).isEqualTo(new DataStore(Path.of("nowhere")).verify("sample"));
  }

  @Test
  void makingItTakesTheFirstOfEachClassOverAllFiles(@TempDir Path folder) throws IOException {
    Path first = records(folder.resolve("1.bin"), 0, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    Path second = records(folder.resolve("2.bin"), 9, 0, 9);
    Path target = folder.resolve("sample.bin");
    MakeSample.write(List.of(first, second), 1, target);
    LabeledImages made = Cifar10.read(target);
    assertThat(IntStream.range(0, made.size()).map(made::label))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(Images.bytes(made, 0)).containsOnly(0); // the first airplane, not the second
    assertThatIOException().isThrownBy(() -> MakeSample.write(List.of(first), 1, target));
  }

  /** Records whose pixels all are the record's index. */
  private static Path records(Path file, int... labels) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] image = new byte[Cifar10.SHAPE.bytes()];
    for (int i = 0; i < labels.length; i++) {
      out.write(labels[i]);
      Arrays.fill(image, (byte) i);
      out.write(image);
    }
    return Files.write(file, out.toByteArray());
  }

  private static String sha256(String file) throws IOException {
    try (InputStream in = Sample.class.getResourceAsStream("sample/" + file)) {
      MessageDigest digest = Sha256.digest();
      digest.update(in.readAllBytes());
      return Sha256.hex(digest);
    }
  }

  private static int[] counts(LabeledImages images) {
    int[] counts = new int[10];
    IntStream.range(0, images.size()).forEach(i -> counts[images.label(i)]++);
    return counts;
  }
}
