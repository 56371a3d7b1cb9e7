package org.lenet5.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.classify.Classifier;
import org.lenet5.data.Cifar10;
import org.lenet5.data.DataException;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.evaluation.Temperature;
import org.lenet5.export.ModelCard;
import org.lenet5.io.AtomicFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a SavedModel. */
@Command(
    name = "export",
    description = "Write a run's SavedModel in TensorFlow Serving's layout: DIR/VERSION.")
final class ExportCommand implements Runnable {
  @Spec private CommandSpec spec;
  @Mixin private Folders folders;

  @Parameters(
      paramLabel = "RUN|CHECKPOINT",
      description = "A run's name, or a checkpoint's path without .index.")
  private String source;

  @Option(
      names = "--epoch",
      paramLabel = "N|best|last",
      description =
          "Whose weights; best: on the images held out. Default: what the run's --export says: the"
              + " best where images were held out, else the last.")
  private String epoch = KnownCheckpoint.EXPORTED;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Default: checkpoints/RUN/saved_model; must be given for a checkpoint.")
  private Path out;

  @Option(
      names = "--version-number",
      paramLabel = "N",
      description = "At least 1. Default: one more than the highest there is.")
  private Integer version;

  @Mixin private ForeignCheckpoint foreign;

  @Option(
      names = "--calibrate",
      description =
          "Divide the logits by a temperature fitted on the images held out (train --validation F),"
              + " so that probabilities can be believed. Classes stay as they are.")
  private boolean calibrate;

  @Override
  public void run() {
    WrongUsage.require(
        version == null || version >= 1, "--version " + version + ": must be at least 1");
    KnownCheckpoint weights = weights();
    Path folder = out;
    if (folder == null) {
      WrongUsage.require(
          weights.run().isPresent(), "--out: must be given to export the checkpoint " + source);
      folder = weights.prefix().toAbsolutePath().getParent().resolve("saved_model");
    }
    int number = version == null ? highest(folder) + 1 : version;
    Path target = folder.resolve(Integer.toString(number));
    WrongUsage.require(
        Files.notExists(target), target + " is there already: choose another version or folder");
    double temperature =
        calibrate
            ? Calibrating.fit(weights, folders, spec.commandLine().getErr()::println)
            : Temperature.NONE;
    weights.export(target, images(weights), temperature);
    // Loaded as its users will: with digests and golden images compared.
    Classifier.load(target).close();
    ModelCard.write(
        folder,
        number,
        weights.model(),
        weights.classes(),
        weights.epoch(),
        weights.run(),
        temperature);
    spec.commandLine().getOut().println(target);
    spec.commandLine().getOut().flush();
  }

  /**
   * Gives --version its meaning here: every command inherits the one that prints the program's,
   * which stays as -V.
   */
  static void nameVersion(CommandSpec spec) {
    OptionSpec program = spec.findOption("--version");
    OptionSpec number = spec.findOption("--version-number");
    spec.remove(program);
    spec.remove(number);
    spec.addOption(OptionSpec.builder(program).names("-V").build());
    spec.addOption(OptionSpec.builder(number).names("--version").build());
  }

  private KnownCheckpoint weights() {
    Optional<Path> run = folders.run(source);
    if (run.isPresent()) {
      return KnownCheckpoint.ofRun(run.get(), epoch, spec.commandLine().getErr()::println);
    }
    Path prefix = Path.of(source.replaceFirst("\\.index$", ""));
    if (!CheckpointFile.exists(prefix)) {
      throw UnknownRun.of(source, source, folders, "nor a checkpoint " + prefix + ".index");
    }
    return KnownCheckpoint.ofCheckpoint(prefix, foreign);
  }

  // A model proves itself with images of the data it was trained for. Nothing is fetched for that.
  private LabeledImages images(KnownCheckpoint weights) {
    Optional<Manifest.Data> used = weights.run().map(Manifest::data);
    Optional<Dataset> here = weights.run().flatMap(folders::present);
    if (here.isPresent()) {
      return here.get().test();
    }
    if (!weights.model().image().equals(Cifar10.SHAPE)) {
      throw new DataException(
          "%s takes images of %s: exporting it needs the test images of %s, which are not in %s"
              .formatted(
                  source,
                  weights.model().image(),
                  used.map(Manifest.Data::name).orElse("its data"),
                  used.map(Manifest.Data::folder).orElse("a known place")));
    }
    used.ifPresent(
        data ->
            spec.commandLine()
                .getErr()
                .println(
                    "The model carries images of the sample to prove itself: the "
                        + data.name()
                        + " that the run was trained on is not in "
                        + (data.folder() == null ? folders.data() : data.folder())));
    return folders.load("sample").test();
  }

  private static int highest(Path folder) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> versions = Files.list(folder)) {
      return versions
          .map(each -> each.getFileName().toString())
          .filter(name -> name.matches("\\d{1,9}"))
          .mapToInt(Integer::parseInt)
          .max()
          .orElse(0);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", folder, e);
    }
  }
}
