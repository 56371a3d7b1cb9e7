package org.lenet5.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.RunLock;
import org.lenet5.cli.Main;
import org.lenet5.io.AtomicFiles;

/** What stops a run while it trains: the cause is said in a line, nothing is left held. */
class FailingRunTest {
  @TempDir private static Path root;

  private record Outcome(int exit, String err) {
    String lastLine() {
      return err.lines().reduce("", (before, line) -> line);
    }
  }

  private interface Deed {
    void to(Path checkpoints, Thread training) throws Exception;
  }

  private static Outcome train(String run, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "train",
                "--run=" + run,
                "--graphs-dir=" + root.resolve("graphs"),
                "--checkpoints-dir=" + root.resolve("checkpoints")));
    all.addAll(List.of(more));
    PrintStream err = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = System.out;
    try {
      System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
      System.setOut(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
      int exit = Main.run(all.toArray(String[]::new));
      return new Outcome(exit, bytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(err);
      System.setOut(out);
    }
  }

  private static Outcome begin(String run) {
    return train(
        run,
        "--epochs=2",
        "--batch-size=50",
        "--dropout=0.25",
        "--augment=flip",
        "--workers=3",
        "--checkpoint-every=3");
  }

  @BeforeAll
  static void trainOneThatNothingStops() {
    assertThat(begin("whole").exit()).isZero();
  }

  /** Trains, and does {@code deed} within the first epoch. */
  private static Outcome disturbed(String run, Deed deed) throws Exception {
    Path checkpoints = root.resolve("checkpoints").resolve(run);
    Outcome[] outcome = new Outcome[1];
    Thread training = new Thread(() -> outcome[0] = begin(run));
    training.start();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    while (!Files.exists(checkpoints.resolve("step.json"))) {
      training.join(10);
      assertThat(training.isAlive()).as("training").isTrue();
      assertThat(System.nanoTime()).as("time").isLessThan(end);
    }
    deed.to(checkpoints, training);
    training.join(TimeUnit.MINUTES.toMillis(2));
    assertThat(outcome[0]).isNotNull();
    assertThat(outcome[0].exit()).as(outcome[0].err()).isEqualTo(1);
    assertThat(outcome[0].err().lines().filter(line -> line.startsWith("error: "))).hasSize(1);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("batches-"));
    return outcome[0];
  }

  private static void resumesToTheSameEnd(String run) throws Exception {
    Outcome resumed = train(run, "--resume");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(RunComparison.differences(root, "whole", run)).isEmpty();
  }

  @Test
  void anInterruptedThread() throws Exception {
    Outcome outcome = disturbed("interrupted", (folder, training) -> training.interrupt());
    assertThat(outcome.lastLine()).contains("interrupted");
    resumesToTheSameEnd("interrupted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"graphs", "checkpoints"})
  void aFolderThatIsRemoved(String half) throws Exception {
    String run = "without-" + half;
    Path folder = root.resolve(half).resolve(run);
    Path aside = root.resolve(half + ".aside");
    Outcome outcome =
        disturbed(
            run,
            (checkpoints, training) -> Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE));
    // Which file it was about to write or delete is a matter of time.
    assertThat(outcome.lastLine()).startsWith("error: cannot ").contains(folder.toString());
    AtomicFiles.deleteTree(folder); // what was written after the move
    Files.move(aside, folder);
    resumesToTheSameEnd(run);
  }

  @Test
  void aSecondTryInTheSameProcessLeavesTheLockWhereItIs() throws Exception {
    Path folder = Files.createDirectories(root.resolve("checkpoints/held"));
    Files.copy(root.resolve("checkpoints/whole/run.json"), folder.resolve("run.json"));
    RunLock lock = RunLock.take(folder);
    assertThatThrownBy(() -> RunLock.take(folder)).isInstanceOf(RunException.class);
    // Another process must still be refused.
    Path log = root.resolve("held.log");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.lenet5.cli.Main",
                "train",
                "--run=held",
                "--resume",
                "--graphs-dir=" + root.resolve("graphs"),
                "--checkpoints-dir=" + root.resolve("checkpoints"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(other.waitFor()).isEqualTo(1);
    assertThat(Files.readString(log))
        .contains("is being trained by process " + ProcessHandle.current().pid());
    lock.close();
    RunLock.take(folder).close();
  }

  @Test
  void aSwappedCheckpointIsSeenThoughItsFilesFitTheirDigests() throws Exception {
    assertThat(begin("swapped").exit()).isZero();
    Path folder = root.resolve("checkpoints/swapped");
    List<Manifest.Checkpoint> kept = Manifest.read(folder).checkpoints();
    String json = Files.readString(folder.resolve("run.json"));
    for (String ending : List.of(".index", ".data-00000-of-00001")) {
      Files.copy(
          folder.resolve("ckpt-1" + ending),
          folder.resolve("ckpt-2" + ending),
          StandardCopyOption.REPLACE_EXISTING);
      json =
          json.replace(
              kept.get(1).files().get("ckpt-2" + ending),
              kept.get(0).files().get("ckpt-1" + ending));
    }
    Files.writeString(folder.resolve("run.json"), unsealed(json));
    Outcome resumed = train("swapped", "--resume");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("ckpt-2 is damaged: it is not what epoch 2 ended with");
    assertThat(RunComparison.differences(root, "whole", "swapped")).isEmpty();
  }

  /** Without its own digest, as what was changed on purpose is taken. */
  static String unsealed(String json) {
    return json.replaceFirst(",\\s*\"sha256\" : \"\\w+\"\\s*}\\s*$", "}");
  }
}
