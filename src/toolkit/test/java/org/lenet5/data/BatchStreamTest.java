package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lenet5.image.ImageShape;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

class BatchStreamTest {
  private static final int BYTES = Cifar10.SHAPE.bytes();
  private static final Augmentation BOTH = Augmentation.parse("flip,crop");

  /** A batch's values, kept. */
  private record Copy(int index, byte[] pixels, List<Integer> labels) {
    static Copy of(Batch batch) {
      byte[] pixels = new byte[batch.size() * BYTES];
      batch.images().copyTo(DataBuffers.of(pixels, false, false));
      List<Integer> labels = new ArrayList<>();
      batch.labels().scalars().forEach(label -> labels.add(label.getInt()));
      return new Copy(batch.index(), pixels, labels);
    }

    byte[] image(int i) {
      return Arrays.copyOfRange(pixels, i * BYTES, (i + 1) * BYTES);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Copy copy
          && index == copy.index
          && Arrays.equals(pixels, copy.pixels)
          && labels.equals(copy.labels);
    }

    @Override
    public int hashCode() {
      return index;
    }
  }

  private static List<Copy> all(BatchStream stream) {
    try (stream) {
      List<Copy> batches = new ArrayList<>();
      stream.forEachRemaining(batch -> batches.add(Copy.of(batch)));
      return batches;
    }
  }

  @Property(tries = 40, seed = "42")
  void neitherWorkersNorStartAndEndMatter(
      @ForAll long seed,
      @ForAll int epoch,
      @ForAll @IntRange(min = 1, max = 700) int count,
      @ForAll @IntRange(min = 1, max = 150) int batchSize,
      @ForAll @IntRange(min = 2, max = 8) int workers,
      @ForAll @IntRange(max = 700) int start,
      @ForAll @IntRange(max = 700) int length) {
    LabeledImages images = Images.random(count, 10, seed);
    List<Copy> expected = all(BatchStream.shuffled(images, batchSize, BOTH, seed, epoch, 1));
    assertThat(all(BatchStream.shuffled(images, batchSize, BOTH, seed, epoch, workers)))
        .isEqualTo(expected);
    int from = start % (expected.size() + 1);
    assertThat(
            all(BatchStream.shuffled(images, batchSize, BOTH, seed, epoch, workers).startAt(from)))
        .isEqualTo(expected.subList(from, expected.size()));
    int to = from + length % (expected.size() - from + 1);
    assertThat(
            all(
                BatchStream.shuffled(images, batchSize, BOTH, seed, epoch, workers)
                    .startAt(from)
                    .endAt(to)))
        .isEqualTo(expected.subList(from, to));
  }

  @Property(tries = 40, seed = "42")
  void everyImageComesOnceAnEpoch(
      @ForAll long seed,
      @ForAll int epoch,
      @ForAll @IntRange(min = 1, max = 300) int count,
      @ForAll @IntRange(min = 1, max = 310) int batchSize) {
    LabeledImages images = Images.random(count, 10, seed);
    List<Copy> batches =
        all(BatchStream.shuffled(images, batchSize, Augmentation.NONE, seed, epoch, 2));
    boolean[] seen = new boolean[count];
    for (int b = 0; b < batches.size(); b++) {
      Copy batch = batches.get(b);
      boolean last = b == batches.size() - 1;
      assertThat(batch.index()).isEqualTo(b);
      assertThat(batch.labels()).hasSize(last ? count - b * batchSize : batchSize);
      for (int i = 0; i < batch.labels().size(); i++) {
        int image = find(images, batch.image(i));
        assertThat(seen[image]).as("image %d again", image).isFalse();
        seen[image] = true;
        assertThat(batch.labels().get(i)).isEqualTo(images.label(image));
      }
    }
    assertThat(seen).containsOnly(true);
  }

  private static int find(LabeledImages images, byte[] pixels) {
    for (int i = 0; i < images.size(); i++) {
      if (Arrays.equals(Images.bytes(images, i), pixels)) {
        return i;
      }
    }
    throw new AssertionError("an image that is not in the set");
  }

  @Test
  void seedAndEpochChangeTheOrder() {
    LabeledImages images = Images.random(100, 10, 1);
    List<List<Copy>> epochs = new ArrayList<>();
    for (long[] key : new long[][] {{1, 1}, {1, 2}, {2, 1}, {2, 2}, {0, 3}, {3, 0}}) {
      epochs.add(
          all(BatchStream.shuffled(images, 100, Augmentation.NONE, key[0], (int) key[1], 1)));
    }
    assertThat(epochs).doesNotHaveDuplicates();
  }

