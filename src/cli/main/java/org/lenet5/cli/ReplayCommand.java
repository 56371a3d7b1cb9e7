package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.run.Platform;
import org.lenet5.run.Replay;
import org.lenet5.training.EpochResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a run again and compares. */
@Command(
    name = "replay",
    description =
        "Train a run again from its run.json, writing nothing, and compare all weights after each"
            + " epoch. Exit code 0 if they are identical, 1 if they differ.")
final class ReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Folders folders;

  @Parameters(paramLabel = "RUN", description = "A run's name.")
  private String run;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Compare the first N epochs. Default: all that the run has.")
  private Integer epochs;

  /** The passes as a bar, and each identical epoch as a line. */
  private static final class Shown extends PassBar {
    private final PrintWriter err;
    private final int epochs;

    Shown(PrintWriter err, int epochs) {
      this.err = err;
      this.epochs = epochs;
      show(epochs);
    }

    @Override
    public void onEpoch(EpochResult result) {
      err.println("Epoch " + result.epoch() + " of " + epochs + ": identical");
      err.flush();
    }
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Path folder = folders.run(run).orElseThrow(() -> UnknownRun.of(run, run, folders, ""));
    Manifest manifest = Manifest.read(folder);
    int recorded = manifest.epochs().size();
    int wanted = epochs == null ? recorded : epochs;
    WrongUsage.require(recorded > 0, run + ": the run has no epoch to compare yet");
    WrongUsage.require(
        wanted >= 1 && wanted <= recorded,
        "--epochs " + wanted + ": must be from 1 to " + recorded + ", which is what the run has");
    Replay replay =
        new Replay(folders.runs(), folder, manifest, folders.load(manifest, err::println), wanted);
    List<String> others = replay.otherDifferences();
    others.forEach(other -> out.println("other than in the run: " + other));
    out.flush();
    Optional<String> differs = replay.run(new Shown(err, wanted));
    if (differs.isPresent()) {
      out.println(differs.get());
      out.println(reason(others, Platform.unrecorded(manifest)));
      return Errors.FAILED;
    }
    out.println(
        "identical: all weights after "
            + (wanted == 1 ? "epoch 1" : "each of " + Words.count(wanted, "epoch"))
            + " of "
            + manifest.run());
    return 0;
  }

  /** The likely reasons why the weights differ, by the run's own record. */
  private static String reason(List<String> others, List<String> unrecorded) {
    List<String> reasons = new ArrayList<>();
    if (!others.isEmpty()) {
      reasons.add("likely reason: " + String.join("; ", others));
    }
    if (!unrecorded.isEmpty()) {
      reasons.add("run.json of that version does not say: " + String.join(", ", unrecorded));
    }
    if (!reasons.isEmpty()) {
      return String.join("; ", reasons);
    }
    return "no reason is known: processor, oneDNN, threads, versions and data are the run's";
  }
}
