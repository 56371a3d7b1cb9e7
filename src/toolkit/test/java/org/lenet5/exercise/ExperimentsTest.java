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
          a = --seed 3           | x.conf, line 2: --seed: is the same for the whole suite
          a = --epochs 0         | x.conf, line 2: --epochs 0: must be at least 1
          a += --dropout 0.1     | x.conf, line 2: a: must follow an experiment, to add to it
          baseline += --ema 0.9  | x.conf, line 2: baseline: the baseline is declared already
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
  void aStepHasTheSettingsOfTheLineBefore() throws IOException {
    Path file = folder.resolve("steps.conf");
    Files.writeString(
        file,
        """
        baseline = --dropout 0.1
        [Steps]
        first =
        all += --subset odd --epochs 3
        more += --epochs 5
        other = --loss l1
        """);
    Experiments all = Experiments.of(file);
    assertThat(all.baseline()).isEqualTo(Map.of("dropout", "0.1"));
    assertThat(all.list())
        .containsExactly(
            new Experiment("first", "Steps", Map.of(), ""),
            new Experiment("all", "Steps", Map.of("subset", "odd", "epochs", "3"), "first"),
            new Experiment("more", "Steps", Map.of("subset", "odd", "epochs", "5"), "all"),
            new Experiment("other", "Steps", Map.of("loss", "l1"), ""));
    assertThat(all.list().stream().map(all::described))
        .containsExactly("the baseline", "+ --subset odd --epochs 3", "+ --epochs 5", "--loss l1");
    assertThat(all.withoutEpochs().list().get(2).differences()).isEqualTo(Map.of("subset", "odd"));
  }

  @Test
  void whatDoesNotGoTogetherIsNamedWithItsLine() {
    assertThatThrownBy(
            () ->
                Experiments.notebook()
                    .with("x.conf", "a = --optimizer ftrl\nb += --schedule cosine\n"))
        .hasMessageStartingWith("x.conf, line 2: --optimizer ftrl: must have --schedule constant");
  }

  @Test
  void aFileWithoutExperimentsIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("none.conf"), "baseline = --dropout 0.1\n");
    assertThatThrownBy(() -> Experiments.of(file))
        .hasMessage(file + ": must declare an experiment, as NAME = FLAGS");
  }

  /** What docs/learning.md tells how to run. */
  @Test
  void theStepsOfTheDocumentationCanBeTrained() {
    List<Experiment> steps = Experiments.of(Path.of("docs/learning/steps.conf")).list();
    assertThat(steps).hasSize(9);
    for (int i = 1; i < steps.size(); i++) {
      assertThat(steps.get(i).after()).isEqualTo(steps.get(i - 1).name());
    }
    assertThat(steps.get(8).differences())
        .containsEntry("network", "lenet5-bn")
        .containsEntry("epochs", "150");
  }

  @Test
  void anUnknownNameListsTheKnown() {
    assertThatThrownBy(() -> Experiments.notebook().only(List.of("dropuot")))
        .hasMessageStartingWith("--only dropuot: must be one of baseline-even, ");
  }
}
