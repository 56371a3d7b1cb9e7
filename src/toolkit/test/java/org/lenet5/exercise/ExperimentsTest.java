package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.training.TrainingConfig;

class ExperimentsTest {
  @TempDir private Path folder;

  @Test
  void theNotebooksAreThose() {
    assertThat(Experiments.notebook().list())
        .extracting(Experiment::name)
        .containsExactly(
            "baseline-even",
            "baseline-odd",
            "augmentation",
            "normalization",
            "augmentation+normalization",
            "true-normalization",
            "augmentation+true-normalization",
            "dropout",
            "sgd-0.001",
            "sgd-0.01",
            "adam-0.001",
            "adam-0.01",
            "l1");
    assertThat(Experiments.notebook().list())
        .filteredOn(each -> each.name().equals("augmentation+true-normalization"))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.exercise()).startsWith("Exercise 1");
              assertThat(each.described()).isEqualTo("--augment flip,crop --normalize cifar10");
            });
    assertThat(TrainingConfig.of(Experiments.notebook().baseline()).flags())
        .containsEntry("subset", "even")
        .containsEntry("batch-size", "10")
        .containsEntry("learning-rate", "0.001");
  }

  @Test
  void aFileAddsToThem() throws IOException {
    Path file = folder.resolve("mine.conf");
    Files.writeString(file, "# mine\n\n[Mine]\nmomentum = --optimizer momentum --dropout 0.1\n");
    List<Experiment> list = Experiments.notebook().with(file).only(List.of("momentum")).list();
    assertThat(list)
        .containsExactly(
            new Experiment("momentum", "Mine", Map.of("optimizer", "momentum", "dropout", "0.1")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a = --dropout 2        | x.conf, line 2: --dropout 2: must be from 0 to below 1
          a = --dropout          | x.conf, line 2: --dropout: needs a value
          a = dropout 0.1        | x.conf, line 2: dropout: must be a flag of train
          a = --epochs 3         | x.conf, line 2: --epochs: is the same for the whole suite
          a = --speed 3          | x.conf, line 2: --speed 3: is no setting of a training
          a b = --dropout 0.1    | x.conf, line 2: a b: must be letters, digits, '.', '-' and '+'
          a                      | x.conf, line 2: a: must be NAME = FLAGS
          l1 = --dropout 0.1     | x.conf, line 2: l1: an experiment of that name is declared already
          baseline = --dropout 0 | x.conf, line 2: baseline: the baseline is declared already
          """)
  void whatIsWrongIsNamed(String line, String message) {
    assertThatThrownBy(() -> Experiments.notebook().with("x.conf", "# first\n" + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void anUnknownNameListsTheKnown() {
    assertThatThrownBy(() -> Experiments.notebook().only(List.of("dropuot")))
        .hasMessageStartingWith("--only dropuot: must be one of baseline-even, ");
  }
}
