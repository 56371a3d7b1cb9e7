package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.image.ImageShape;
import org.tensorflow.ndarray.buffer.DataBuffers;

/** Images of any shape, in memory and in mapped files, with any number of classes. */
class ShapesTest {
  @TempDir Path folder;

  @Provide
  Arbitrary<ImageShape> shapes() {
    return Combinators.combine(
            Arbitraries.integers().between(9, 40),
            Arbitraries.integers().between(9, 40),
            Arbitraries.of(1, 3))
        .as(ImageShape::new);
  }

  private static LabeledImages random(ImageShape shape, int count, int classes) {
    byte[] pixels = new byte[count * shape.bytes()];
    new Random(shape.hashCode()).nextBytes(pixels);
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (i * 7919) % classes;
    }
    return new LabeledImages(shape, pixels, labels);
  }

  @Property(tries = 40, seed = "2")
  void augmentationMovesAndMirrorsWholeImages(@ForAll("shapes") ImageShape shape) {
    LabeledImages images = random(shape, 12, 40_000);
    Set<List<Integer>> moves = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    try (BatchStream batches =
        BatchStream.shuffled(images, 5, Augmentation.parse("flip,crop"), 3, 1, 2)) {
      while (batches.hasNext()) {
        Batch batch = batches.next();
        byte[] pixels = new byte[batch.size() * shape.bytes()];
        batch.images().copyTo(DataBuffers.of(pixels));
        for (int i = 0; i < batch.size(); i++) {
          byte[] found = new byte[shape.bytes()];
          System.arraycopy(pixels, i * shape.bytes(), found, 0, found.length);
          moves.add(moveOf(images, batch.labels().getInt(i), found));
        }
      }
    }
    assertThat(moves).hasSizeGreaterThan(1);
  }

  /** How far down and right, and whether mirrored, the image of that label was moved. */
  private static List<Integer> moveOf(LabeledImages images, int label, byte[] found) {
    for (int i = 0; i < images.size(); i++) {
      for (int move = 0; images.label(i) == label && move < 162; move++) {
        byte[] moved = moved(images, i, move / 18 - 4, move / 2 % 9 - 4, move % 2 == 1);
        if (Arrays.equals(moved, found)) {
          return List.of(i, move);
        }
      }
    }
    throw new AssertionError("what came is no variation of the image with label " + label);
  }

  private static byte[] moved(LabeledImages images, int i, int down, int right, boolean mirrored) {
    ImageShape shape = images.shape();
    byte[] image = new byte[shape.bytes()];
    images.copyTo(i, image, 0);
    byte[] moved = new byte[shape.bytes()];
    for (int at = 0; at < moved.length; at++) {
      int channel = at % shape.channels();
      int x = at / shape.channels() % shape.width();
      int y = at / shape.channels() / shape.width() + down;
      x = (mirrored ? shape.width() - 1 - x : x) + right;
      if (x >= 0 && x < shape.width() && y >= 0 && y < shape.height()) {
        moved[at] = image[(y * shape.width() + x) * shape.channels() + channel];
      }
    }
    return moved;
  }

  @Property(tries = 20, seed = "3")
  void aMappedFileGivesTheSameBatchesAsMemory(@ForAll("shapes") ImageShape shape)
      throws IOException {
    LabeledImages images = random(shape, 11, 300);
    byte[] bytes = new byte[5 + 11 * shape.bytes()];
    int[] labels = new int[11];
    for (int i = 0; i < 11; i++) {
      images.copyTo(i, bytes, 5 + i * shape.bytes());
      labels[i] = images.label(i);
    }
    Path file = Files.write(Files.createTempFile("images", ".bin"), bytes);
    try {
      LabeledImages mapped = LabeledImages.mapped(shape, file, 5, labels);
      for (Augmentation each : List.of(Augmentation.NONE, Augmentation.parse("flip,crop"))) {
        assertThat(batches(mapped, each)).isEqualTo(batches(images, each));
      }
      assertThat(mapped.select(new int[] {9, 2}).image(1)).isEqualTo(images.image(2));
      assertThat(PixelStatistics.of(mapped)).isEqualTo(PixelStatistics.of(images));
    } finally {
      Files.delete(file);
    }
  }

  /** An epoch's batches as text that can be compared. */
  private static List<String> batches(LabeledImages images, Augmentation augmentation) {
    List<String> found = new ArrayList<>();
    try (BatchStream batches = BatchStream.shuffled(images, 4, augmentation, 7, 2, 1)) {
      while (batches.hasNext()) {
        Batch batch = batches.next();
        byte[] pixels = new byte[batch.size() * images.shape().bytes()];
        batch.images().copyTo(DataBuffers.of(pixels));
        StringBuilder text = new StringBuilder(Arrays.toString(pixels));
        batch.labels().scalars().forEach(label -> text.append(' ').append(label.getInt()));
        found.add(text.toString());
      }
    }
    return found;
  }

  @Test
  void imagesBeyondTwoGigabytesAreFound() throws IOException {
    ImageShape shape = new ImageShape(256, 256, 3);
    int count = 12_000; // 2.36 GB, in a file that has almost none of them on the disk
    Path file = folder.resolve("large.bin");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength((long) count * shape.bytes());
      for (int i : new int[] {0, 5461, 5462, count - 1}) { // 5,461 images are a gigabyte
        large.seek((long) i * shape.bytes());
        large.write(new byte[] {1, 2, (byte) i});
      }
    }
    LabeledImages images = LabeledImages.mapped(shape, file, 0, new int[count]);
    byte[] image = new byte[shape.bytes()];
    for (int i : new int[] {0, 5461, 5462, count - 1}) {
      images.copyTo(i, image, 0);
      assertThat(image).as("image %d", i).startsWith(1, 2, (byte) i);
      assertThat(images.image(i).getByte(0, 0, 2)).isEqualTo((byte) i);
    }
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> LabeledImages.mapped(shape, file, 1, new int[count]))
        .withMessage(
            file
                + " has 2359296000 bytes, should have 12000 images of 196608 bytes from byte 1 on");
    Files.delete(file);
  }

  @Test
  void statisticsAreThoseOfAllPixels() {
    ImageShape shape = new ImageShape(1, 2, 3);
    byte[] pixels = {0, 10, 7, (byte) 255, 20, 7, 0, 30, 7, (byte) 255, 40, 7};
    PixelStatistics found =
        PixelStatistics.of(LabeledImages.copyOf(shape, pixels, new int[] {0, 1}));
    assertThat(found.mean()).containsExactly(0.5, 25 / 255.0, 7 / 255.0);
    assertThat(found.deviation()).containsExactly(0.5, Math.sqrt(125) / 255, 0.0);
  }

  @Test
  void statisticsDoNotDependOnTheOrder() {
    LabeledImages images = random(new ImageShape(9, 11, 3), 2500, 3);
    int[] reversed = new int[images.size()];
    for (int i = 0; i < reversed.length; i++) {
      reversed[i] = reversed.length - 1 - i;
    }
    assertThat(PixelStatistics.of(images.select(reversed))).isEqualTo(PixelStatistics.of(images));
  }

  @Test
  void aBatchThatNoArrayHoldsIsRefused() {
    LabeledImages images =
        new LabeledImages(new ImageShape(1, 1, 1), new byte[20_000], new int[20_000]);
    ImageShape large = new ImageShape(256, 256, 3);
    BatchStream.Source source =
        new BatchStream.Source() {
          @Override
          public ImageShape shape() {
            return large;
          }

          @Override
          public int size() {
            return images.size();
          }

          @Override
          public void fill(int first, int count, BatchStream.Room room) {}
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BatchStream(source, 20_000, 1))
        .withMessage(
            "batch size (20000) must be at most 10922: images of [256,256,3] would take more than"
                + " 2 GB");
  }

  @Test
  void aDataSetIsOfOneShapeAndItsLabelsAreClasses() {
    LabeledImages grey = random(new ImageShape(9, 9, 1), 3, 2);
    LabeledImages colour = random(new ImageShape(9, 9, 3), 3, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("own", grey, colour, List.of("a", "b")))
        .withMessage("test images ([9,9,3]) must have the shape of the training images ([9,9,1])");
    LabeledImages third = LabeledImages.copyOf(grey.shape(), new byte[81], new int[] {2});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dataset.of("own", grey, third, List.of("a", "b")))
        .withMessage("label (2) of test image 0 must be below 2, the number of classes");
    assertThat(Dataset.of("own", grey, grey, List.of("a", "b")).sha256())
        .hasSize(64)
        .isNotEqualTo(Dataset.of("own", grey, grey, List.of("b", "a")).sha256())
        .isNotEqualTo(
            Dataset.of("own", grey, grey.select(new int[] {1, 0, 2}), List.of("a", "b")).sha256());
  }

  @Test
  void aProgramsOwnSourceStandsBesideTheOthers() {
    LabeledImages grey = random(new ImageShape(9, 9, 1), 3, 2);
    Dataset own = Dataset.of("own", grey, grey, List.of("a", "b"));
    DataStore store = new DataStore(folder.resolve("nowhere")).with(DataSource.of(own));
    assertThat(store.names()).startsWith("sample", "cifar10").endsWith("own");
    assertThat(store.load("own")).isSameAs(own);
    assertThat(store.verify("own")).isEqualTo(own.sha256());
    assertThat(store.fetch("own", Progress.NONE)).isFalse();
    assertThat(store.list().get(6))
        .isEqualTo(
            new DataStore.Entry(
                "own",
                DataStore.State.EMBEDDED,
                "in memory",
                6 * 81,
                3,
                3,
                new ImageShape(9, 9, 1),
                2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.with(DataSource.of(own)))
        .withMessage("there is a data set own already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.load("emnist"))
        .withMessage(
            "data set (emnist) must be sample or cifar10 or cifar100 or cifar100-coarse or mnist or"
                + " fashion-mnist or own");
  }
}
