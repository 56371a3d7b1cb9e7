package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunRecorder;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.data.DataStore;
import org.lenet5.training.EpochResult;
import org.lenet5.training.PassListener;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;

/** A run that version 0.1 made, by every command; how it was made says ManifestFormatTest. */
class OldRunTest {
  private static final Path OLD =
      Path.of("src/toolkit/test/resources/org/lenet5/version-0.1/checkpoints/small");

  @TempDir Path root;
  private Path run;

  @BeforeEach
  void copy() throws IOException {
    run = Files.createDirectories(root.resolve("checkpoints/small"));
    try (Stream<Path> files = Files.list(OLD)) {
      for (Path each : files.toList()) {
        Files.copy(each, run.resolve(each.getFileName()));
      }
    }
  }

  private Cli.Outcome run(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--checkpoints-dir=" + root.resolve("checkpoints"));
    return Cli.run(all.toArray(String[]::new));
  }

  @Test
  void isEvaluatedExportedAndClassifiedWith() throws IOException {
    String graphs = "--graphs-dir=" + root.resolve("graphs");
    Cli.Outcome evaluated = run("evaluate", "small", graphs);
    assertThat(evaluated.exit()).as(evaluated.err()).isZero();
    assertThat(evaluated.out()).contains("Loss               2.3062", "Accuracy           10.00 %");
    Cli.Outcome exported = run("export", "small");
    assertThat(exported.exit()).as(exported.err()).isZero();
    Path golden;
    try (Stream<Path> files = Files.walk(run.resolve("saved_model"))) {
      golden = files.filter(each -> each.endsWith("golden/0.png")).findFirst().orElseThrow();
    }
    Cli.Outcome classified = run("classify", "--model=small", golden.toString());
    assertThat(classified.exit()).as(classified.err()).isZero();
    assertThat(classified.out()).contains("automobile");
    assertThat(Files.readString(run.resolve("run.json"))).as("only read").doesNotContain("format");
  }

  @Test
  void isResumedToTheSameBits() throws IOException {
    Manifest old = Manifest.read(run);
    TrainingConfig config = TrainingConfig.of(old.settings()).toBuilder().epochs(3).build();
    List<EpochResult> third = new ArrayList<>();
    try (Trainer trainer =
        new Trainer(config, new DataStore(Path.of("data")).load("sample"), 1, PassListener.NONE)) {
      trainer.restore(RunRecorder.load(run, old, old.checkpoints().get(0), trainer.shapes()));
      trainer.train(2, List.of(third::add));
    }

    Cli.Outcome resumed =
        run("train", "--run=small", "--resume", "--epochs=3", "--graphs-dir=" + root.resolve("g"));
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    Manifest now = Manifest.read(run);
    assertThat(now.epochs().subList(0, 2)).isEqualTo(old.epochs());
    assertThat(now.epochs().get(2).variablesSha256())
        .isEqualTo(VariableDigests.sha256(third.get(0).variables()));
    // What version 0.1 itself went on to; other processors may differ in the last digits.
    assertThat(now.epochs().get(2).trainLoss()).isCloseTo(2.306647291183472, within(1e-5));
    assertThat(now.epochs().get(2).testLoss()).isCloseTo(2.3059736366271975, within(1e-5));
    assertThat(now.versions()).containsEntry("tensorflow", old.versions().get("tensorflow"));
    assertThat(Files.readString(run.resolve("run.json"))).contains("\"format\" : 2");
    assertThat(Files.readAllLines(root.resolve("g/small/metrics.csv"))).hasSize(4);
    assertThat(Files.size(run.resolve("predictions.bin"))).isEqualTo(3_000);
    Map<Integer, Map<String, String>> digests = VariableDigests.read(run);
    assertThat(digests).containsOnlyKeys(1, 2, 3);
    assertThat(digests.get(2)).isEqualTo(VariableDigests.read(OLD).get(2));
  }

  @Test
  void isReplayed() {
    Cli.Outcome replayed = run("replay", "small", "--epochs=1");
    // On another processor than the one it was made on the weights may differ in the last bits.
    if (replayed.exit() == 0) {
      assertThat(replayed.out()).contains("identical: all weights after epoch 1 of small");
    } else {
      assertThat(replayed.exit()).as(replayed.err()).isEqualTo(1);
      assertThat(replayed.out()).contains("epoch 1 differs: first C1/bias, ");
    }
    assertThat(replayed.out()).contains("lenet5 is ", "the run had 0.1.0");
  }
}
