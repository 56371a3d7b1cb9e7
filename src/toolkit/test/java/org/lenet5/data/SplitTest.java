package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {
  /** Image i is known by its first two bytes. */
  private static LabeledImages numbered(int count, int classes) {
    byte[] pixels = new byte[count * Cifar10.SHAPE.bytes()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      pixels[i * Cifar10.SHAPE.bytes()] = (byte) i;
      pixels[i * Cifar10.SHAPE.bytes() + 1] = (byte) (i >> 8);
      labels[i] = i * i % classes; // uneven classes
    }
    return LabeledImages.copyOf(Cifar10.SHAPE, pixels, labels);
  }

  private static List<Integer> numbers(LabeledImages images) {
    return IntStream.range(0, images.size())
        .mapToObj(
            i -> {
              byte[] image = Images.bytes(images, i);
              return Byte.toUnsignedInt(image[0]) + 256 * Byte.toUnsignedInt(image[1]);
            })
        .toList();
  }

  @Property(tries = 50, seed = "42")
  void everyImageIsInOnePartInOrderAndEveryClassGivesItsShare(
      @ForAll @IntRange(min = 40, max = 300) int count,
      @ForAll @IntRange(min = 1, max = 10) int classes,
      @ForAll @DoubleRange(min = 0.2, max = 0.8) double fraction,
      @ForAll long seed) {
    LabeledImages images = numbered(count, classes);
    Split split = Split.stratified(images, fraction, classes, seed);

    List<Integer> training = numbers(split.training());
    List<Integer> validation = numbers(split.validation());
    assertThat(training).isSorted();
    assertThat(validation).isSorted();
    assertThat(Stream.concat(training.stream(), validation.stream()).sorted())
        .isEqualTo(IntStream.range(0, count).boxed().toList());
    for (int c = 0; c < classes; c++) {
      long all = ofClass(images, c);
      assertThat(ofClass(split.validation(), c)).isEqualTo(Math.round(all * fraction));
    }
  }

  private static long ofClass(LabeledImages images, int c) {
    return IntStream.range(0, images.size()).filter(i -> images.label(i) == c).count();
  }

  @Test
  void theSeedFixesIt() {
    LabeledImages images = numbered(200, 10);
    List<List<Integer>> held = new ArrayList<>();
    for (long seed : new long[] {42, 42, 43}) {
      held.add(numbers(Split.stratified(images, 0.5, 10, seed).validation()));
    }
    assertThat(held.get(0)).isEqualTo(held.get(1)).isNotEqualTo(held.get(2));
  }

  @Test
  void nothingIsHeldOutForZero() {
    LabeledImages images = numbered(20, 10);
    Split split = Split.stratified(images, 0, 10, 1);
    assertThat(split.training()).isSameAs(images);
    assertThat(split.validation().size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 2, Double.NaN})
  void refusesOtherFractions(double fraction) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Split.stratified(numbered(20, 10), fraction, 10, 1))
        .withMessage("validation (%s) must be at least 0 and below 1", fraction);
  }

  @Test
  void refusesAnEmptyPart() {
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Split.stratified(numbered(20, 10), 0.001, 10, 1))
        .withMessageStartingWith("validation (0.001) holds out 0 of 20 training images");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Split.stratified(numbered(20, 10), 0.999, 10, 1))
        .withMessageContaining("20 of 20");
  }

  @Test
  void refusesALabelThatIsNoClass() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Split.stratified(numbered(20, 10), 0.5, 9, 1))
        .withMessage("label (9) of image 3 must be below 9");
  }
}
