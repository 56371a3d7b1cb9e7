package org.lenet5.cli;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.exercise.Suite;
import org.lenet5.io.AtomicFiles;

/** How a run of several is trained: by this program's train, in a JVM like this one. */
final class RunProcess {
  private RunProcess() {}

  /**
   * The command that trains a run, or goes on with it. What a run has left that was stopped before
   * there was anything to go on with is deleted.
   *
   * @param suite the folder that the run lies in, below graphs and checkpoints
   * @param more flags of train
   */
  static List<String> command(Folders folders, String suite, Suite.Run run, String... more) {
    Path graphs = folders.graphs().resolve(suite);
    Path checkpoints = folders.checkpoints().resolve(suite);
    boolean begun = Manifest.isIn(checkpoints.resolve(run.name()));
    if (!begun) {
      delete(graphs.resolve(run.name()));
      delete(checkpoints.resolve(run.name()));
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(each -> each.startsWith("-X") || each.startsWith("-D"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Dlenet5.terminal=false",
            "-Dlenet5.stderr=1", // inherited from this process
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "train",
            "--with-parent",
            "--run",
            run.name(),
            "--data-dir",
            folders.data().toString(),
            "--graphs-dir",
            graphs.toString(),
            "--checkpoints-dir",
            checkpoints.toString()));
    command.addAll(List.of(more));
    command.addAll(TrainingFlags.words(folders.settingsBelow(run.config().flags())));
    if (begun) {
      command.add("--resume");
    }
    return command;
  }

  private static void delete(Path folder) {
    try {
      AtomicFiles.deleteTree(folder);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot delete", folder, e);
    }
  }

  /** The file whose lock keeps other processes from training the same runs. */
  static FileChannel lockFile(Path home) throws IOException {
    Files.createDirectories(home);
    return FileChannel.open(
        home.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
