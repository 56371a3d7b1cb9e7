package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.image.ImageShape;
import org.tensorflow.ndarray.FloatNdArray;

class ClassWeightsTest {
  private static final ImageShape SHAPE = new ImageShape(16, 16, 1);
  private static final List<String> NAMES = List.of("common", "rare", "never");

  /** Images by number; equal numbers are equal images. */
  private static LabeledImages images(int[] numbers, int... labels) {
    byte[] pixels = new byte[numbers.length * SHAPE.bytes()];
    for (int i = 0; i < numbers.length; i++) {
      byte[] image = new byte[SHAPE.bytes()];
      new Random(numbers[i]).nextBytes(image);
      System.arraycopy(image, 0, pixels, i * image.length, image.length);
    }
    return LabeledImages.copyOf(SHAPE, pixels, labels);
  }

  private static Map<String, FloatNdArray> oneStep(LabeledImages training, String weights) {
    Dataset data = Dataset.of("own", training, training, NAMES);
    TrainingConfig config =
        TrainingConfig.of(
            Map.of(
                "class-weights",
                weights,
                "optimizer",
                "sgd",
                "learning-rate",
                "1",
                "epochs",
                "1",
                "batch-size",
                "100",
                "threads",
                "2"));
    List<EpochResult> epochs = new ArrayList<>();
    try (Trainer trainer = new Trainer(config, data, 1, PassListener.NONE)) {
      trainer.train(0, List.of(epochs::add));
      return trainer.variables();
    }
  }

  @Test
  void balancedIsByTheClassesThatThereAre() {
    LabeledImages four = images(new int[] {1, 2, 3, 4}, 0, 0, 0, 1);
    assertThat(ClassWeights.BALANCED.of(four, 3)).containsExactly(4 / 6.0, 2, 0);
    assertThat(ClassWeights.NONE.of(four, 3)).containsExactly(1, 1, 1);
  }

  /** A rare image that counts threefold moves the weights as three of it would. */
  @Test
  void aWeightIsWorthSoManyImages() {
    LabeledImages rare = images(new int[] {1, 2, 3, 4}, 0, 0, 0, 1);
    LabeledImages thrice = images(new int[] {1, 2, 3, 4, 4, 4}, 0, 0, 0, 1, 1, 1);
    Map<String, FloatNdArray> weighted = oneStep(rare, "balanced");
    Map<String, FloatNdArray> repeated = oneStep(thrice, "none");
    Map<String, FloatNdArray> plain = oneStep(rare, "none");
    assertThat(farthest(weighted, repeated)).isCloseTo(0, within(1e-5));
    assertThat(farthest(weighted, plain)).isGreaterThan(1e-3);
  }

  private static double farthest(Map<String, FloatNdArray> a, Map<String, FloatNdArray> b) {
    double[] most = {0};
    a.forEach(
        (name, values) ->
            values
                .scalars()
                .forEachIndexed(
                    (at, value) ->
                        most[0] =
                            Math.max(
                                most[0], Math.abs(value.getFloat() - b.get(name).getFloat(at)))));
    return most[0];
  }

  /** Classes of one size weigh 1: the same weights to the last bit. */
  @Test
  void nothingChangesWhereClassesAreEquallyLarge() {
    LabeledImages even = images(new int[] {1, 2, 3, 4}, 0, 1, 0, 1);
    assertThat(oneStep(even, "balanced")).isEqualTo(oneStep(even, "none"));
  }

  @Test
  void refusesToCorrectTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> TrainingConfig.of(Map.of("class-weights", "balanced", "sampler", "balanced")))
        .withMessage(
            "--class-weights balanced: must be none with --sampler balanced, which shows each class"
                + " as often already");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainingConfig.of(Map.of("class-weights", "inverse")))
        .withMessageContaining("--class-weights inverse: must be none or balanced");
  }
}
