package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  // What PyTorch's OneCycleLR(max_lr=1, total_steps=20) gives.
  private static final double[] ONE_CYCLE = {
    0.04,
    0.131671843,
    0.371671843,
    0.668328157,
    0.908328157,
    1,
    0.987464006,
    0.950484632,
    0.890916178,
    0.811745654,
    0.716943002,
    0.611262022,
    0.500002,
    0.388741978,
    0.283060998,
    0.188258346,
    0.109087822,
    0.049519368,
    0.0125399938,
    4e-6
  };

  // What PyTorch's CosineAnnealingLR(T_max=8) gives.
  private static final double[] COSINE = {
    1, 0.961939766, 0.853553391, 0.691341716, 0.5, 0.308658284, 0.146446609, 0.0380602337
  };

  private static double[] factors(String schedule, int anEpoch, int epochs, double warmup) {
    double[] factors = new double[anEpoch * epochs];
    for (int step = 0; step < factors.length; step++) {
      factors[step] = Schedule.parse(schedule).factor(step, anEpoch, epochs, warmup);
    }
    return factors;
  }

  @Test
  void areThoseOfPyTorch() {
    assertThat(factors("one-cycle", 5, 4, 0)).containsExactly(ONE_CYCLE, within(1e-8));
    assertThat(factors("cosine", 2, 4, 0)).containsExactly(COSINE, within(1e-8));
  }

  @Test
  void warmUpRisesInStraightSteps() {
    assertThat(factors("constant", 4, 2, 0.75))
        .containsExactly(new double[] {.25, .5, .75, 1, 1, 1, 1, 1}, within(1e-12));
    // Cosine and linear begin behind it, at their top.
    assertThat(factors("linear", 4, 2, 1))
        .containsExactly(new double[] {.2, .4, .6, .8, 1, .75, .5, .25}, within(1e-12));
    assertThat(factors("cosine", 4, 2, 1)[4]).isEqualTo(1);
  }

  @Test
  void oneCycleRisesAsLongAsWarmUpSays() {
    double[] factors = factors("one-cycle", 10, 10, 1.5);
    assertThat(factors[14]).isEqualTo(1);
    assertThat(factors[13]).isLessThan(1);
    assertThat(factors[15]).isLessThan(1);
    assertThat(factors[99]).isCloseTo(4e-6, within(1e-12));
  }

  @Test
  void stepsFallEveryFewEpochs() {
    assertThat(factors("step:2:0.1", 2, 5, 0))
        .containsExactly(new double[] {1, 1, 1, 1, .1, .1, .1, .1, .01, .01}, within(1e-12));
  }

  @Test
  void aFixedRateIsTheRateToTheLastBit() {
    Rates rates = Rates.of(TrainingConfig.of(Map.of("learning-rate", "0.0123")), 7);
    for (int step = 0; step < 100; step++) {
      assertThat(rates.at(step)).isEqualTo(0.0123f);
    }
  }

  @Property(tries = 300)
  void noRateIsAboveTheHighestOrBelowZero(
      @ForAll("words") String schedule,
      @ForAll @IntRange(min = 1, max = 9) int anEpoch,
      @ForAll @IntRange(min = 1, max = 9) int epochs,
      @ForAll @DoubleRange(min = 0, max = 12) double warmup) {
    for (double factor : factors(schedule, anEpoch, epochs, warmup)) {
      assertThat(factor).isBetween(0.0, 1.0);
    }
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.of("constant", "linear", "cosine", "one-cycle", "step:1:0.5", "step:3:0.25");
  }

  @ParameterizedTest
  @ValueSource(strings = {"constant", "linear", "cosine", "one-cycle", "step:10:0.1", "step:1:1"})
  void isWrittenAsItIsRead(String text) {
    assertThat(Schedule.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "Cosine, 'must be constant, linear, cosine, one-cycle or step:EPOCHS:FACTOR'",
    "step, 'must be constant, linear, cosine, one-cycle or step:EPOCHS:FACTOR'",
    "step:0:0.1, 'must be step:EPOCHS:FACTOR, a whole number of at least 1 and a factor above 0 up to 1'",
    "step:2:1.5, 'must be step:EPOCHS:FACTOR, a whole number of at least 1 and a factor above 0 up to 1'",
    "step:2:x, 'must be step:EPOCHS:FACTOR, a whole number of at least 1 and a factor above 0 up to 1'",
    "step:2:NaN, 'must be step:EPOCHS:FACTOR, a whole number of at least 1 and a factor above 0 up to 1'"
  })
  void anythingElseIsRefused(String text, String message) {
    assertThatThrownBy(() -> TrainingConfig.of(Map.of("schedule", text)))
        .hasMessage("--schedule " + text + ": " + message);
  }
}
