package org.lenet5.cli;

import java.util.concurrent.Callable;
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
  static final String NAME = "[A-Za-z0-9][A-Za-z0-9._+-]*";

  @Spec private CommandSpec spec;
  @Mixin private TrainingFlags flags;
  @Mixin private Folders folders;

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

  @Option(
      names = "--resume",
      description =
          "Go on with --run NAME where it was stopped; settings that are not given are the run's,"
              + " but --workers, --keep and --checkpoint-every are of this start alone.")
  private boolean resume;

  @Option(
      names = "--with-parent",
      hidden = true,
      description = "End when standard input ends, as it does when who started this is gone.")
  private boolean withParent;

  @Override
  public Integer call() {
    if (withParent) {
      Parent.watch();
    }
    WrongUsage.require(
        workers >= 1 && workers <= 64, "--workers " + workers + ": must be from 1 to 64");
    WrongUsage.require(
        checkpointEvery >= 0, "--checkpoint-every " + checkpointEvery + ": must be at least 0");
    WrongUsage.require(keep >= 1, "--keep " + keep + ": must be at least 1");
    WrongUsage.require(
        run == null || run.matches(NAME + "(/" + NAME + ")*"),
        "--run " + run + ": must be letters, digits, '.', '_', '-', '+', and '/' between names");
    WrongUsage.require(!resume || run != null, "--resume: needs --run NAME");
    Training training =
        new Training(
            folders,
            workers,
            keep,
            checkpointEvery,
            withParent,
            spec.commandLine().getOut(),
            spec.commandLine().getErr());
    if (resume) {
      training.resume(run, flags.given());
      return 0;
    }
    TrainingConfig config = WrongUsage.unless(() -> TrainingConfig.of(flags.given()));
    if (run == null) {
      training.start(config);
    } else {
      training.start(run, config);
    }
    return 0;
  }
}