  @Test
  void theAugmentationDoesNotChangeTheOrder() {
    LabeledImages images = Images.random(100, 10, 1);
    List<Integer> plain =
        all(BatchStream.shuffled(images, 100, Augmentation.NONE, 5, 1, 1)).get(0).labels();
    assertThat(all(BatchStream.shuffled(images, 100, BOTH, 5, 1, 1)).get(0).labels())
        .isEqualTo(plain);
  }

  @Test
  void orderAndVariationsAreTheSameEverywhere() {
    // If these values change, runs can no longer be repeated.
    LabeledImages images = Images.random(10, 10, 1);
    Copy batch = all(BatchStream.shuffled(images, 10, BOTH, 42, 1, 1)).get(0);
    assertThat(batch.labels()).containsExactly(3, 8, 7, 9, 6, 5, 1, 4, 0, 2);
    assertThat(IntStream.range(0, 10).map(i -> variation(images, batch, i)))
        .containsExactly(116, 94, 96, 56, 51, 72, 27, 76, 13, 110);
  }

  @Property(tries = 30, seed = "42")
  void anAugmentedImageIsOneOfTheReferenceImages(
      @ForAll long seed, @ForAll boolean flip, @ForAll boolean crop) {
    LabeledImages images = Images.random(8, 8, seed); // labels tell the images apart
    Augmentation augmentation =
        Augmentation.parse(flip ? crop ? "flip,crop" : "flip" : crop ? "crop" : "none");
    for (Copy batch : all(BatchStream.shuffled(images, 3, augmentation, seed, 1, 1))) {
      for (int i = 0; i < batch.labels().size(); i++) {
        byte[] original = Images.bytes(images, batch.labels().get(i));
        assertThat(variation(original, batch.image(i), flip, crop)).isNotNegative();
      }
    }
  }

  @Test
  void allVariationsAreEquallyProbable() {
    LabeledImages images = Images.random(1, 1, 3).select(new int[16_200]);
    byte[] original = Images.bytes(images, 0);
    int[] counts = new int[162];
    for (Copy batch : all(BatchStream.shuffled(images, 100, BOTH, 7, 1, 2))) {
      for (int i = 0; i < 100; i++) {
        counts[variation(original, batch.image(i), true, true)]++;
      }
    }
    double chiSquare = Arrays.stream(counts).mapToDouble(n -> (n - 100.0) * (n - 100) / 100).sum();
    // 161 degrees of freedom: 99.9 % of fair draws lie below 221, 0.1 % below 112.
    assertThat(chiSquare).isBetween(112.0, 221.0);
  }

  /** Which variation of {@code original} this is, or -1; each is made pixel by pixel. */
  private static int variation(byte[] original, byte[] image, boolean flip, boolean crop) {
    for (int variation = 0; variation < 162; variation++) {
      int down = variation / 18 - 4;
      int right = variation / 2 % 9 - 4;
      boolean flipped = variation % 2 == 1;
      boolean possible = (flip || !flipped) && (crop || down == 0 && right == 0);
      if (possible && isVariation(original, image, flipped, down, right)) {
        return variation;
      }
    }
    return -1;
  }

  private static int variation(LabeledImages images, Copy batch, int i) {
    return variation(Images.bytes(images, batch.labels().get(i)), batch.image(i), true, true);
  }

