package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingConfigTest {
  @ParameterizedTest
  @CsvSource({
    "epochs, 0",
    "batch-size, 0",
    "batch-size, 2.5",
    "learning-rate, -0.1",
    "learning-rate, 0",
    "learning-rate, NaN",
    "learning-rate, Infinity",
    "learning-rate, 1e40",
    "learning-rate, 1e-60",
    "dropout, 1",
    "dropout, -0.1",
    "dropout, NaN",
    "dropout, 0.99999999999",
    "validation, 1",
    "validation, -0.1",
    "validation, NaN",
    "threads, 0",
    "threads, 65",
    "seed, x",
    "subset, first",
    "loss, mse",
    "augment, rotate",
    "normalize, imagenet",
    "optimizer, lion",
    "colour, red"
  })
  void aWrongValueIsRefusedWithItsFlag(String flag, String value) {
    assertThatThrownBy(() -> TrainingConfig.of(Map.of(flag, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--" + flag + " ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void defaultsAreTheContracts() {
    assertThat(TrainingConfig.builder().build().flags())
        .containsAllEntriesOf(
            Map.of(
                "dataset", "sample",
                "subset", "all",
                "epochs", "15",
                "batch-size", "10",
                "optimizer", "adam",
                "learning-rate", "0.001",
                "loss", "cross-entropy",
                "augment", "none",
                "normalize", "none"))
        .containsAllEntriesOf(Map.of("dropout", "0.0", "validation", "0.0", "seed", "42"));
  }

  @Test
  void isReadFromItsFlagsAsItWasWritten() {
    TrainingConfig config =
        TrainingConfig.of(
            Map.of(
                "subset",
                "odd",
                "validation",
                "0.1",
                "augment",
                "flip,crop",
                "dropout",
                "0.25",
                "optimizer",
                "nesterov",
                "learning-rate",
                "0.0123",
                "loss",
                "l1",
                "seed",
                "-7"));
    assertThat(TrainingConfig.of(config.flags())).isEqualTo(config);
    assertThat(config.with(Map.of("seed", "8")).flags())
        .containsEntry("seed", "8")
        .containsEntry("dropout", "0.25");
  }

  @Test
  void aRateThatNeverFallsIsSaid() {
    TrainingConfig rising = TrainingConfig.of(Map.of("warmup", "22.5", "epochs", "5"));
    assertThat(rising.remarks())
        .containsExactly("--warmup 22.5: the rate rises through all of --epochs 5 and never falls");
    assertThat(rising.with(Map.of("epochs", "23")).remarks()).isEmpty();
    assertThat(rising.with(Map.of("warmup", "0")).remarks()).isEmpty();
  }

  @Test
  void whatIsAboutReplicasWhereThereIsOneIsSaid() {
    TrainingConfig one = TrainingConfig.of(Map.of("sync-steps", "10", "warmup-steps", "5"));
    assertThat(one.remarks())
        .containsExactly(
            "--sync-steps 10: changes nothing, as there is one replica; --replicas W trains W",
            "--warmup-steps 5: changes nothing, as there is one replica; --replicas W trains W");
    assertThat(one.with(Map.of("replicas", "2")).remarks()).isEmpty();
    assertThat(TrainingConfig.of(Map.of("sync-steps", "epoch")).remarks()).isEmpty();
  }
}
