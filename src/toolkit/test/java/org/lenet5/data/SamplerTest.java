package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.lenet5.image.ImageShape;

class SamplerTest {
  private static final ImageShape DOT = new ImageShape(16, 16, 1);

  /** Images that differ in their first pixels, the number of the image. */
  private static LabeledImages images(List<Integer> labels) {
    byte[] pixels = new byte[labels.size() * DOT.bytes()];
    for (int i = 0; i < labels.size(); i++) {
      pixels[i * DOT.bytes()] = (byte) i;
      pixels[i * DOT.bytes() + 1] = (byte) (i >> 8);
    }
    int[] classes = labels.stream().mapToInt(Integer::intValue).toArray();
    return LabeledImages.copyOf(DOT, pixels, classes);
  }

  @Property(tries = 200)
  void everyClassIsDrawnEquallyOften(
      @ForAll @Size(min = 1, max = 300) List<@IntRange(max = 7) Integer> labels,
      @ForAll long seed,
      @ForAll @IntRange(max = 20) int epoch) {
    LabeledImages images = images(labels);
    int[] drawn = Sampler.BALANCED.draw(images, seed, epoch);
    assertThat(drawn).hasSameSizeAs(labels.toArray());
    long present = labels.stream().distinct().count();
    int[] byClass = new int[8];
    int[] byImage = new int[labels.size()];
    for (int image : drawn) {
      byClass[labels.get(image)]++;
      byImage[image]++;
    }
    for (int c = 0; c < 8; c++) {
      int label = c;
      int[] times =
          IntStream.range(0, labels.size())
              .filter(i -> labels.get(i) == label)
              .map(i -> byImage[i])
              .toArray();
      if (times.length == 0) {
        assertThat(byClass[c]).isZero();
        continue;
      }
      assertThat((long) byClass[c]).isBetween(labels.size() / present, labels.size() / present + 1);
      assertThat(Arrays.stream(times).max().getAsInt() - Arrays.stream(times).min().getAsInt())
          .as("no image of a class comes twice before all have come")
          .isLessThanOrEqualTo(1);
    }
    assertThat(Sampler.BALANCED.draw(images, seed, epoch)).isEqualTo(drawn);
  }

  @Test
  void otherEpochsAndSeedsDrawOthers() {
    List<Integer> labels = new ArrayList<>();
    IntStream.range(0, 200).forEach(i -> labels.add(i % 10 == 0 ? 1 : 0));
    LabeledImages images = images(labels);
    int[] first = Sampler.BALANCED.draw(images, 42, 0);
    assertThat(Sampler.BALANCED.draw(images, 42, 1)).isNotEqualTo(first);
    assertThat(Sampler.BALANCED.draw(images, 43, 0)).isNotEqualTo(first);
    assertThat(Sampler.NONE.draw(images, 42, 0)).isSorted().doesNotHaveDuplicates();
  }

  /** A batch depends on seed, epoch and index alone. */
  @Property(tries = 30)
  void theStreamIsTheSameHoweverItIsMade(
      @ForAll @IntRange(min = 1, max = 40) int batchSize,
      @ForAll @IntRange(min = 1, max = 5) int workers,
      @ForAll long seed) {
    List<Integer> labels = IntStream.range(0, 150).mapToObj(i -> i % 7 == 0 ? 2 : i % 2).toList();
    LabeledImages images = images(labels);
    List<Integer> whole = numbers(images, batchSize, 1, seed, 0);
    assertThat(numbers(images, batchSize, workers, seed, 0)).isEqualTo(whole);
    int from = whole.size() / batchSize / 2;
    assertThat(numbers(images, batchSize, workers, seed, from))
        .isEqualTo(whole.subList(from * batchSize, whole.size()));
  }

  private static List<Integer> numbers(
      LabeledImages images, int batchSize, int workers, long seed, int from) {
    List<Integer> numbers = new ArrayList<>();
    try (BatchStream stream =
        BatchStream.sampled(
                images, Sampler.BALANCED, batchSize, Augmentation.NONE, seed, 3, workers)
            .startAt(from)) {
      while (stream.hasNext()) {
        Batch batch = stream.next();
        for (int i = 0; i < batch.size(); i++) {
          numbers.add(batch.images().getByte(i, 0, 0, 0) & 0xFF);
        }
      }
    }
    return numbers;
  }

  @Test
  void words() {
    assertThat(Sampler.parse("balanced")).isSameAs(Sampler.BALANCED).hasToString("balanced");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sampler.parse("equal"))
        .withMessage("must be none or balanced");
  }
}
