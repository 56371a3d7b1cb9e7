package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lenet5.image.ImageShape;
import org.tensorflow.ndarray.buffer.DataBuffers;

/** Batches whatever the augmentation: a function of seed, epoch and index alone. */
class VariedBatchesTest {
  private static final List<String> WORDS =
      List.of(
          "flip",
          "crop:2",
          "crop",
          "shift:0.1",
          "rotate:15",
          "trivial",
          "color:0.4",
          "cutout:8",
          "erase:0.5",
          "mixup:0.2",
          "cutmix:1");

  @Provide
  Arbitrary<ImageShape> shapes() {
    Arbitrary<Integer> sides = Arbitraries.integers().between(16, 40);
    return Combinators.combine(sides, sides, Arbitraries.of(1, 3)).as(ImageShape::new);
  }

  @Provide
  Arbitrary<Augmentation> augmentations() {
    return Arbitraries.of(WORDS)
        .set()
        .ofMinSize(1)
        .map(
            words -> {
              Set<String> one = words.stream().collect(Collectors.toSet());
              if (one.contains("crop")) {
                one.remove("crop:2");
              }
              return Augmentation.parse(String.join(",", one));
            });
  }

  private static LabeledImages images(ImageShape shape, int count) {
    byte[] pixels = new byte[count * shape.bytes()];
    new Random(count).nextBytes(pixels);
    int[] labels = new int[count];
    Arrays.setAll(labels, i -> i); // tell the images apart
    return new LabeledImages(shape, pixels, labels);
  }

  /** Every batch as text that can be compared. */
  private static List<String> all(BatchStream stream) {
    List<String> found = new ArrayList<>();
    try (stream) {
      while (stream.hasNext()) {
        Batch batch = stream.next();
        byte[] pixels = new byte[(int) batch.images().size()];
        batch.images().copyTo(DataBuffers.of(pixels, false, false));
        StringBuilder text = new StringBuilder().append(batch.index());
        for (int i = 0; i < batch.size(); i++) {
          text.append(' ').append(batch.labels().getInt(i));
          int image = i;
          batch
              .mixed()
              .ifPresent(
                  second ->
                      text.append('/')
                          .append(second.labels().getInt(image))
                          .append('*')
                          .append(second.weights().getFloat(image)));
        }
        found.add(text.append(' ').append(Arrays.hashCode(pixels)).toString());
      }
    }
    return found;
  }

  @Property(tries = 40, seed = "11")
  void neitherWorkersNorTheStartNorTheBatchMatter(
      @ForAll("shapes") ImageShape shape,
      @ForAll("augmentations") Augmentation augmentation,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 60) int count,
      @ForAll @IntRange(min = 1, max = 30) int batchSize,
      @ForAll @IntRange(min = 2, max = 5) int workers,
      @ForAll @IntRange(max = 60) int start)
      throws IOException {
    LabeledImages images = images(shape, count);
    List<String> expected = all(BatchStream.shuffled(images, batchSize, augmentation, seed, 3, 1));
    int from = start % (expected.size() + 1);
    assertThat(
            all(
                BatchStream.shuffled(images, batchSize, augmentation, seed, 3, workers)
                    .startAt(from)))
        .isEqualTo(expected.subList(from, expected.size()));
    byte[] pixels = new byte[count * shape.bytes()];
    for (int i = 0; i < count; i++) {
      images.copyTo(i, pixels, i * shape.bytes());
    }
    Path file = Files.write(Files.createTempFile("images", ".bin"), pixels);
    try {
      int[] labels = new int[count];
      Arrays.setAll(labels, i -> i);
      LabeledImages mapped = LabeledImages.mapped(shape, file, 0, labels);
      assertThat(all(BatchStream.shuffled(mapped, batchSize, augmentation, seed, 3, workers)))
          .isEqualTo(expected);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void eachWayChangesTheImagesButNotTheOrder() {
    LabeledImages images = images(new ImageShape(24, 20, 3), 30);
    List<String> plain = all(BatchStream.shuffled(images, 30, Augmentation.NONE, 1, 1, 1));
    String order = plain.get(0).replaceFirst(" -?\\d+$", "");
    List<String> found = new ArrayList<>(plain);
    for (String word : WORDS) {
      List<String> varied =
          all(BatchStream.shuffled(images, 30, Augmentation.parse(word), 1, 1, 1));
      assertThat(varied.get(0).replaceAll("/\\S+", "")).as(word).startsWith(order + " ");
      found.addAll(varied);
    }
    assertThat(found).doesNotHaveDuplicates();
  }

  @Test
  void mixingTakesTheOtherImageAsItIsVariedItself() {
    LabeledImages images = images(new ImageShape(16, 16, 1), 40);
    byte[][] varied = new byte[40][];
    Augmentation moves = Augmentation.parse("flip,rotate:20");
    try (BatchStream stream = BatchStream.shuffled(images, 40, moves, 5, 2, 1)) {
      Batch batch = stream.next();
      for (int i = 0; i < 40; i++) {
        varied[batch.labels().getInt(i)] = pixels(batch, i);
      }
    }
    Augmentation mixes = Augmentation.parse("flip,rotate:20,mixup:1");
    try (BatchStream stream = BatchStream.shuffled(images, 40, mixes, 5, 2, 1)) {
      Batch batch = stream.next();
      Batch.SecondLabels second = batch.mixed().orElseThrow();
      for (int i = 0; i < 40; i++) {
        float own = second.weights().getFloat(i);
        byte[] one = varied[batch.labels().getInt(i)];
        byte[] other = varied[second.labels().getInt(i)];
        byte[] mixed = pixels(batch, i);
        for (int at = 0; at < mixed.length; at++) {
          double expected = own * (one[at] & 0xFF) + (1 - own) * (other[at] & 0xFF);
          assertThat(Math.abs((mixed[at] & 0xFF) - expected)).isLessThan(0.51);
        }
      }
    }
  }

  private static byte[] pixels(Batch batch, int i) {
    byte[] pixels = new byte[(int) batch.images().get(i).size()];
    batch.images().get(i).copyTo(DataBuffers.of(pixels, false, false));
    return pixels;
  }

  @Test
  void variationsAreTheSameEverywhere() {
    // If this value changes, runs can no longer be repeated.
    LabeledImages images = images(new ImageShape(20, 24, 3), 60);
    Augmentation all =
        Augmentation.parse(
            "flip,crop:2,shift:0.1,rotate:15,trivial,color:0.4,cutout:8,erase:0.5,mixup:0.2,cutmix:1");
    assertThat(all(BatchStream.shuffled(images, 60, all, 42, 1, 1)).get(0).hashCode())
        .isEqualTo(2029607700);
  }
}
