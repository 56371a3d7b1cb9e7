package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.RunException;
import org.lenet5.training.TrainingConfig;

class TuningTest {
  @TempDir private Path folder;

  private static Tuning tuning(int trials, double minutes, String... more) {
    Map<String, String> settings =
        new LinkedHashMap<>(
            TrainingConfig.of(Map.of("epochs", "9", "validation", "0.1", "threads", "1")).flags());
    settings.remove("seed");
    Space space =
        Space.parse("x", "dropout 0..0.5\noptimizer adam|sgd\n" + String.join("\n", more));
    return new Tuning(
        settings,
        space.dimensions(),
        Sampling.QUASI,
        42,
        3,
        5,
        3,
        trials,
        trials,
        minutes,
        minutes == 0,
        0,
        Map.of(),
        List.of());
  }

  @Test
  void isReadAsItWasWritten() {
    Tuning tuning =
        tuning(20, 0)
            .after(12.5, Map.of("trial-0002", new Tuning.Failure(4, "training diverged")))
            .and(new Tuning.Tested("trial-0001", "ab", 0.5, 1.2));
    tuning.write(folder);
    assertThat(Tuning.read(folder)).isEqualTo(tuning);
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    tuning(20, 0).write(folder);
    Path file = folder.resolve(Tuning.FILE);
    String text = Files.readString(file).replaceAll(",\\s*\"sha256\".*", "");
    for (String damage :
        List.of(
            text.replace("\"optimizer\"", "\"optimiser\""),
            text.replace("\"trials\" : 20", "\"trials\" : 0"),
            text.replace("\"reduction\" : 3", "\"reduction\" : 1"),
            text.replace("\"epochs\" : \"9\"", "\"epochs\" : \"0\""))) {
      assertThat(damage).isNotEqualTo(text);
      Files.writeString(file, damage);
      assertThatThrownBy(() -> Tuning.read(folder))
          .isInstanceOf(RunException.class)
          .hasMessageStartingWith(file + " is damaged: ");
    }
  }

  @Test
  void runsOfATrialDifferInTheirSeedAlone() {
    Tuning tuning = tuning(20, 0);
    Experiment second = tuning.draw().get(1);
    assertThat(tuning.run(second, 0).name()).isEqualTo("trial-0002");
    Suite.Run run = tuning.run(second, 2);
    assertThat(run.name()).isEqualTo("trial-0002_seed-44");
    assertThat(run.config().flags())
        .containsAllEntriesOf(second.differences())
        .containsEntry("seed", "44")
        .containsEntry("epochs", "9");
  }

  @Test
  void moreTrialsOrTimeGoOnAndAnotherSpaceGetsAFolderOfItsOwn() {
    tuning(20, 0).after(60, Map.of()).write(folder.resolve("tune"));
    assertThat(tuning(40, 5).folder(folder, "tune")).isEqualTo("tune");
    assertThat(tuning(20, 0, "loss l1|cross-entropy").folder(folder, "tune")).isEqualTo("tune-2");
    Tuning more = tuning(40, 0).and(Tuning.read(folder.resolve("tune")));
    assertThat(more.trials()).isEqualTo(40);
    assertThat(more.seconds()).isEqualTo(60);
    assertThat(more.draw().subList(0, 20)).isEqualTo(tuning(20, 0).draw());
  }

  @Test
  void aPlanIsKeptForTheSameMinutes() {
    Tuning planned = tuning(40, 5).planned(12);
    assertThat(tuning(40, 5).and(planned).trials()).isEqualTo(12);
    assertThat(tuning(40, 5).and(planned).planned()).isTrue();
    assertThat(tuning(40, 9).and(planned).trials()).isEqualTo(40);
    assertThat(tuning(40, 9).and(planned).planned()).isFalse();
  }

  @Test
  void thePlanIsTheMostThatFits() {
    Tuning tuning = tuning(100, 10);
    TimePlan plan = new TimePlan(2, 3);
    int trials = plan.trials(tuning, 2);
    assertThat(plan.seconds(tuning, trials, 2)).isLessThanOrEqualTo(480);
    assertThat(plan.seconds(tuning, trials + 1, 2)).isGreaterThan(480);
    assertThat(new TimePlan(2000, 3).trials(tuning, 2)).isEqualTo(1);
    assertThat(new TimePlan(0.01, 0.01).trials(tuning, 2)).isEqualTo(100);
  }
}
