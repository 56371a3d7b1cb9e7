package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.data.Dataset;
import org.lenet5.training.Device;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;
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

  /** Ends the replay: what differs is said. */
  private static final class Differs extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Differs(String what) {
      super(what);
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
    TrainingConfig config =
        TrainingConfig.of(manifest.settings()).with(Map.of("epochs", Integer.toString(wanted)));
    Dataset data = folders.load(manifest, err::println);
    Device device = Device.find(config.threads());
    List<String> others = otherDifferences(manifest, data, device);
    others.forEach(other -> out.println("other than in the run: " + other));
    out.flush();
    Map<Integer, Map<String, String>> digests = VariableDigests.read(folder);
    try (Trainer trainer = new Trainer(config, data, 1, Terminal.training(wanted))) {
      trainer.train(
          0,
          List.of(
              result -> {
                compare(manifest.epochs().get(result.epoch() - 1), result, digests);
                err.println("Epoch " + result.epoch() + " of " + wanted + ": identical");
                err.flush();
              }));
    } catch (Differs e) {
      out.println(e.getMessage());
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

  /** Why the weights differ, as far as the run's own record tells. */
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

  private static void compare(
      Manifest.Epoch recorded, EpochResult result, Map<Integer, Map<String, String>> digests) {
    if (VariableDigests.sha256(result.variables()).equals(recorded.variablesSha256())) {
      return;
    }
    Map<String, String> before = digests.getOrDefault(recorded.epoch(), Map.of());
    List<String> variables = new ArrayList<>();
    VariableDigests.of(result.variables())
        .forEach(
            (name, digest) -> {
              if (before.containsKey(name) && !digest.equals(before.get(name))) {
                variables.add(name);
              }
            });
    String which =
        variables.isEmpty()
            ? "; which variable is not recorded (no " + VariableDigests.FILE + ")"
            : ": first "
                + variables.get(0)
                + ", "
                + variables.size()
                + " of "
                + result.variables().size()
                + " variables in all";
    throw new Differs("epoch " + recorded.epoch() + " differs" + which);
  }

  private static List<String> otherDifferences(Manifest manifest, Dataset data, Device device) {
    List<String> others = new ArrayList<>();
    // The data first: with other images nothing else need be looked at.
    if (!data.sha256().equals(manifest.data().sha256())) {
      others.add("the data is " + data.sha256() + ", the run had " + manifest.data().sha256());
    }
    others.addAll(Platform.differences(manifest));
    if (!device.name().equals(manifest.device())) {
      others.add("the device is " + device.name() + ", the run had " + manifest.device());
    }
    int threads = Integer.parseInt(manifest.settings().getOrDefault("threads", "0"));
    if (threads > Runtime.getRuntime().availableProcessors()) {
      others.add(
          "the run had "
              + threads
              + " threads, this machine has "
              + Runtime.getRuntime().availableProcessors()
              + " cores");
    }
    return others;
  }
}
