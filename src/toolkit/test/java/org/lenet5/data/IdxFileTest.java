package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.image.ImageShape;

class IdxFileTest {
  @Property(tries = 50, seed = "3")
  void pixelsAndLabelsComeBack(
      @ForAll @IntRange(max = 9) int count,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll long seed)
      throws IOException {
    byte[] pixels = new byte[count * height * width];
    new Random(seed).nextBytes(pixels);
    IdxFile.Images read =
        IdxFile.images(new ByteArrayInputStream(images(count, height, width, pixels)), "a");
    assertThat(read.shape()).isEqualTo(new ImageShape(height, width, 1));
    assertThat(read.count()).isEqualTo(count);
    assertThat(read.pixels()).isEqualTo(pixels);
    int[] labels =
        IdxFile.labels(new ByteArrayInputStream(labels(Arrays.copyOf(pixels, count))), "b");
    for (int i = 0; i < count; i++) {
      assertThat(labels[i]).isEqualTo(pixels[i] & 255);
    }
  }

  @Property(tries = 500, seed = "3")
  void anyBytesAreReadOrRefusedInOneLine(
      @ForAll byte[] tail, @ForAll @IntRange(max = 20) int cut, @ForAll int changed)
      throws IOException {
    byte[] file =
        ByteBuffer.allocate(16 + tail.length)
            .put(Arrays.copyOf(images(Math.max(1, tail.length / 4), 2, 2, tail), 16))
            .put(tail)
            .array();
    file[Math.floorMod(changed, 16)] ^= (byte) (changed >> 8);
    file = Arrays.copyOf(file, Math.max(0, file.length - cut));
    try {
      IdxFile.Images read = IdxFile.images(new ByteArrayInputStream(file), "a.idx");
      assertThat(read.pixels()).isEqualTo(Arrays.copyOfRange(file, 16, file.length));
    } catch (DataException e) {
      assertThat(e.getMessage()).startsWith("a.idx").hasLineCount(1);
    }
  }

  @Test
  void readsPlainAndGzippedFiles(@TempDir Path folder) throws IOException {
    Path images = folder.resolve("a-images-idx3-ubyte.gz");
    byte[] pixels = {1, 2, 3, 4, 5, 6, 7, (byte) 255};
    Files.write(images, gzip(images(2, 2, 2, pixels)));
    Path labels = Files.write(folder.resolve("a-labels-idx1-ubyte"), labels(new byte[] {3, -1}));
    LabeledImages read = IdxFile.read(images, labels);
    assertThat(read.label(0)).isEqualTo(3);
    assertThat(read.label(1)).isEqualTo(255);
    byte[] second = new byte[4];
    read.copyTo(1, second, 0);
    assertThat(second).containsExactly(5, 6, 7, 255);
  }

  @Test
  void saysWhatIsWrong(@TempDir Path folder) throws IOException {
    Path images = folder.resolve("images");
    Path labels = folder.resolve("labels");
    Files.write(labels, labels(new byte[] {1, 2, 3}));
    refused(images, labels, "cannot read " + images + ": no such file or folder (" + images + ")");
    byte[] two = images(2, 2, 2, new byte[8]);
    Files.write(images, two);
    refused(
        images,
        labels,
        labels + " has 3 labels, should have one for each of the 2 images of " + images);
    Files.write(images, Arrays.copyOf(two, 23));
    refused(images, labels, images + " ends after 1 of its 2 images");
    Files.write(images, Arrays.copyOf(two, 25));
    refused(images, labels, images + " is longer than the 2 images that its header says");
    Files.write(images, Arrays.copyOf(two, 9));
    refused(images, labels, images + " ends after 9 bytes, should have a header of 16");
    Files.write(images, labels(new byte[] {1, 2, 3}));
    refused(
        images,
        labels,
        images + " begins with 00000801, should begin with 00000803 as IDX files of images do");
    Files.write(images, images(1, 0, 5, new byte[0]));
    refused(images, labels, images + ": an image's sides (0 x 5) must be from 1 to 4096");
    Files.write(images, images(Integer.MAX_VALUE, 28, 28, new byte[3]));
    refused(
        images,
        labels,
        images
            + ": its header says 2147483647 images of 784 bytes, should be at most 2147483639 bytes in all");
    Files.write(images, images(2_000_000_000, 1, 1, new byte[3])); // takes no 2 GB to find out
    refused(images, labels, images + " ends after 3 of its 2000000000 images");
    Path zipped = folder.resolve("images.gz");
    Files.write(zipped, Arrays.copyOf(gzip(two), 20));
    refused(zipped, labels, "cannot read " + zipped + ": Unexpected end of ZLIB input stream");
  }

  private static void refused(Path images, Path labels, String message) {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> IdxFile.read(images, labels))
        .withMessage(message);
  }

  /** A file of images. */
  static byte[] images(int count, int height, int width, byte[] pixels) {
    return ByteBuffer.allocate(16 + pixels.length)
        .putInt(0x803)
        .putInt(count)
        .putInt(height)
        .putInt(width)
        .put(pixels)
        .array();
  }

  /** A file of labels. */
  static byte[] labels(byte[] labels) {
    return ByteBuffer.allocate(8 + labels.length)
        .putInt(0x801)
        .putInt(labels.length)
        .put(labels)
        .array();
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