  private static boolean isVariation(
      byte[] original, byte[] image, boolean flipped, int down, int right) {
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        int fromY = y + down;
        int fromX = (flipped ? 31 - x : x) + right;
        boolean inside = fromY >= 0 && fromY < 32 && fromX >= 0 && fromX < 32;
        for (int channel = 0; channel < 3; channel++) {
          byte expected = inside ? original[(fromY * 32 + fromX) * 3 + channel] : 0;
          if (image[(y * 32 + x) * 3 + channel] != expected) {
            return false;
          }
        }
      }
    }
    return true;
  }

  @Test
  void inOrderGivesTheImagesAsTheyCome() {
    LabeledImages images = Images.random(25, 25, 1).select(new int[] {5, 3, 24, 0, 1});
    List<Copy> batches = all(BatchStream.inOrder(images, 2));
    assertThat(batches)
        .extracting(Copy::labels)
        .containsExactly(List.of(5, 3), List.of(24, 0), List.of(1));
    assertThat(batches.get(2).image(0)).isEqualTo(Images.bytes(images, 4));
  }

  @Test
  void aBatchCopiesIntoTensors() {
    LabeledImages images = Images.random(5, 5, 1);
    try (BatchStream stream = BatchStream.inOrder(images, 3)) {
      stream.next();
      Batch last = stream.next();
      try (TUint8 pixels = TUint8.tensorOf(last.images());
          TInt32 labels = TInt32.tensorOf(last.labels())) {
        assertThat(pixels.shape()).isEqualTo(Shape.of(2, 32, 32, 3));
        assertThat(pixels.getByte(1, 31, 31, 2)).isEqualTo(Images.bytes(images, 4)[BYTES - 1]);
        assertThat(labels.getInt(1)).isEqualTo(4);
      }
    }
  }

  @Test
  void memoryIsUsedAgain() {
    LabeledImages images = Images.random(1000, 10, 1);
    try (BatchStream stream = BatchStream.shuffled(images, 128, BOTH, 1, 1, 1)) {
      Set<Object> lent = Collections.newSetFromMap(new IdentityHashMap<>());
      stream.forEachRemaining(batch -> lent.add(batch.images()));
      // 7 full batches out of a ring of 3, and the last one.
      assertThat(lent).hasSize(4);
    }
  }

  @Test
  void anEmptySetHasNoBatches() {
    LabeledImages none = Images.random(1, 1, 1).select(new int[0]);
    assertThat(all(BatchStream.shuffled(none, 10, BOTH, 1, 1, 2))).isEmpty();
    assertThat(all(BatchStream.inOrder(none, 10))).isEmpty();
  }

  @Test
  void refusesBadArguments() {
    LabeledImages images = Images.random(10, 10, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BatchStream.shuffled(images, 0, BOTH, 1, 1, 1))
        .withMessage("batch size (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BatchStream.shuffled(images, 1, BOTH, 1, 1, 0))
        .withMessage("workers (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BatchStream.inOrder(images, -1))
        .withMessage("batch size (-1) must be at least 1");
    try (BatchStream stream = BatchStream.inOrder(images, 5)) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> stream.startAt(3))
          .withMessage("first batch (3) must be 0 to 2");
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> stream.endAt(3))
          .withMessage("end of the batches (3) must be 0 to 2");
      stream.next();
      assertThatIllegalStateException().isThrownBy(() -> stream.endAt(1));
      assertThatIllegalStateException().isThrownBy(() -> stream.startAt(1));
    }
  }

  @Test
  void hugeBatchesAreTheWholeSet() {
    LabeledImages images = Images.random(3, 3, 1);
    assertThat(all(BatchStream.shuffled(images, Integer.MAX_VALUE, BOTH, 1, 1, 1))).hasSize(1);
    assertThat(all(BatchStream.inOrder(images, Integer.MAX_VALUE))).hasSize(1);
  }

  @Test
  void endsAfterTheLastBatch() {
    try (BatchStream stream = BatchStream.inOrder(Images.random(3, 3, 1), 3)) {
      stream.next();
      assertThat(stream.hasNext()).isFalse();
      assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(stream::next);
    }
  }

  @Test
  void closingEarlyLeavesNoThread() {
    LabeledImages images = Images.random(1000, 10, 1);
    BatchStream stream = BatchStream.shuffled(images, 10, BOTH, 1, 1, 4);
    stream.next();
    assertThat(workers()).isNotEmpty();
    stream.close();
    stream.close();
    assertThat(workers()).isEmpty();
    assertThatIllegalStateException().isThrownBy(stream::next).withMessageContaining("closed");
  }

  private static List<String> workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("batches-"))
        .toList();
  }

  @Test
  void aWorkersErrorReachesTheCaller() {
    IllegalArgumentException error = new IllegalArgumentException("no");
    try (BatchStream stream = new BatchStream(new FailingFrom(200, error), 100, 2)) {
      stream.next();
      stream.next();
      assertThatIllegalStateException()
          .isThrownBy(stream::next)
          .withMessageStartingWith("batch 2 could not be made: ")
          .withCause(error);
    }
    assertThat(workers()).isEmpty();
  }

  private record FailingFrom(int image, RuntimeException error) implements BatchStream.Source {
    @Override
    public ImageShape shape() {
      return Cifar10.SHAPE;
    }

    @Override
    public int size() {
      return 1000;
    }

    @Override
    public void fill(int first, int count, BatchStream.Room room) {
      if (first >= image) {
        throw error;
      }
    }
  }

  @Test
  void anInterruptedCallerStopsWaiting() {
    CountDownLatch never = new CountDownLatch(1);
    try (BatchStream stream = new BatchStream(new Waiting(never), 10, 1)) {
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(CancellationException.class)
          .isThrownBy(stream::next)
          .withMessage("interrupted while waiting for batch 0");
      assertThat(Thread.interrupted()).isTrue();
    }
    assertThat(workers()).isEmpty();
  }

  private record Waiting(CountDownLatch latch) implements BatchStream.Source {
    @Override
    public ImageShape shape() {
      return Cifar10.SHAPE;
    }

    @Override
    public int size() {
      return 1000;
    }

    @Override
    public void fill(int first, int count, BatchStream.Room room) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
