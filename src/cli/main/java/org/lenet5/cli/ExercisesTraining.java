package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.exercise.Jobs;
import org.lenet5.exercise.Runner;
import org.lenet5.exercise.Suite;
import org.lenet5.summary.HParams;

/** Trains the runs of a suite that are not trained yet. Not thread-safe. */
final class ExercisesTraining {
  private final Folders folders;
  private final String name;
  private final Path home;
  private final int jobs;
  private final Runner runner;
  private final PrintWriter err;

  /**
   * @param name of the suite's folder below graphs and checkpoints
   * @param jobs runs at a time
   * @param runner who trains them
   */
  ExercisesTraining(Folders folders, String name, int jobs, Runner runner, PrintWriter err) {
    this.folders = folders;
    this.name = name;
    this.home = folders.checkpoints().resolve(name);
    this.jobs = jobs;
    this.runner = runner;
    this.err = err;
  }

  /**
   * Trains what is not trained yet; returns whether all went well.
   *
   * @throws StopSignal.StoppedException if a signal stopped it
   */
  boolean run(Suite asked) {
    Suite suite = Suite.isIn(home) ? asked.and(Suite.read(home)) : asked;
    suite.write(home);
    HParams.writeExperiment(
        folders.graphs().resolve(name),
        suite.runs().stream().map(run -> run.config().flags()).toList(),
        Instant.now());
    List<Suite.Run> left =
        asked.runs().stream().filter(run -> !isFinished(home.resolve(run.name()))).toList();
    int kept = asked.runs().size() - left.size();
    if (kept > 0) {
      err.println(
          "%d of %s finished and kept".formatted(kept, Words.count(asked.runs().size(), "run")));
      err.flush();
    }
    Map<String, String> failures = new TreeMap<>(suite.failures());
    Progress progress = new Progress(suite, home, failures, System.nanoTime());
    try (Jobs training = new Jobs(runner);
        StopSignal stop = new StopSignal(training::stop)) {
      try (ExercisesScreen screen =
          new ExercisesScreen(
              asked, jobs, home, err, Terminal.onTerminal() ? Terminal::size : null)) {
        training.train(left, jobs, noting(progress, screen));
      }
      if (stop.received()) {
        throw stop.stopped("; the same command goes on with " + name);
      }
    } finally {
      progress.write();
    }
    List<String> failed = left.stream().map(Suite.Run::name).filter(failures::containsKey).toList();
    failed.forEach(run -> err.println("error: " + run + ": " + failures.get(run)));
    err.flush();
    return failed.isEmpty();
  }

  /** Saves a suite's results while its runs go on, so that a kill loses at most an epoch's time. */
  private record Progress(Suite suite, Path home, Map<String, String> failures, long start) {
    void write() {
      synchronized (failures) {
        suite.after((System.nanoTime() - start) / 1e9, failures).write(home);
      }
    }

    void failed(String run, String message) {
      synchronized (failures) {
        failures.put(run, message);
        write();
      }
    }

    void begun(String run) {
      synchronized (failures) {
        failures.remove(run);
      }
    }
  }

  private static Jobs.Listener noting(Progress progress, ExercisesScreen screen) {
    return new ForwardingListener(screen) {
      @Override
      public void started(Suite.Run run) {
        progress.begun(run.name());
        super.started(run);
      }

      @Override
      public void line(Suite.Run run) {
        progress.write();
        super.line(run);
      }

      @Override
      public void failed(Suite.Run run, int exitCode, String message) {
        progress.failed(run.name(), message);
        super.failed(run, exitCode, message);
      }
    };
  }

  // The export is a run's last act.
  private static boolean isFinished(Path folder) {
    try {
      if (!Manifest.isIn(folder)
          || !Files.isDirectory(folder.resolve("saved_model").resolve("1"))) {
        return false;
      }
      Manifest run = Manifest.read(folder);
      return run.epochs().size() == run.wantedEpochs();
    } catch (RunException e) {
      return false; // Damaged: to go on with the run mends it, or says what is wrong.
    }
  }
}
