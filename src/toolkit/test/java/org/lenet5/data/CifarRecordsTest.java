package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarRecordsTest {
  private static final int RECORD = 3073;

  private static LabeledImages read(byte[] bytes) throws IOException {
    int count = CifarRecords.count("a.bin", bytes.length);
    byte[] pixels = new byte[count * 3072];
    int[] labels = new int[count];
    CifarRecords.read(new ByteArrayInputStream(bytes), "a.bin", count, pixels, labels, 0);
    return new LabeledImages(Cifar10.SHAPE, pixels, labels);
  }

  @Property(tries = 20, seed = "42")
  void planesBecomePixels(@ForAll long seed, @ForAll @IntRange(max = 150) int count)
      throws IOException {
    byte[] bytes = records(seed, count);
    LabeledImages images = read(bytes);
    assertThat(images.size()).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      assertThat(images.label(i)).isEqualTo(bytes[i * RECORD]);
      byte[] image = Images.bytes(images, i);
      for (int pixel = 0; pixel < 1024; pixel++) {
        for (int channel = 0; channel < 3; channel++) {
          if (image[pixel * 3 + channel] != bytes[i * RECORD + 1 + channel * 1024 + pixel]) {
            throw new AssertionError("image %d pixel %d channel %d".formatted(i, pixel, channel));
          }
        }
      }
    }
  }

  @Property(tries = 20, seed = "42")
  void whatIsWrittenIsReadAgain(@ForAll long seed) throws IOException {
    LabeledImages image = Images.random(1, 10, seed);
    byte[] record = new byte[RECORD];
    CifarRecords.write(7, Images.bytes(image, 0), record, 0);
    assertThat(read(record).label(0)).isEqualTo(7);
    assertThat(Images.bytes(read(record), 0)).isEqualTo(Images.bytes(image, 0));
  }

  @Property(tries = 200, seed = "42")
  void anyBytesAreReadOrRefusedInOneLine(
      @ForAll long seed,
      @ForAll @IntRange(max = 3) int records,
      @ForAll @IntRange(max = 2) int more)
      throws IOException {
    byte[] bytes = new byte[records * RECORD + more];
    Random random = new Random(seed);
    random.nextBytes(bytes);
    boolean valid = more == 0;
    for (int i = 0; i < records; i++) {
      bytes[i * RECORD] &= 15; // else hardly a file would have only labels
      valid &= bytes[i * RECORD] < 10;
    }
    try {
      assertThat(read(bytes).size()).isEqualTo(records);
      assertThat(valid).isTrue();
    } catch (DataException e) {
      assertThat(valid).isFalse();
      assertThat(e).hasMessageContaining("a.bin");
      assertThat(e.getMessage().lines()).hasSize(1);
    }
  }

  @Test
  void namesTheBadLabel() {
    byte[] bytes = records(1, 70);
    bytes[66 * RECORD] = (byte) 200;
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> read(bytes))
        .withMessage("a.bin: label of record 66 (byte %d) is 200, should be 0 to 9", 66 * RECORD);
  }

  @Test
  void refusesAStreamOfAnotherLength() {
    byte[] bytes = records(1, 3);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> readCount(bytes, 4))
        .withMessage("a.bin ends after 9219 bytes, should have 4 records, 12292 bytes");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> readCount(bytes, 2))
        .withMessage("a.bin is longer than 2 records, 6146 bytes");
  }

  private static void readCount(byte[] bytes, int count) throws IOException {
    CifarRecords.read(
        new ByteArrayInputStream(bytes), "a.bin", count, new byte[count * 3072], new int[count], 0);
  }

  @Test
  void readsAFileOfAnyCount(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("some.bin");
    Files.write(file, records(5, 12));
    assertThat(Cifar10.read(file).size()).isEqualTo(12);
  }

  @Test
  void refusesFilesThatAreNone(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing.bin");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar10.read(missing))
        .withMessage(missing + " is missing");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar10.read(folder))
        .withMessage(folder + " is not a file");
    Path cut = Files.write(folder.resolve("cut.bin"), new byte[3000]);
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Cifar10.read(cut))
        .withMessage(
            cut + " has 3000 bytes, which is not a whole number of CIFAR-10 records of 3073 bytes");
  }

  /** Random records with valid labels. */
  static byte[] records(long seed, int count) {
    byte[] bytes = new byte[count * RECORD];
    Random random = new Random(seed);
    random.nextBytes(bytes);
    for (int i = 0; i < count; i++) {
      bytes[i * RECORD] = (byte) random.nextInt(10);
    }
    return bytes;
  }
}
