package org.lenet5.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class TemperatureTest {
  private static final int IMAGES = 4000;

  /** Logits whose softmax says how often each class is the label. */
  private static float[][] logits(Random random) {
    float[][] logits = new float[IMAGES][3];
    for (float[] each : logits) {
      for (int c = 0; c < 3; c++) {
        each[c] = (float) (2 * random.nextGaussian());
      }
    }
    return logits;
  }

  private static int[] labels(float[][] logits, Random random) {
    float[][] p = Temperature.probabilities(logits, 1);
    return IntStream.range(0, IMAGES)
        .map(
            i -> {
              double at = random.nextDouble();
              return at < p[i][0] ? 0 : at < p[i][0] + p[i][1] ? 1 : 2;
            })
        .toArray();
  }

  private static float[][] times(float[][] logits, float factor) {
    return Arrays.stream(logits)
        .map(
            each -> {
              float[] scaled = each.clone();
              for (int c = 0; c < scaled.length; c++) {
                scaled[c] *= factor;
              }
              return scaled;
            })
        .toArray(float[][]::new);
  }

  /** A model whose logits are k times too large needs the temperature k. */
  @Property(tries = 10)
  void findsWhatTheLogitsWereMultipliedBy(@ForAll @FloatRange(min = 0.2f, max = 10) float factor) {
    Random random = new Random(7);
    float[][] right = logits(random);
    int[] labels = labels(right, random);
    double unscaled = Temperature.fit(right, labels);
    assertThat(unscaled).isEqualTo(1, within(0.08));
    assertThat(Temperature.fit(times(right, factor), labels) / factor)
        .isEqualTo(unscaled, within(1e-3));
  }

  @Test
  void afterwardsTheProbabilitiesCanBeBelieved() {
    Random random = new Random(3);
    float[][] right = logits(random);
    int[] labels = labels(right, random);
    float[][] sure = times(right, 3);
    double before = error(labels, Temperature.probabilities(sure, 1));
    float[][] scaled = Temperature.probabilities(sure, Temperature.fit(sure, labels));
    assertThat(before).isGreaterThan(.1);
    assertThat(error(labels, scaled)).isLessThan(.02);
    ClassificationReport one =
        new ClassificationReport(
            List.of("a", "b", "c"), labels, Temperature.probabilities(sure, 1));
    ClassificationReport other = new ClassificationReport(List.of("a", "b", "c"), labels, scaled);
    assertThat(other.accuracy()).as("the classes stay").isEqualTo(one.accuracy());
  }

  private static double error(int[] labels, float[][] probabilities) {
    return new ClassificationReport(List.of("a", "b", "c"), labels, probabilities)
        .calibration()
        .expectedError();
  }

  @Test
  void staysInItsRange() {
    // All right: the surer the better. All wrong: the less sure the better.
    float[][] logits = {{1, 0}, {2, 0}};
    assertThat(Temperature.fit(logits, new int[] {0, 0})).isBetween(.0099, .1);
    assertThat(Temperature.fit(logits, new int[] {1, 1})).isEqualTo(100);
    assertThat(Temperature.probabilities(new float[][] {{1000, 0}}, 1)[0]).containsExactly(1, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Temperature.fit(new float[0][], new int[0]))
        .withMessageContaining("images (0) must be at least one");
  }
}
