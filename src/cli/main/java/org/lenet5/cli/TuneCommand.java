package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lenet5.data.Dataset;
import org.lenet5.exercise.Sampling;
import org.lenet5.exercise.Space;
import org.lenet5.exercise.TestImages;
import org.lenet5.exercise.TuneResults;
import org.lenet5.exercise.Tuning;
import org.lenet5.training.ExportedEpoch;
import org.lenet5.training.MeasureOn;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Searches settings, judged on held-out images only. */
@Command(
    name = "tune",
    description =
        "Search settings by many short trainings and fewer long ones, judged on images held out of"
            + " training. The test images are measured once, for the winner.")
final class TuneCommand implements Callable<Integer> {
  private static final int TRIALS = 30;
  private static final int MOST_REDUCTION = 100;
  private static final double MOST_MINUTES = 1e6;

  @Spec private CommandSpec spec;
  @Mixin private TuneFlags flags;
  @Mixin private Folders folders;

  @Option(
      names = "--space",
      paramLabel = "FILE",
      description =
          "What to search: a line a setting, as \"optimizer adam|sgd\" or \"learning-rate"
              + " 1e-4..1e-2 log\" (docs/tuning.md); not what a flag fixes. Default: one that"
              + " --list shows.")
  private Path space;

  @Option(
      names = "--trials",
      paramLabel = "N",
      description = "Combinations to try. Default: 30; with --minutes as many as fit, up to 1000.")
  private Integer trials;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description =
          "End in this time, over all starts. The number of trials is planned from the first"
              + " epochs. Default: no limit.")
  private double minutes;

  @Option(
      names = "--sampling",
      paramLabel = "HOW",
      description =
          "random, or quasi: Sobol's sequence, which leaves smaller gaps. Default: quasi.")
  private String sampling = "quasi";

  @Option(
      names = "--reduction",
      paramLabel = "N",
      description = "Of N trials the best one goes on for N times the epochs. Default: 3.")
  private int reduction = 3;

  @Option(
      names = "--best",
      paramLabel = "N",
      description =
          "How many of the best train to the end and are repeated with other seeds. Default: 5.")
  private int best = 5;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Runs of each of the best, with seeds that follow --seed. Default: 3.")
  private int seeds = 3;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "Runs at a time; changes no result. Default: the number of cores, of the cluster with"
              + " --spark.")
  private Integer jobs;

  @Mixin private SparkSuiteFlags spark;

  @Option(
      names = "--suite",
      paramLabel = "NAME",
      description =
          "Folder under graphs and checkpoints. One that holds another search is left alone, and"
              + " NAME-2 taken. Default: tune.")
  private String wanted = "tune";

  @Option(names = "--list", description = "Print the space, the trials and the rungs, and stop.")
  private boolean list;

  @Option(names = "--report", description = "Write the report anew from what is there, and stop.")
  private boolean report;

  @Override
  public Integer call() {
    requireUsable();
    if (report) {
      Path home = folders.checkpoints().resolve(wanted);
      Tuning tuning = Tuning.read(home);
      return answer().results(tuning, new TuneResults(tuning, home), wanted);
    }
    Map<String, String> given = folders.settingsOfSuite(flags.given());
    Space searched = WrongUsage.unless(() -> space().without(given.keySet()));
    if (list) {
      answer().plan(WrongUsage.unless(() -> tuning(searched, fixed(given, false))));
      return 0;
    }
    // Fetched and packed here, not by each job.
    Dataset data =
        folders.find(WrongUsage.unless(() -> TrainingConfig.of(fixed(given, false)))).data();
    Map<String, String> fixed = fixed(given, data.validation().isPresent());
    Tuning asked =
        WrongUsage.unless(
            () -> {
              MeasureOn.apply(TrainingConfig.of(fixed), data);
              return tuning(searched, fixed);
            });
    return search(asked, data);
  }

  private void requireUsable() {
    SuiteFlags.require(jobs, wanted);
    spark.require();
    SuiteFlags.requireFrom("--seeds", seeds, 1, Tuning.MOST_SEEDS);
    SuiteFlags.requireFrom("--best", best, 1, Tuning.MOST_TRIALS);
    SuiteFlags.requireFrom("--reduction", reduction, 2, MOST_REDUCTION);
    SuiteFlags.requireFrom("--trials", trials == null ? 1 : trials, 1, Tuning.MOST_TRIALS);
    WrongUsage.require(
        minutes >= 0 && minutes <= MOST_MINUTES,
        "--minutes " + minutes + ": must be a number from 0");
    if (space != null) {
      SuiteFlags.requireThere("--space", space);
    }
  }

  private Space space() {
    return space == null ? Space.standard() : Space.read(space);
  }

  /** What all trials have; {@code held} if the data holds out images itself. */
  private static Map<String, String> fixed(Map<String, String> given, boolean held) {
    Map<String, String> settings = new LinkedHashMap<>(given);
    settings.putIfAbsent("validation", held ? "0" : "0.1");
    settings.putIfAbsent("threads", "1");
    settings.put(Settings.MEASURE_ON.name(), MeasureOn.HELD_OUT.toString());
    // Trials are judged by the epoch that a rung ends with, so that is the one to hand out.
    settings.put(Settings.EXPORT.name(), ExportedEpoch.LAST.toString());
    return settings;
  }

  private Tuning tuning(Space searched, Map<String, String> fixed) {
    int number = trials != null ? trials : minutes > 0 ? 1000 : TRIALS;
    Map<String, String> settings = TrainingConfig.of(fixed).flags();
    searched.dimensions().forEach(each -> settings.remove(each.setting()));
    long firstSeed = Long.parseLong(settings.remove("seed"));
    Tuning tuning =
        new Tuning(
            settings,
            searched.dimensions(),
            Sampling.of(sampling),
            firstSeed,
            reduction,
            best,
            seeds,
            number,
            number,
            minutes,
            minutes == 0,
            0,
            Map.of(),
            List.of());
    return tuning.with(tuning.draw().size()); // a small space has fewer
  }

  private int search(Tuning asked, Dataset data) {
    String name = asked.folder(folders.checkpoints(), wanted);
    Path home = folders.checkpoints().resolve(name);
    err().println("Search " + name + ": " + home);
    if (!name.equals(wanted)) {
      err().println("(" + wanted + " holds something else and stays as it is)");
    }
    err().flush();
    return RunProcess.alone(
        home, "this search is being done", () -> searched(asked, data, name, home));
  }

  private int searched(Tuning asked, Dataset data, String name, Path home) {
    if (asked.trials() < asked.asked()) {
      err().println("The space has no more than " + Words.count(asked.trials(), "combination"));
    }
    Tuning begun = Tuning.isIn(home) ? asked.and(Tuning.read(home)) : asked;
    TuneResults results;
    try (SuiteRunners runners =
        SuiteRunners.of(
            folders, name, jobs, spark, Integer.parseInt(begun.settings().get("threads")))) {
      results = new Search(folders, name, runners, err()).run(begun);
    }
    Tuning tuning = Tuning.read(home);
    if (results.isFinished() || minutes > 0) {
      tuning = TestImages.measure(tuning, results, home, data);
      tuning.write(home);
    }
    return answer().results(tuning, results, name);
  }

  private TuneAnswer answer() {
    return new TuneAnswer(folders, spec.commandLine().getOut(), err());
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
