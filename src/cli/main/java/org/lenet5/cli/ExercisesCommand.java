package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.data.Dataset;
import org.lenet5.exercise.ExerciseReport;
import org.lenet5.exercise.Experiment;
import org.lenet5.exercise.Experiments;
import org.lenet5.exercise.Suite;
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

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description =
          "These experiments, and their baseline, instead of the notebook's (docs/exercises.md).")
  private Path file;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Of each run, whatever a file says. Default: what it says, else 15.")
  private String epochs;

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
      description = "Runs at a time. Default: the number of cores, of the cluster with --spark.")
  private Integer jobs;

  @Mixin private SparkSuiteFlags spark;

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
    SuiteFlags.require(jobs, wanted);
    spark.require();
    SuiteFlags.requireFrom("--seeds", seeds, 1, Suite.MOST_SEEDS);
    Experiments experiments = WrongUsage.unless(this::experiments);
    Suite suite = WrongUsage.unless(() -> suite(experiments));
    if (list) {
      print(experiments);
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
    boolean well =
        RunProcess.alone(home, "these exercises are being trained", () -> train(suite, name));
    write(name);
    return well ? 0 : Errors.FAILED;
  }

  private boolean train(Suite suite, String name) {
    try (SuiteRunners runners =
        SuiteRunners.of(
            folders, name, jobs, spark, TrainingConfig.of(suite.settings()).threads())) {
      return new ExercisesTraining(folders, name, runners.jobs(), runners.trainWhole(), err())
          .run(suite);
    }
  }

  private Experiments experiments() {
    if (file != null) {
      SuiteFlags.requireThere("--file", file);
    }
    Experiments all = file == null ? Experiments.notebook() : Experiments.of(file);
    for (Path more : add) {
      SuiteFlags.requireThere("--add", more);
      all = all.with(more);
    }
    if (!only.isEmpty()) {
      all = all.only(only.stream().map(String::strip).toList());
    }
    return epochs == null ? all : all.withoutEpochs();
  }

  private Suite suite(Experiments experiments) {
    Map<String, String> settings =
        new LinkedHashMap<>(folders.settingsOfSuite(experiments.baseline()));
    settings.put("dataset", folders.absolute(dataset));
    settings.put("threads", threads);
    if (epochs != null) {
      settings.put("epochs", epochs);
    }
    settings = TrainingConfig.of(settings).flags();
    long firstSeed = Long.parseLong(settings.remove("seed"));
    List<Experiment> list =
        experiments.list().stream()
            .map(
                each ->
                    new Experiment(
                        each.name(),
                        each.exercise(),
                        folders.settingsOfSuite(each.differences()),
                        each.after()))
            .toList();
    return new Suite(settings, firstSeed, seeds, list, 0, Map.of());
  }

  private void print(Experiments experiments) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("The baseline");
    out.println("  " + new Experiment("", "", experiments.baseline()).described());
    String exercise = "";
    for (Experiment each : experiments.list()) {
      if (!each.exercise().equals(exercise)) {
        exercise = each.exercise();
        out.println(exercise);
      }
      out.printf("  %-31s  %s%n", each.name(), experiments.described(each));
    }
    out.flush();
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
