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
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
  @ParameterizedTest
  @ValueSource(strings = {"all", "1", "900", "900,880@300", "900,880@300,1000@500"})
  void isWrittenAsItIsRead(String text) {
    assertThat(Pace.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "x",
        "1.5",
        "900@0",
        "900,880",
        "900,880@",
        "900,300@300",
        "900,880@300,870@300",
        "900,880@0",
        "9999999999999999",
        "900,880@300@2",
        "900,"
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> Settings.STEPS.parse(text))
        .hasMessageStartingWith("--steps " + text + ": must be all or a number of at least 1");
  }

  @Test
  void whatIsDoneGoesOnFromWhereItWasPlannedAgain() {
    Pace pace = Pace.WHOLE.from(0, 100).from(50, 75);
    assertThat(pace).hasToString("100,75@50");
    assertThat(pace.steps(1000)).isEqualTo(75);
    assertThat(Pace.parse("100").done(33, 1000)).isEqualTo(0.33);
    assertThat(Pace.WHOLE.done(33, 1000)).isEqualTo(0.033);
    // Half of the way in 50 steps, the other half in 25.
    assertThat(pace.done(0, 1000)).isZero();
    assertThat(pace.done(50, 1000)).isCloseTo(0.5, within(1e-12));
    assertThat(pace.done(60, 1000)).isCloseTo(0.7, within(1e-12));
    assertThat(pace.done(75, 1000)).isCloseTo(1, within(1e-12));
    assertThat(pace.until(49)).hasToString("100");
    assertThat(pace.until(50)).isEqualTo(pace);
  }

  private static Rates rates(String steps, String schedule) {
    return Rates.of(
        TrainingConfig.of(
            Map.of("steps", steps, "schedule", schedule, "learning-rate", "1", "warmup", "0.5")),
        10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"constant", "step:1:0.5", "linear", "cosine", "one-cycle"})
  void aLaterPlanLeavesTheRatesBeforeIt(String schedule) {
    Rates first = rates("60", schedule);
    Rates later = rates("60,44@20", schedule);
    for (int step = 0; step < 20; step++) {
      assertThat(later.at(step)).as("step " + step).isEqualTo(first.at(step));
    }
    // Where it is planned again the rate goes on, and comes down with the last step.
    assertThat(later.at(20)).isCloseTo(first.at(20), within(0.02f));
    if (Schedule.parse(schedule).dependsOnEpochs()) {
      assertThat(later.at(43)).isLessThan(0.05f);
    }
  }

  @Test
  void aLaterPlanTakesThePlaceOfOneOfTheSameStep() {
    assertThat(Pace.WHOLE.from(0, 100).from(50, 75).from(50, 80)).hasToString("100,80@50");
  }

  /** However it was planned, the rate comes down to its end with the last step. */
  @Property(tries = 200)
  void theScheduleIsThroughAtTheEnd(
      @ForAll @IntRange(min = 20, max = 500) int first,
      @ForAll @IntRange(min = 1, max = 400) int then) {
    Pace pace = Pace.WHOLE.from(0, first).from(10, 10 + then).from(10 + then / 2, 15 + then);
    long last = 14 + then;
    assertThat(pace.done(last, 0)).isLessThan(1).isGreaterThan(pace.done(last - 1, 0));
    assertThat(pace.done(last + 1, 0)).isCloseTo(1, within(1e-9));
  }

  /** What fits is not longer than the time, and two more steps and an epoch's end would be. */
  @Property(tries = 300)
  void whatFitsIntoATime(
      @ForAll @DoubleRange(min = 0.01, max = 0.1) double step,
      @ForAll @DoubleRange(min = 0, max = 5) double end,
      @ForAll @IntRange(min = 1, max = 500) int anEpoch,
      @ForAll @DoubleRange(min = 6, max = 600) double seconds) {
    TimeFit fit = new TimeFit(step, end, anEpoch);
    long steps = fit.steps(seconds);
    assertThat(steps).isPositive();
    assertThat(fit.seconds(steps)).isLessThanOrEqualTo(seconds + 1e-6);
    assertThat(fit.seconds(steps) + 2 * step + end).isGreaterThan(seconds);
  }
}
