package org.lenet5.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.exercise.Cluster;
import org.lenet5.run.RunFolders;
import org.lenet5.run.RunName;
import org.lenet5.run.RunResult;
import org.lenet5.run.RunUsageException;
import org.lenet5.run.TrainingRun;
import org.lenet5.run.UnknownRunException;
import org.lenet5.training.Setting;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a run. */
@Command(
    name = "train",
    description = "Train a run: to charts, TensorBoard events, checkpoints and a SavedModel.")
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private TrainingFlags flags;
  @Mixin private Folders folders;

  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      description =
          "Take flags that are not given here from a recipe: notebook, quick, best, or a file"
              + " (docs/recipes.md).")
  private String recipe;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that prepare batches; changes no result. Default: ${DEFAULT-VALUE}.")
  private int workers;

  @Option(
      names = "--run",
      paramLabel = "NAME",
      description =
          "The run's name, its folder under graphs and checkpoints. Default: made up of the"
              + " settings that are not the defaults.")
  private String run;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "Newest checkpoints to keep; the best one on held-out images is kept besides."
              + " Default: ${DEFAULT-VALUE}.")
  private int keep;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      defaultValue = "0",
      description =
          "Save a checkpoint within an epoch, too, every so many steps; changes no result."
              + " Default: only at the end of an epoch.")
  private int checkpointEvery;

  @Mixin private SparkFlag spark;

  @Option(
      names = "--resume",
      description =
          "Go on with --run NAME where it was stopped; settings that are not given are the run's,"
              + " but --workers, --keep and --checkpoint-every are of this start alone, as is --spark.")
  private boolean resume;

  @Option(
      names = "--with-parent",
      hidden = true,
      description = "End when standard input ends, as it does when who started this is gone.")
  private boolean withParent;

  @Option(
      names = "--until",
      hidden = true,
      description = "Stop after this epoch, with nothing to say: a search may go on with the run.")
  private int until = Integer.MAX_VALUE;

  @Override
  public Integer call() {
    if (withParent) {
      ParentWatch.begin();
    }
    try {
      return train();
    } catch (UnknownRunException e) {
      throw UnknownRun.of("--run " + run, run, folders, "");
    } catch (RunUsageException e) {
      throw new WrongUsage(e);
    }
  }

  /** Those of this start. */
  TrainingRun.Options options() {
    return new TrainingRun.Options(workers, keep, checkpointEvery, recipe);
  }

  private int train() {
    TrainingRun.Options options = options();
    if (run != null) {
      RunName.require(run);
    }
    WrongUsage.require(!resume || run != null, "--resume: needs --run NAME");
    WrongUsage.require(
        !resume || recipe == null,
        "--recipe " + recipe + ": is for a new run; run " + run + " goes on with its own settings");
    try (Cluster cluster = spark.isGiven() ? spark.connect("train", threads()) : null;
        TrainingScreen screen =
            new TrainingScreen(
                spec.commandLine().getOut(), spec.commandLine().getErr(), withParent)) {
      TrainingRun training =
          new TrainingRun(folders, screen, cluster == null ? options : options.on(cluster));
      screen.stopsOnSignal(training);
      screen.stopsAfter(until);
      screen.ended(run(training), folders);
    }
    return 0;
  }

  /** Of each task: those of the run, where it goes on. */
  private int threads() {
    String given = flags.given().get(Settings.THREADS.name());
    if (given == null && resume && Manifest.isIn(folders.checkpoints().resolve(run))) {
      given = Manifest.read(folders.checkpoints().resolve(run)).settings().get("threads");
    }
    String threads = given;
    return threads == null
        ? Settings.THREADS.standardValue()
        : WrongUsage.unless(() -> Settings.THREADS.parse(threads));
  }

  private RunResult run(TrainingRun training) {
    RunFolders where = folders.runs();
    if (resume) {
      return training.resume(run, folders.settings(flags.given()), where);
    }
    TrainingConfig config =
        WrongUsage.unless(() -> TrainingConfig.of(folders.settings(flags.given())));
    requireTeacherFor(Settings.TEMPERATURE);
    requireTeacherFor(Settings.TEACHER_WEIGHT);
    return run == null ? training.start(config, where) : training.start(run, config, where);
  }

  // The configuration cannot tell a default that was given from one that was not.
  private void requireTeacherFor(Setting<?> setting) {
    Map<String, String> given = flags.given();
    WrongUsage.require(
        !given.containsKey(setting.name()) || given.containsKey(Settings.TEACHER.name()),
        setting + " " + given.get(setting.name()) + ": needs --teacher, whose answers it is about");
  }
}
