package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunLock;
import org.lenet5.io.AtomicFiles;

/** Runs that are stopped, damaged and gone on with end as one that never was. */
class ResumeTest {
  @TempDir private static Path home;

  private static RunFolder whole;

  private static Cli.Outcome train(String... args) {
    List<String> all = new ArrayList<>(List.of("train"));
    all.addAll(List.of(args));
    for (String folder : List.of("graphs", "checkpoints", "data")) {
      all.addAll(List.of("--" + folder + "-dir", home.resolve(folder).toString()));
    }
    return Cli.run(all.toArray(String[]::new));
  }

  private static Cli.Outcome begin(String run, int epochs, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--run",
                run,
                "--epochs",
                Integer.toString(epochs),
                "--batch-size",
                "250",
                "--augment",
                "flip,crop",
                "--dropout",
                "0.25",
                "--validation",
                "0.1",
                "--optimizer",
                "adam"));
    args.addAll(List.of(more));
    return train(args.toArray(String[]::new));
  }

  private static Cli.Outcome resume(String run, String... more) {
    List<String> args = new ArrayList<>(List.of("--run", run, "--resume"));
    args.addAll(List.of(more));
    return train(args.toArray(String[]::new));
  }

  private static Path checkpoints(String run) {
    return home.resolve("checkpoints").resolve(run);
  }

  private static void flip(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @BeforeAll
  static void trainWithoutAStop() throws Exception {
    assertThat(begin("whole", 3).exit()).isZero();
    whole = RunFolder.read(home, "whole");
  }

  @BeforeEach
  void copyTheWholeRun() throws Exception {
    for (String folder : List.of("graphs", "checkpoints")) {
      AtomicFiles.deleteTree(home.resolve(folder).resolve("copy"));
      copy(home.resolve(folder).resolve("whole"), home.resolve(folder).resolve("copy"));
    }
  }

  private static void copy(Path from, Path to) throws Exception {
    try (var all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ckpt-3.index", "ckpt-3.data-00000-of-00001"})
  void aDamagedCheckpointIsPassedOver(String name) throws Exception {
    flip(checkpoints("copy").resolve(name));
    Cli.Outcome outcome = resume("copy");
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.err())
        .contains(
            "ckpt-3 is damaged: the SHA-256 of "
                + name
                + " is not run.json's; going on from ckpt-2");
    assertThat(outcome.out().lines()).hasSize(1);
    assertThat(RunFolder.read(home, "copy")).isEqualTo(whole);
  }

  @Test
  void checkpointsThatAreCutOrGoneAreBothPassedOver() throws Exception {
    Path data = checkpoints("copy").resolve("ckpt-3.data-00000-of-00001");
    Files.write(data, Arrays.copyOf(Files.readAllBytes(data), 1000));
    Files.delete(checkpoints("copy").resolve("ckpt-2.index"));
    Cli.Outcome outcome = resume("copy");
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.err())
        .contains("ckpt-3 is damaged", "ckpt-2 is damaged: there is no file ckpt-2.index");
    assertThat(outcome.out().lines()).hasSize(2);
    assertThat(RunFolder.read(home, "copy")).isEqualTo(whole);
  }

  @Test
  void aSwappedCheckpointIsSeenThoughItsFilesFitTheirDigests() throws Exception {
    Path folder = checkpoints("copy");
    Manifest manifest = Manifest.read(folder);
    String json = Files.readString(folder.resolve("run.json"));
    for (String ending : List.of(".index", ".data-00000-of-00001")) {
      Files.copy(
          folder.resolve("ckpt-2" + ending),
          folder.resolve("ckpt-3" + ending),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      json =
          json.replace(
              manifest.checkpoints().get(2).files().get("ckpt-3" + ending),
              manifest.checkpoints().get(1).files().get("ckpt-2" + ending));
    }
    Files.writeString(folder.resolve("run.json"), json);
    Cli.Outcome outcome = resume("copy");
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("ckpt-3 is damaged: its variables do not have run.json's");
    assertThat(RunFolder.read(home, "copy")).isEqualTo(whole);
  }

  @Test
  void withoutAnyWholeCheckpointNothingIsTouched() throws Exception {
    for (int i = 1; i <= 3; i++) {
      flip(checkpoints("copy").resolve("ckpt-" + i + ".index"));
    }
    String before = Files.readString(checkpoints("copy").resolve("run.json"));
    Cli.Outcome outcome = resume("copy");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("error: no checkpoint of run whole is whole");
    assertThat(checkpoints("copy").resolve("run.json")).hasContent(before);
    assertThat(checkpoints("copy").resolve("ckpt-3.index")).exists();
  }

  @Test
  void aDamagedManifestIsOneLine() throws Exception {
    Path file = checkpoints("copy").resolve("run.json");
    String good = Files.readString(file);
    for (String bad :
        List.of(
            good.substring(0, good.length() / 2), good.replace("\"epoch\" : 2", "\"epoch\" : 7"))) {
      Files.writeString(file, bad);
      Cli.Outcome outcome = resume("copy");
      assertThat(outcome.exit()).isEqualTo(1);
      assertThat(outcome.err().lines()).hasSize(1);
      assertThat(outcome.err()).startsWith("error: " + file + " is damaged");
    }
  }

  @Test
  void whatLooksAtTheRunIsMendedFromRunJson() throws Exception {
    Files.writeString(home.resolve("graphs/copy/metrics.csv"), "damaged");
    Files.delete(home.resolve("graphs/copy/loss.png"));
    Files.writeString(checkpoints("copy").resolve("checkpoint"), "damaged");
    assertThat(resume("copy").exit()).isZero();
    assertThat(RunFolder.read(home, "copy")).isEqualTo(whole);
  }

  @Test
  void aRunThatIsBeingTrainedIsRefused() {
    RunLock lock = RunLock.take(checkpoints("copy"));
    try {
      Cli.Outcome outcome = resume("copy");
      assertThat(outcome.exit()).isEqualTo(1);
      assertThat(outcome.err().lines()).hasSize(1);
      assertThat(outcome.err())
          .startsWith("error: the run in " + checkpoints("copy") + " is being trained by process");
    } finally {
      lock.close();
    }
    assertThat(resume("copy").exit()).isZero();
  }
}
