package org.lenet5.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.checkpoint.Manifest;

/** Signals from a real terminal, where progress bars are drawn. */
class TerminalTest {
  private static final List<String> SETTINGS =
      List.of(
          "--batch-size=20",
          "--epochs=3",
          "--augment=flip,crop",
          "--dropout=0.25",
          "--validation=0.1",
          "--optimizer=adamax");

  @TempDir private static Path root;

  private static List<String> java() {
    return new ArrayList<>(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dlenet5.terminal=true",
            "-cp",
            System.getProperty("java.class.path"),
            "org.lenet5.cli.Main"));
  }

  private static String command(String name, String... more) {
    List<String> words = java();
    words.add(name);
    words.addAll(
        List.of(
            "--graphs-dir=" + root.resolve("graphs"),
            "--checkpoints-dir=" + root.resolve("checkpoints")));
    words.addAll(List.of(more));
    return Pty.quoted(words);
  }

  private static String train(String run, List<String> more) {
    List<String> all = new ArrayList<>(List.of("--run=" + run));
    all.addAll(more);
    return command("train", all.toArray(String[]::new));
  }

  @BeforeAll
  static void trainOneThatNobodyStops() throws Exception {
    try (Pty pty = new Pty(train("whole", SETTINGS))) {
      assertThat(pty.exitCode()).as(pty.shown()).isZero();
    }
  }

  private static void resumesAsIfNobodyHadStoppedIt(String run) throws Exception {
    try (Pty pty = new Pty(train(run, List.of("--resume")))) {
      assertThat(pty.exitCode()).as(pty.shown()).isZero();
    }
    assertThat(RunComparison.differences(root, "whole", run)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "first, '', 'train .*loss', step ",
    "later, 'Epoch: 0', 'train .*loss', step ",
    "evaluation, '', 'eval .*loss', epoch 1",
    "last-evaluation, 'Epoch: 1', 'eval .*loss', epoch 3",
    "writing, 'Epoch: 0', 'train .*loss', step ",
  })
  void ctrlCStopsAfterTheStepAndTheRestIsTheSame(
      String run, String before, String then, String where) throws Exception {
    List<String> settings = new ArrayList<>(SETTINGS);
    if (run.equals("writing")) {
      settings.add("--checkpoint-every=1");
    }
    Path modes = root.resolve(run);
    String command =
        "stty cols 100; stty -a >%s.before; %s; code=$?; stty -a >%s.after; exit $code"
            .formatted(modes, train(run, settings), modes);
    try (Pty pty = new Pty(command)) {
      pty.await(before);
      pty.await(then);
      pty.type(Pty.CTRL_C);
      assertThat(pty.exitCode()).as(pty.shown()).isEqualTo(130);
      assertThat(pty.shown().stripTrailing())
          .contains("stopped by SIGINT after " + where)
          .endsWith("--run " + run + " --resume")
          .doesNotContain("\u001B[?25l"); // hides the cursor
    }
    assertThat(Path.of(modes + ".after")).hasSameTextualContentAs(Path.of(modes + ".before"));
    resumesAsIfNobodyHadStoppedIt(run);
  }

  @Test
  void aSecondCtrlCEndsItAtOnce() throws Exception {
    List<String> oneLongStep = List.of("--batch-size=5000", "--epochs=1");
    try (Pty pty = new Pty(train("twice", oneLongStep))) {
      pty.await("train +0%");
      pty.type(Pty.CTRL_C);
      pty.await("\\^C");
      pty.type(Pty.CTRL_C);
      assertThat(pty.exitCode()).as(pty.shown()).isEqualTo(130);
    }
    try (Pty pty = new Pty(train("twice", List.of("--resume")))) {
      assertThat(pty.exitCode()).as(pty.shown()).isZero();
    }
  }

  @Test
  void whatHasNothingToSaveSaysThatItWasStopped() throws Exception {
    List<String> words = java();
    Path model = root.resolve("checkpoints/whole/saved_model/1");
    words.addAll(List.of("classify", "-v", "--model=" + model, "-"));
    try (Pty pty = new Pty("exec 2>&1; " + Pty.quoted(words) + " < <(sleep 100)")) {
      pty.await("All log messages"); // TensorFlow is being loaded
      pty.type(Pty.CTRL_C);
      assertThat(pty.exitCode()).as(pty.shown()).isEqualTo(130);
      assertThat(pty.shown().stripTrailing()).endsWith("stopped by SIGINT");
    }
  }

  /** The checkpoint is measured as a SavedModel in a temporary folder. */
  @Test
  void anEvaluationThatIsStoppedLeavesNothing() throws Exception {
    Path temporary = Files.createDirectories(root.resolve("temporary"));
    String options = "export JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=" + temporary;
    try (Pty pty = new Pty(options + "; exec 2>&1; " + command("evaluate", "-v", "whole"))) {
      pty.await("All log messages"); // TensorFlow is being loaded
      pty.type(Pty.CTRL_C);
      assertThat(pty.exitCode()).as(pty.shown()).isEqualTo(130);
      assertThat(pty.shown().stripTrailing()).endsWith("stopped by SIGINT");
    }
    assertThat(temporary).isEmptyDirectory();
    assertThat(root.resolve("graphs/whole/evaluation")).doesNotExist();
  }

  @Test
  void ctrlCStopsTheExercisesAndTheirTrainings() throws Exception {
    String exercises = command("exercises", "--only=baseline-even,dropout", "--epochs=15");
    List<ProcessHandle> trainings;
    try (Pty pty = new Pty(exercises)) {
      pty.await("baseline-even +\\d+/15 +\\d");
      trainings = pty.processes();
      pty.type(Pty.CTRL_C);
      assertThat(pty.exitCode()).as(pty.shown()).isEqualTo(130);
      assertThat(pty.shown().stripTrailing())
          .endsWith("stopped by SIGINT; the same command goes on with exercises")
          .doesNotContain("failed");
    }
    assertThat(trainings).as("with their parent").hasSizeGreaterThan(2);
    assertThat(trainings).noneMatch(ProcessHandle::isAlive);
    // With a checkpoint: within an epoch, or of its end where it was just being evaluated.
    Path stopped = root.resolve("checkpoints/exercises/baseline-even");
    assertThat(
            Files.exists(stopped.resolve("step.json"))
                || !Manifest.read(stopped).epochs().isEmpty())
        .isTrue();
  }

  // The terminal tells a job in the background to stop when it sets the terminal's modes.
  @Test
  void goesOnInTheBackground() throws Exception {
    String command =
        "set -m; " + train("background", SETTINGS) + "; bg; wait %1; echo ended with $?";
    try (Pty pty = new Pty("bash -c " + '"' + command.replace("$", "\\$") + '"')) {
      pty.await("train .* img/s");
      pty.type(Pty.CTRL_Z);
      pty.await("ended with 0");
      assertThat(pty.exitCode()).as(pty.shown()).isZero();
    }
    assertThat(RunComparison.differences(root, "whole", "background")).isEmpty();
  }

  @Test
  void aBarFollowsTheTerminalsWidth() throws Exception {
    String command = "stty cols 60; " + train("narrow", List.of("--epochs=2", "--batch-size=20"));
    try (Pty pty = new Pty(command)) {
      pty.await("train .* img/s");
      Process stty = new ProcessBuilder("stty", "-F", terminalOf(pty), "cols", "90").start();
      assertThat(stty.waitFor()).isZero();
      pty.await("\\rEpoch[^\\r]{80}");
      assertThat(pty.exitCode()).as(pty.shown()).isZero();
      assertThat(pty.shown().lines().flatMap(line -> List.of(line.split("\r")).stream()))
          .filteredOn(line -> line.startsWith("Epoch "))
          .allMatch(line -> line.length() < 90)
          .anyMatch(line -> line.length() < 60);
    }
  }

  private static String terminalOf(Pty pty) throws IOException {
    ProcessHandle any = pty.processes().get(0);
    return Files.readSymbolicLink(Path.of("/proc/" + any.pid() + "/fd/2")).toString();
  }
}
