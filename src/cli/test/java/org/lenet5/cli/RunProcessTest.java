package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.exercise.Experiment;
import org.lenet5.exercise.Suite;
import org.lenet5.training.TrainingConfig;
import picocli.CommandLine;

/** The command of a run that is one of several. */
class RunProcessTest {
  @TempDir private Path home;

  // The processes of a suite look for runs in the suite's own folder.
  @Test
  void otherRunsAreFoundFromTheSuitesFolder() throws Exception {
    Path big = Files.createDirectories(home.resolve("checkpoints/big"));
    Files.createFile(big.resolve(Manifest.FILE));
    Folders folders = new Folders();
    new CommandLine(folders)
        .parseArgs(
            "--checkpoints-dir=" + home.resolve("checkpoints"),
            "--graphs-dir=" + home.resolve("graphs"));
    TrainingConfig config = TrainingConfig.of(Map.of("teacher", "big", "from", "elsewhere"));
    List<String> command =
        RunProcess.command(
            folders, "tune", new Suite.Run("a", new Experiment("", "a", Map.of()), config));
    assertThat(command)
        .containsSequence("--teacher", big.toString())
        .containsSequence("--from", "elsewhere")
        .containsSequence("--checkpoints-dir", home.resolve("checkpoints/tune").toString());
  }
}
