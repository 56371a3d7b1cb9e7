package org.lenet5.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lenet5.checkpoint.Manifest;

/**
 * A training in a process of its own, which may be killed.
 *
 * @param root holds graphs and checkpoints, and what the processes print
 * @param settings flags of every training
 */
record TrainProcess(Path root, List<String> settings) {
  /**
   * Begins a run, or goes on with one that can be gone on with. A run that was killed before its
   * run.json is begun again under its name.
   *
   * @param before a command that starts Java and watches it; none if empty
   */
  Process start(String run, List<String> before) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-XX:-UsePerfData", "-Djava.awt.headless=true", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of("org.lenet5.cli.Main", "train", "--run=" + run));
    command.add("--graphs-dir=" + root.resolve("graphs"));
    command.add("--checkpoints-dir=" + root.resolve("checkpoints"));
    command.addAll(settings);
    if (resumable(run)) {
      command.add("--resume");
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(root.resolve(run + ".log").toFile())
        .start();
  }

  /** True if there is a run of that name to go on with. */
  boolean resumable(String run) {
    return Manifest.isIn(root.resolve("checkpoints").resolve(run));
  }

  /** Waits for the end, which must be a good one. */
  void finish(Process process, String run) throws Exception {
    int code = process.waitFor();
    if (code != 0) {
      List<String> log = Files.readAllLines(root.resolve(run + ".log"));
      throw new IllegalStateException(
          run
              + " ended with exit code "
              + code
              + ": "
              + (log.isEmpty() ? "(no output)" : log.get(log.size() - 1)));
    }
  }

  /** Trains, or goes on, to the end. */
  void toTheEnd(String run) throws Exception {
    finish(start(run, List.of()), run);
  }
}
