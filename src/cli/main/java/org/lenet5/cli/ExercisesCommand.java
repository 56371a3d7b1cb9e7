package org.lenet5.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.data.Dataset;
import org.lenet5.exercise.ExerciseReport;
import org.lenet5.exercise.Experiment;
import org.lenet5.exercise.Experiments;
import org.lenet5.exercise.Jobs;
import org.lenet5.exercise.Suite;
import org.lenet5.io.AtomicFiles;
import org.lenet5.run.RunName;
import org.lenet5.summary.HParams;
import org.lenet5.training.TrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains the notebook's experiments side by side and judges them. */
@Command(
    name = "exercises",
    description = "Train the notebook's experiments side by side and judge them.")
final class ExercisesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Folders folders;

  @Option(
      names = "--only",
      paramLabel = "NAMES",
      split = ",",
      description = "These experiments, separated by commas. Default: all.")
  private List<String> only = List.of();

  @Option(
      names = "--add",
      paramLabel = "FILE",
      description = "More experiments, in the form of experiments.conf.")
  private List<Path> add = List.of();

  @Option(names = "--epochs", paramLabel = "N", description = "Of each run. Default: 15.")
  private String epochs = "15";

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description =
          "Runs of each experiment, with seeds 42, 43 …; from 3 on the verdict is over seeds."
              + " Default: 1.")
  private int seeds = 1;

  @Option(
      names = "--dataset",
      paramLabel = "NAME|PATH",
      description =
          "One that data list names (fetched at first use), or a path as train takes it."
              + " Default: sample.")
  private String dataset = "sample";

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Runs at a time. Default: the number of cores.")
  private int jobs = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Of each run; other numbers round differently. Default: 1.")
  private String threads = "1";

  @Option(
      names = "--suite",
      paramLabel = "NAME",
      description =
          "Folder under graphs and checkpoints. One that holds other settings is left alone, and"
              + " NAME-2 taken. Default: exercises.")
  private String wanted = "exercises";

  @Option(names = "--list", description = "Print the experiments and their flags, and stop.")
  private boolean list;

  @Option(names = "--report", description = "Write the report anew from what is there, and stop.")
  private boolean report;

  @Override
  public Integer call() {
    WrongUsage.require(jobs >= 1 && jobs <= 64, "--jobs " + jobs + ": must be from 1 to 64");
    WrongUsage.require(
        seeds >= 1 && seeds <= Suite.MOST_SEEDS,
        "--seeds " + seeds + ": must be from 1 to " + Suite.MOST_SEEDS);
    WrongUsage.require(
        wanted.matches(RunName.PART),
        "--suite " + wanted + ": must be letters, digits, '.', '_', '-' and '+'");
    Suite suite = WrongUsage.unless(this::declared);
    if (list) {
      print(suite);
      return 0;
    }
    if (report) {
      write(wanted);
      return 0;
    }
    folders.load(folders.absolute(dataset)); // Fetched here, not by each job.
    String name = suite.folder(folders.checkpoints(), wanted);
    Path home = folders.checkpoints().resolve(name);
    err().println("Suite " + name + ": " + home);
    if (!name.equals(wanted)) {
      err().println("(" + wanted + " has other settings and stays as it is)");
    }
    err().flush();
    boolean well;
    try (FileChannel channel = RunProcess.lockFile(home);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw new RunException(home + ": these exercises are being trained by another process");
      }
      well = train(suite, home, name);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot lock", home, e);
    }
    write(name);
    return well ? 0 : Errors.FAILED;
  }

  private Suite declared() {
    Experiments experiments = Experiments.notebook();
    for (Path file : add) {
      WrongUsage.require(Files.exists(file), "--add " + file + ": there is no such file");
      experiments = experiments.with(file);
    }
    if (!only.isEmpty()) {
      experiments = experiments.only(only.stream().map(String::strip).toList());
    }
    Map<String, String> settings = new LinkedHashMap<>(experiments.baseline());
    settings.put("dataset", folders.absolute(dataset));
    settings.put("epochs", epochs);
    settings.put("threads", threads);
    settings = TrainingConfig.of(settings).flags();
    long firstSeed = Long.parseLong(settings.remove("seed"));
    return new Suite(settings, firstSeed, seeds, experiments.list(), 0, Map.of());
  }

  private void print(Suite suite) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("The baseline");
    out.println("  " + new Experiment("", "", Experiments.notebook().baseline()).described());
    String exercise = "";
    for (Experiment each : suite.experiments()) {
      if (!each.exercise().equals(exercise)) {
        exercise = each.exercise();
        out.println(exercise);
      }
      out.printf("  %-31s  %s%n", each.name(), each.described());
    }
    out.flush();
  }

  /** Trains what is not trained yet; returns whether all went well. */
  private boolean train(Suite asked, Path home, String name) {
    Suite suite = Suite.isIn(home) ? asked.and(Suite.read(home)) : asked;
    suite.write(home);
    HParams.writeExperiment(
        folders.graphs().resolve(name),
        suite.runs().stream().map(run -> run.config().flags()).toList(),
        Instant.now());
    List<Suite.Run> left =
        asked.runs().stream().filter(run -> !finished(home.resolve(run.name()), asked)).toList();
    int kept = asked.runs().size() - left.size();
    if (kept > 0) {
      err()
          .println(
              "%d of %s finished and kept"
                  .formatted(kept, Words.count(asked.runs().size(), "run")));
      err().flush();
    }
    Map<String, String> failures = new TreeMap<>(suite.failures());
    Progress progress = new Progress(suite, home, failures, System.nanoTime());
    try (Jobs processes = new Jobs();
        StopSignal stop = new StopSignal(processes::stop)) {
      try (ExercisesScreen screen =
          new ExercisesScreen(
              asked, jobs, home, err(), Terminal.onTerminal() ? Terminal::size : null)) {
        processes.train(
            left, jobs, run -> RunProcess.command(folders, name, run), noting(progress, screen));
      }
      if (stop.received()) {
        throw stop.stopped("; the same command goes on with " + name);
      }
    } finally {
      progress.write();
    }
    List<String> failed = left.stream().map(Suite.Run::name).filter(failures::containsKey).toList();
    failed.forEach(run -> err().println("error: " + run + ": " + failures.get(run)));
    err().flush();
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
    return new Jobs.Listener() {
      @Override
      public void started(Suite.Run run) {
        progress.begun(run.name());
        screen.started(run);
      }

      @Override
      public void line(Suite.Run run) {
        progress.write();
        screen.line(run);
      }

      @Override
      public void done(Suite.Run run) {
        screen.done(run);
      }

      @Override
      public void failed(Suite.Run run, int exitCode, String message) {
        progress.failed(run.name(), message);
        screen.failed(run, exitCode, message);
      }
    };
  }

  // The export is a run's last act.
  private static boolean finished(Path run, Suite suite) {
    try {
      return Manifest.isIn(run)
          && Files.isDirectory(run.resolve("saved_model").resolve("1"))
          && Manifest.read(run).epochs().size() == suite.epochs();
    } catch (RunException e) {
      return false; // Damaged: to go on with the run mends it, or says what is wrong.
    }
  }

  private void write(String name) {
    Path checkpoints = folders.checkpoints().resolve(name);
    Suite suite = Suite.read(checkpoints);
    Path graphs = folders.graphs().resolve(name);
    Dataset data = data(suite, checkpoints);
    ExerciseReport.Written written = ExerciseReport.write(suite, graphs, checkpoints, data);
    PrintWriter out = spec.commandLine().getOut();
    written.findings().forEach(out::println);
    out.flush();
    err().println("Report: " + written.html());
    err().println("To look at the runs: tensorboard --logdir " + Words.quoted(graphs));
    err().flush();
  }

  /** The data that the suite's runs took, from where the first of them took it. */
  private Dataset data(Suite suite, Path checkpoints) {
    return suite.runs().stream()
        .map(run -> checkpoints.resolve(run.name()))
        .filter(Manifest::isIn)
        .flatMap(run -> sound(run).stream())
        .findFirst()
        .map(run -> folders.load(run, err()::println))
        .orElseGet(() -> folders.load(suite.settings().get("dataset")));
  }

  private static Optional<Manifest> sound(Path run) {
    try {
      return Optional.of(Manifest.read(run));
    } catch (RunException e) {
      return Optional.empty(); // the report says that this run is damaged
    }
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
