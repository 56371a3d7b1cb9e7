package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateScheduleTest {
  private static final int AN_EPOCH = 10;

  private static LearningRate rate(String schedule, String warmUp, int epochs) {
    return new LearningRate(
        TrainingConfig.of(
            Map.of(
                "schedule",
                schedule,
                "warmup",
                warmUp,
                "learning-rate",
                "0.01",
                "epochs",
                Integer.toString(epochs))),
        AN_EPOCH,
        (long) epochs * AN_EPOCH);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 10, 99})
  void constantIsTheSettingToTheLastBit(long step) {
    assertThat(rate("constant", "0", 10).at(step)).isEqualTo(0.01f);
  }

  // Steps of 10 epochs of 10 steps; by hand from the formulas of the class.
  @ParameterizedTest
  @CsvSource({
    "linear, 0, 0, 0.01",
    "linear, 0, 50, 0.005",
    "linear, 0, 99, 0.0001",
    "linear, 2, 0, 0.000476190476", // 1/21
    "linear, 2, 20, 0.01",
    "linear, 2, 60, 0.005",
    "cosine, 0, 0, 0.01",
    "cosine, 0, 50, 0.005",
    "cosine, 0, 25, 0.00853553391", // (1 + cos 45°) / 2
    "cosine, 1.5, 14, 0.009375", // 15/16
    "cosine, 1.5, 15, 0.01",
    "step:3:0.1, 0, 29, 0.01",
    "step:3:0.1, 0, 30, 0.001",
    "step:3:0.1, 0, 99, 0.00001",
    "step:2.5:0.5, 0, 25, 0.005",
    "constant, 0.5, 0, 0.00166666667", // 1/6
    "constant, 0.5, 5, 0.01"
  })
  void ratesOfSteps(String schedule, String warmUp, long step, double expected) {
    assertThat((double) rate(schedule, warmUp, 10).at(step))
        .isCloseTo(expected, within(expected * 1e-6));
  }

  // torch.optim.lr_scheduler.OneCycleLR(max_lr=0.01, total_steps=100), its default pct_start of
  // 0.3,
  // and 0.15: computed with PyTorch 2.13.0.
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0.0004",
    "0, 5, 0.00108708555",
    "0, 14, 0.00494013324",
    "0, 29, 0.01",
    "0, 30, 0.00999496535",
    "0, 60, 0.0058928009",
    "0, 98, 5.07464715e-06",
    "0, 99, 4e-08",
    "1.5, 0, 0.0004",
    "1.5, 5, 0.00311735805",
    "1.5, 14, 0.01",
    "1.5, 29, 0.00925108867",
    "1.5, 30, 0.00915092355",
    "1.5, 60, 0.0043550265",
    "1.5, 98, 3.45468563e-06",
    "1.5, 99, 4e-08"
  })
  void oneCycleIsPyTorchs(String warmUp, long step, double expected) {
    assertThat((double) rate("one-cycle", warmUp, 10).at(step))
        .isCloseTo(expected, within(expected * 1e-6));
  }

  @Property(tries = 200)
  void noStepIsWithoutRateNorAboveIt(
      @ForAll @IntRange(min = 1, max = 40) int epochs,
      @ForAll @DoubleRange(min = 0, max = 0.99) double warmUpShare,
      @ForAll @IntRange(max = 4) int which) {
    String schedule =
        new String[] {"constant", "linear", "cosine", "one-cycle", "step:1:0.9"}[which];
    LearningRate rate = rate(schedule, Double.toString(warmUpShare * epochs), epochs);
    for (long step = 0; step < (long) epochs * AN_EPOCH; step++) {
      assertThat(rate.at(step)).isGreaterThan(0).isLessThanOrEqualTo(0.01f);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "cos",
        "step",
        "step:10",
        "step:0:0.1",
        "step:10:1",
        "step:10:0",
        "step:x:0.1",
        "step:1:0.1:2",
        "Linear"
      })
  void whatIsNoScheduleIsRefused(String text) {
    assertThatThrownBy(() -> Settings.SCHEDULE.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--schedule " + text + ": must be constant, linear, cosine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"constant", "linear", "cosine", "one-cycle", "step:10:0.1", "step:2.5:0.5"})
  void isWrittenAsItIsRead(String text) {
    assertThat(Settings.SCHEDULE.text(Settings.SCHEDULE.parse(text))).isEqualTo(text);
  }

  @Test
  void aWarmUpIsShorterThanTheTraining() {
    assertThatThrownBy(() -> rate("cosine", "3", 3))
        .hasMessage("--warmup 3.0: must be below --epochs 3");
  }

  @Test
  void ftrlKeepsItsRate() {
    for (String flag : new String[] {"schedule", "warmup"}) {
      assertThatThrownBy(
              () ->
                  TrainingConfig.of(
                      Map.of(
                          "optimizer", "ftrl", flag, flag.equals("schedule") ? "cosine" : "0.5")))
          .hasMessageStartingWith("--optimizer ftrl: must have --schedule constant");
    }
  }
}
