package org.lenet5.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.Golden;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;

class ModelTest {
  private static final Model MODEL = Model.leNet5(10, Normalization.NONE);
  private static final Map<String, Integer> FAN_IN =
      Map.of("C1", 75, "C2", 150, "C3", 400, "F6", 120, "F7", 84, "F8", 42);

  @Test
  void hasTheNotebooksLayers() {
    assertThat(MODEL.table())
        .extracting(row -> row.layer().name(), Model.Row::output, Model.Row::parameters)
        .containsExactly(
            tuple("C1", Shape.of(28, 28, 6), 456L),
            tuple("S1", Shape.of(14, 14, 6), 0L),
            tuple("C2", Shape.of(10, 10, 16), 2_416L),
            tuple("C3", Shape.of(6, 6, 120), 48_120L),
            tuple("S2", Shape.of(1, 1, 120), 0L),
            tuple("F6", Shape.of(84), 10_164L),
            tuple("F7", Shape.of(42), 3_570L),
            tuple("F8", Shape.of(10), 430L));
    assertThat(MODEL.parameters()).isEqualTo(65_156);
  }

  @Test
  void countsAMultiplyAddForEachWeightAndPlace() {
    assertThat(MODEL.table())
        .extracting(Model.Row::multiplyAdds)
        .containsExactly(
            28L * 28 * 5 * 5 * 3 * 6,
            0L,
            10L * 10 * 5 * 5 * 6 * 16,
            6L * 6 * 5 * 5 * 16 * 120,
            0L,
            120L * 84,
            84L * 42,
            42L * 10);
  }

  @Test
  void eachLayerTakesWhatTheOneBeforeMakes() {
    Shape made = MODEL.input();
    for (Model.Row row : MODEL.table()) {
      assertThat(row.input()).isEqualTo(made);
      made = row.output();
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 64812", "10, 65156", "100, 69026"})
  void onlyTheLastLayerDependsOnTheClasses(int classes, long parameters) {
    Model model = Model.leNet5(classes, Normalization.NONE);
    assertThat(model.parameters()).isEqualTo(parameters);
    assertThat(model.variables().get("F8/kernel")).isEqualTo(Shape.of(42, classes));
    assertThat(model.variables().get("F8/bias")).isEqualTo(Shape.of(classes));
  }

  @Test
  void oneClassIsNothingToTellApart() {
    assertThatThrownBy(() -> Model.leNet5(1, Normalization.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classes (1) must be at least 2");
  }

  @Test
  void variablesHaveTheContractsNamesAndShapes() {
    assertThat(MODEL.variables())
        .containsExactly(
            Map.entry("C1/kernel", Shape.of(5, 5, 3, 6)),
            Map.entry("C1/bias", Shape.of(6)),
            Map.entry("C2/kernel", Shape.of(5, 5, 6, 16)),
            Map.entry("C2/bias", Shape.of(16)),
            Map.entry("C3/kernel", Shape.of(5, 5, 16, 120)),
            Map.entry("C3/bias", Shape.of(120)),
            Map.entry("F6/kernel", Shape.of(120, 84)),
            Map.entry("F6/bias", Shape.of(84)),
            Map.entry("F7/kernel", Shape.of(84, 42)),
            Map.entry("F7/bias", Shape.of(42)),
            Map.entry("F8/kernel", Shape.of(42, 10)),
            Map.entry("F8/bias", Shape.of(10)));
  }

  @ParameterizedTest
  @CsvSource({"32,5,0,1,28", "28,2,0,2,14", "6,6,0,1,1", "32,5,2,1,32", "7,3,0,2,3", "8,3,1,3,3"})
  void sideFollowsTheFormula(long width, int filter, int padding, int stride, long side) {
    assertThat(Shapes.side(width, filter, padding, stride)).isEqualTo(side);
  }

  @Property(tries = 300, seed = "5")
  void sideIsTheNumberOfPlacesThatFit(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int filter,
      @ForAll @IntRange(max = 5) int padding,
      @ForAll @IntRange(min = 1, max = 5) int stride) {
    int places = 0;
    for (int at = 0; at + filter <= width + 2 * padding; at += stride) {
      places++;
    }
    if (places == 0) {
      assertThatThrownBy(() -> Shapes.side(width, filter, padding, stride))
          .isInstanceOf(IllegalArgumentException.class);
    } else {
      assertThat(Shapes.side(width, filter, padding, stride)).isEqualTo(places);
    }
  }

  @Test
  void aFilterThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> Shapes.side(4, 7, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a filter of 7 does not fit into 4 with padding 1");
  }

  @Test
  void initialWeightsAreUniformInTheirBounds() {
    Map<String, FloatNdArray> weights = MODEL.initialWeights(42);
    assertThat(weights.keySet()).containsExactlyElementsOf(MODEL.variables().keySet());
    weights.forEach(
        (name, weight) -> {
          assertThat(weight.shape()).as(name).isEqualTo(MODEL.variables().get(name));
          double bound = 1 / Math.sqrt(FAN_IN.get(name.substring(0, 2)));
          double[] values = Golden.values(weight);
          assertThat(Arrays.stream(values).map(Math::abs).max().orElseThrow())
              .as(name)
              .isBetween(0.5 * bound, bound * 1.000001);
          // With so many values mean and deviation are sure to 5 standard errors.
          if (values.length >= 400) {
            double n = values.length;
            double mean = Arrays.stream(values).average().orElseThrow();
            double deviation =
                Math.sqrt(Arrays.stream(values).map(v -> v * v).average().orElseThrow());
            double expected = bound / Math.sqrt(3);
            assertThat(mean).as(name).isCloseTo(0, within(5 * expected / Math.sqrt(n)));
            assertThat(deviation).as(name).isCloseTo(expected, within(5 * expected / Math.sqrt(n)));
          }
          assertThat(Arrays.stream(values).distinct().count())
              .as(name)
              .isGreaterThan((long) (0.99 * values.length) - 1);
        });
  }

  @Test
  void aSeedGivesTheSameWeightsAndAnotherSeedOthers() {
    Map<String, FloatNdArray> weights = MODEL.initialWeights(42);
    assertThat(MODEL.initialWeights(42)).isEqualTo(weights);
    Map<String, FloatNdArray> others = MODEL.initialWeights(43);
    weights.forEach((name, weight) -> assertThat(others.get(name)).as(name).isNotEqualTo(weight));
  }

  @Test
  void noTwoVariablesBeginAlike() {
    // As shares of their bounds: the same random numbers twice would show.
    Set<Long> firsts = new HashSet<>();
    MODEL
        .initialWeights(42)
        .forEach(
            (name, weight) -> {
              double bound = 1 / Math.sqrt(FAN_IN.get(name.substring(0, 2)));
              firsts.add(Math.round(1e4 * Golden.values(weight)[0] / bound));
            });
    assertThat(firsts).hasSize(MODEL.variables().size());
  }

  @Test
  void normalizationsHaveTheirWords() {
    assertThat(Normalization.of("none")).isEqualTo(Normalization.NONE);
    assertThat(Normalization.of("notebook")).isEqualTo(Normalization.NOTEBOOK);
    assertThat(Normalization.of("cifar10")).isEqualTo(Normalization.CIFAR10);
    assertThatThrownBy(() -> Normalization.of("imagenet"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be one of none, notebook, cifar10, dataset");
  }
}
