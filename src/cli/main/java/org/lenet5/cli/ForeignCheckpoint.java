package org.lenet5.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lenet5.data.Cifar10;
import org.lenet5.io.AtomicFiles;
import org.lenet5.model.Architecture;
import org.lenet5.model.Model;
import org.lenet5.model.Networks;
import org.lenet5.model.Normalization;
import picocli.CommandLine.Option;

/** What a checkpoint that has no run.json beside it does not say: flags of several commands. */
final class ForeignCheckpoint {
  @Option(
      names = "--network",
      paramLabel = "NAME|FILE",
      defaultValue = "lenet5",
      description =
          "For a checkpoint made elsewhere: its network, as in train. Default: ${DEFAULT-VALUE}.")
  private String network;

  @Option(
      names = "--normalize",
      paramLabel = "HOW",
      defaultValue = "none",
      description =
          "For a checkpoint made elsewhere: none, notebook or cifar10. Default: ${DEFAULT-VALUE}.")
  private String normalize;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description =
          "For a checkpoint made elsewhere: its classes' names, one a line. Default: CIFAR-10's.")
  private Path classes;

  /** The classes' names by their numbers. */
  List<String> classes() {
    if (classes == null) {
      return Cifar10.CLASS_NAMES;
    }
    List<String> names;
    try {
      names = Files.readAllLines(classes).stream().map(String::strip).toList();
    } catch (IOException e) {
      throw new WrongUsage("--classes " + classes + ": cannot be read: " + AtomicFiles.reason(e));
    }
    WrongUsage.require(
        names.size() >= 2
            && names.stream().noneMatch(String::isEmpty)
            && names.stream().distinct().count() == names.size(),
        "--classes " + classes + ": must have two or more lines, each with another name");
    return names;
  }

  /** The layers, for images of CIFAR-10's shape. */
  Model model() {
    Architecture architecture;
    try {
      architecture = Networks.find(network);
    } catch (IllegalArgumentException e) {
      throw new WrongUsage("--network " + network + ": " + e.getMessage());
    }
    return WrongUsage.unless(
        () ->
            new Model(
                architecture,
                Cifar10.SHAPE,
                classes().size(),
                normalization().scaling(Cifar10.SHAPE, () -> null)));
  }

  private Normalization normalization() {
    Normalization normalization;
    try {
      normalization = Normalization.of(normalize);
    } catch (IllegalArgumentException e) {
      throw new WrongUsage("--normalize " + normalize + ": " + e.getMessage());
    }
    WrongUsage.require(
        normalization != Normalization.DATASET,
        "--normalize dataset: a checkpoint made elsewhere does not say its data set's mean and"
            + " deviation");
    return normalization;
  }
}
