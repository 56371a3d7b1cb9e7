package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.checkpoint.Manifest;

/** Real signals to real processes. */
@DisabledOnOs(OS.WINDOWS)
class SignalsTest {
  @TempDir private Path home;

  private List<String> train(String run, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--run", run));
    args.addAll(List.of(more));
    for (String folder : List.of("graphs", "checkpoints", "data")) {
      args.addAll(List.of("--" + folder + "-dir", home.resolve(folder).toString()));
    }
    return args;
  }

  private Child startAndAwaitItsFirstCheckpoint() throws Exception {
    Child child =
        Child.start(
            home,
            Main.class,
            train(
                "a",
                "--epochs",
                "1",
                "--batch-size",
                "5",
                "--dropout",
                "0.25",
                "--checkpoint-every",
                "20",
                "--validation",
                "0.1"));
    Path state = home.resolve("checkpoints/a/checkpoint");
    while (Files.notExists(state) && child.process().isAlive()) {
      Thread.onSpinWait();
    }
    return child;
  }

  private static void send(Child child, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, Long.toString(child.process().pid()))
        .start()
        .waitFor();
  }

  @ParameterizedTest
  @CsvSource({"TERM,143", "INT,130"})
  void aSignalEndsTheRunAfterItsStep(String signal, int exitCode) throws Exception {
    try (Child child = startAndAwaitItsFirstCheckpoint()) {
      send(child, signal);
      assertThat(child.exit()).as(child.err()).isEqualTo(exitCode);
      Manifest.Partial partial = Manifest.read(home.resolve("checkpoints/a")).partial();
      assertThat(child.err())
          .contains(
              "stopped by SIG"
                  + signal
                  + " after step "
                  + partial.steps()
                  + " of epoch 0; --resume goes on from there");
    }
    assertThat(Cli.run(train("a", "--resume").toArray(String[]::new)).exit()).isZero();
    assertThat(
            Cli.run(
                    train(
                            "whole",
                            "--epochs",
                            "1",
                            "--batch-size",
                            "5",
                            "--dropout",
                            "0.25",
                            "--validation",
                            "0.1")
                        .toArray(String[]::new))
                .exit())
        .isZero();
    assertThat(RunFolder.read(home, "a")).isEqualTo(RunFolder.read(home, "whole"));
  }

  @Test
  void aSecondProcessIsRefusedAndADeadOneHoldsNothing() throws Exception {
    try (Child child = startAndAwaitItsFirstCheckpoint()) {
      String[] resume = train("a", "--resume").toArray(String[]::new);
      Cli.Outcome refused = Cli.run(resume);
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err().strip())
          .isEqualTo(
              "error: the run in "
                  + home.resolve("checkpoints/a")
                  + " is being trained by process "
                  + child.process().pid()
                  + ": wait until it ends, or stop it");
      child.process().destroyForcibly().waitFor(1, TimeUnit.MINUTES);
      assertThat(Cli.run(resume).exit()).isZero();
    }
  }
}
