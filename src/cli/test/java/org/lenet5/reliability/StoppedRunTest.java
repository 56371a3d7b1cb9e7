package org.lenet5.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.checkpoint.RunLock;
import org.lenet5.cli.Main;

/** Runs that are stopped, damaged or in each other's way, by the real command. */
class StoppedRunTest {
  private static final List<String> SETTINGS =
      List.of(
          "--batch-size=100",
          "--epochs=3",
          "--augment=flip,crop",
          "--dropout=0.25",
          "--validation=0.1",
          "--optimizer=adamax");

  @TempDir private static Path root;

  private record Outcome(int exit, String out, String err) {}

  private static List<String> arguments(String run, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train",
                "--run=" + run,
                "--graphs-dir=" + root.resolve("graphs"),
                "--checkpoints-dir=" + root.resolve("checkpoints")));
    all.addAll(List.of(more));
    return all;
  }

  private static Outcome run(List<String> arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int exit = Main.run(arguments.toArray(String[]::new));
      return new Outcome(
          exit,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  private static Outcome begin(String run) {
    return run(arguments(run, SETTINGS.toArray(String[]::new)));
  }

  /** A run of one epoch: trained once, then copied. */
  private static void beginOneEpoch(String run) throws IOException {
    for (String half : List.of("graphs", "checkpoints")) {
      Path from = root.resolve(half).resolve("one-epoch");
      Path to = root.resolve(half).resolve(run);
      try (Stream<Path> files = Files.walk(from)) {
        for (Path each : files.toList()) {
          Files.copy(each, to.resolve(from.relativize(each)));
        }
      }
    }
  }

  private static Outcome resume(String run, String... more) {
    List<String> arguments = arguments(run, "--resume");
    arguments.addAll(List.of(more));
    return run(arguments);
  }

  private static Path checkpoint(String run, String file) {
    return root.resolve("checkpoints").resolve(run).resolve(file);
  }

  @BeforeAll
  static void trainTwoThatNobodyStops() {
    assertThat(begin("whole").exit()).isZero();
    List<String> arguments = arguments("one-epoch", SETTINGS.toArray(String[]::new));
    arguments.set(arguments.indexOf("--epochs=3"), "--epochs=1");
    assertThat(run(arguments).exit()).isZero();
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  @ParameterizedTest
  @CsvSource({"1, after epoch 2", "2, after epoch 1", "3, beginning anew"})
  void goesOnFromTheLastIntactCheckpoint(int damaged, String said) throws Exception {
    String run = "damaged-" + damaged;
    begin(run);
    for (int i = 0; i < damaged; i++) {
      flip(checkpoint(run, "ckpt-" + (3 - i) + (i % 2 == 0 ? ".index" : ".data-00000-of-00001")));
    }
    Outcome resumed = resume(run);
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("ckpt-3 is damaged", said);
    assertThat(RunComparison.differences(root, "whole", run)).isEmpty();
  }

  @Test
  void aDamagedPlaceWithinAnEpochIsPassedOver() throws Exception {
    stopped("within", "TERM");
    Files.writeString(checkpoint("within", "step.json"), "{}");
    Outcome resumed = resume("within");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("step.json is damaged");
    assertThat(RunComparison.differences(root, "whole", "within")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void aSignalStopsAfterTheStepAndTheRestIsTheSame(String signal, int exit) throws Exception {
    String run = "signal-" + signal;
    Process process = stopped(run, signal);
    assertThat(process.exitValue()).isEqualTo(exit);
    assertThat(checkpoint(run, "step.json")).exists();
    assertThat(Files.readAllLines(root.resolve(run + ".log")))
        .last()
        .asString()
        .startsWith("stopped by SIG" + signal + " after step ")
        .endsWith("--run " + run + " --resume");
    // In processes of their own as well: a process's first session decides how many threads an
    // operation has, which is part of the arithmetic, and here that was another test's.
    String whole = run + "-whole";
    child(whole, arguments(whole, SETTINGS.toArray(String[]::new))).waitFor();
    child(run, arguments(run, "--resume")).waitFor();
    assertThat(root.resolve(run + ".log")).content().contains("(after step ");
    assertThat(RunComparison.differences(root, whole, run)).isEmpty();
    assertThat(checkpoint(run, "step.json")).doesNotExist();
  }

  private static Process child(String log, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.lenet5.cli.Main"));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(root.resolve(log + ".log").toFile())
        .start();
  }

  /** A training in a process of its own that got the signal within an epoch. */
  private static Process stopped(String run, String signal) throws Exception {
    Process process = withinAnEpoch(run);
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    process.waitFor();
    return process;
  }

  private static Process withinAnEpoch(String run, String... more) throws Exception {
    List<String> arguments = arguments(run, SETTINGS.toArray(String[]::new));
    arguments.add("--checkpoint-every=2");
    arguments.addAll(List.of(more));
    Process process = child(run, arguments);
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!Files.exists(checkpoint(run, "step.json"))) {
      assertThat(process.waitFor(10, TimeUnit.MILLISECONDS)).as("ended").isFalse();
      assertThat(System.nanoTime()).as("time").isLessThan(end);
    }
    return process;
  }

  /** As a suite's do when the suite is killed: at once, and not in a crash of native code. */
  @Test
  void endsWithWhoStartedIt() throws Exception {
    Process process = withinAnEpoch("child", "--with-parent");
    process.getOutputStream().close();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(128 + 9);
    assertThat(root.resolve("child.log")).content().doesNotContain("fatal error");
  }

  @Test
  void aSecondOneOnTheSameRunIsRefused() throws Exception {
    beginOneEpoch("locked");
    try (RunLock held = RunLock.take(checkpoint("locked", ""))) {
      assertThat(held).isNotNull();
      Outcome second = resume("locked", "--epochs=3");
      assertThat(second.exit()).isEqualTo(1);
      assertThat(second.err().lines()).hasSize(1);
      assertThat(second.err())
          .contains("locked is being trained by process " + ProcessHandle.current().pid());
    }
    assertThat(resume("locked", "--epochs=3").exit()).isZero();
    assertThat(RunComparison.differences(root, "whole", "locked")).isEmpty();
  }

  // A folder that is not empty cannot be replaced by a file, whoever asks.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "checkpoints/RUN/ckpt-2.index",
        "checkpoints/RUN/ckpt-2.data-00000-of-00001",
        "checkpoints/RUN/run.json",
        "checkpoints/RUN/checkpoint",
        "checkpoints/RUN/predictions.bin",
        "checkpoints/RUN/digests.csv",
        "graphs/RUN/metrics.csv",
        "graphs/RUN/loss.png",
        "graphs/RUN/accuracy.png",
        "checkpoints/RUN/saved_model"
      })
  void whatCannotBeWrittenStopsTheRunAndIsNamed(String file) throws Exception {
    String run = "blocked-" + file.replaceAll(".*/", "");
    beginOneEpoch(run);
    Path target = root.resolve(file.replace("RUN", run));
    Path aside = root.resolve(run + ".aside");
    if (Files.exists(target)) {
      Files.move(target, aside);
    }
    boolean folder = file.endsWith("saved_model");
    if (folder) {
      Files.writeString(target, "in the way");
    } else {
      Files.createDirectories(target.resolve("in the way"));
    }
    Outcome blocked = resume(run, "--epochs=3");
    assertThat(blocked.exit()).as(blocked.err()).isNotZero();
    assertThat(blocked.err().lines().filter(line -> line.startsWith("error: "))).hasSize(1);
    assertThat(blocked.err()).contains(target.getFileName().toString());

    Files.delete(folder ? target : target.resolve("in the way"));
    Files.deleteIfExists(target);
    if (Files.exists(aside)) {
      Files.move(aside, target);
    }
    Outcome resumed = resume(run, "--epochs=3");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(RunComparison.differences(root, "whole", run)).isEmpty();
  }

  @Test
  void aDamagedManifestIsMendedFromItsCopy() throws Exception {
    beginOneEpoch("cut-manifest");
    Path manifest = checkpoint("cut-manifest", "run.json");
    byte[] bytes = Files.readAllBytes(manifest);
    Files.write(manifest, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    Outcome resumed = resume("cut-manifest", "--epochs=3");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("run.json is damaged", "taking its copy");
    assertThat(RunComparison.differences(root, "whole", "cut-manifest")).isEmpty();
  }

  @Test
  void anotherRunsManifestIsRefusedAndNothingIsDeleted() throws Exception {
    beginOneEpoch("swapped-manifest");
    Path manifest = checkpoint("swapped-manifest", "run.json");
    byte[] own = Files.readAllBytes(manifest);
    assertThat(run(arguments("other-run", "--epochs=1", "--batch-size=500")).exit()).isZero();
    Files.copy(checkpoint("other-run", "run.json"), manifest, StandardCopyOption.REPLACE_EXISTING);
    Outcome refused = resume("swapped-manifest", "--epochs=3");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err().lines()).hasSize(1);
    assertThat(refused.err()).contains("run.json is that of run other-run");

    Files.write(manifest, own);
    assertThat(resume("swapped-manifest", "--epochs=3").exit()).isZero();
    assertThat(RunComparison.differences(root, "whole", "swapped-manifest")).isEmpty();
  }

  @Test
  void aRunKilledBeforeItsManifestIsBegunAgain() throws Exception {
    Files.createDirectories(root.resolve("graphs/early"));
    Files.createDirectories(root.resolve("checkpoints/early"));
    Files.writeString(root.resolve("checkpoints/early/.lock"), "1");
    assertThat(begin("early").exit()).isZero();
    assertThat(RunComparison.differences(root, "whole", "early")).isEmpty();
  }

  @Test
  void replaySaysIdenticalOrWhatDiffersFirst() throws Exception {
    String checkpoints = "--checkpoints-dir=" + root.resolve("checkpoints");
    Outcome identical = run(List.of("replay", "whole", checkpoints, "--epochs=2"));
    assertThat(identical.exit()).as(identical.err()).isZero();
    assertThat(identical.out())
        .isEqualTo("identical: all weights after each of 2 epochs of whole\n");

    begin("other");
    Path manifest = checkpoint("other", "run.json");
    String text = Files.readString(manifest);
    String digest = text.replaceAll("(?s).*?\"variables_sha256\" : \"(\\w+)\".*", "$1");
    Files.writeString(manifest, FailingRunTest.unsealed(text.replace(digest, "0".repeat(64))));
    Path digests = checkpoint("other", "digests.csv");
    try (Stream<String> lines = Files.lines(digests)) {
      List<String> changed =
          lines.map(l -> l.startsWith("1,C2/bias,") ? "1,C2/bias," + "0".repeat(64) : l).toList();
      Files.write(digests, changed);
    }
    Outcome differs = run(List.of("replay", "other", checkpoints));
    assertThat(differs.exit()).isEqualTo(1);
    assertThat(differs.out())
        .isEqualTo(
            "epoch 1 differs: first C2/bias, 1 of 37 variables in all\n"
                + "no reason is known: processor, oneDNN, threads, versions and data are the"
                + " run's\n");

    // What differs is named first, and again as the likely reason.
    String changed = Files.readString(manifest);
    Files.writeString(
        manifest,
        changed.replaceFirst("\"onednn\" : \"\\w+\"", "\"onednn\" : \"TF_ENABLE_ONEDNN_OPTS=0\""));
    assertThat(run(List.of("replay", "other", checkpoints, "--epochs=1")).out().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("other than in the run: onednn is ")
                    .endsWith(", the run had TF_ENABLE_ONEDNN_OPTS=0"),
            line -> assertThat(line).startsWith("epoch 1 differs: first C2/bias"),
            line -> assertThat(line).startsWith("likely reason: onednn is "));

    // As version 0.1 wrote it.
    Files.writeString(
        manifest,
        changed.replaceFirst("\"onednn\" : \"\\w+\",", "").replaceFirst("\"processor\" : .*", ""));
    assertThat(run(List.of("replay", "other", checkpoints, "--epochs=1")).out().lines())
        .last()
        .isEqualTo("run.json of that version does not say: onednn, processor");
  }
}
