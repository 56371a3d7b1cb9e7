package org.lenet5.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.data.DataException;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.data.OpenedData;
import org.lenet5.evaluation.ClassificationReport;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.TemporaryFolder;
import org.lenet5.report.EvaluationFiles;
import org.lenet5.report.EvaluationSummary;
import org.lenet5.summary.EvaluationSummaries;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures a model on test images. */
@Command(
    name = "evaluate",
    description =
        "Measure a run, a checkpoint or a SavedModel on the test images: loss, accuracy, per-class"
            + " figures, calibration. A run's tables and pictures go to a folder below"
            + " graphs/RUN/evaluation for each epoch and data set.")
final class EvaluateCommand implements Runnable {
  private static final int BATCH = 512;

  @Spec private CommandSpec spec;
  @Mixin private Folders folders;

  @Parameters(
      paramLabel = "RUN|CHECKPOINT|SAVEDMODEL",
      description =
          "A run's name (its last checkpoint), a checkpoint's path without .index, or a"
              + " SavedModel's folder.")
  private String source;

  @Option(
      names = "--dataset",
      paramLabel = "NAME|PATH",
      description =
          "One that data list names, or a path as train takes it: its test images, or all of a"
              + " folder or list without parts. Default: the run's, else sample.")
  private String dataset;

  @Option(
      names = "--skip-bad",
      description = "Go on without pictures that are damaged or of a class the model has not.")
  private boolean skipBad;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where tables and pictures go; TensorBoard then gets none. Default:"
              + " graphs/RUN/evaluation/epoch-N-DATASET; nowhere if it is no run.")
  private Path out;

  @Mixin private ForeignCheckpoint foreign;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      description =
          "Tell how many images are answered with at least this confidence, 0 to 1, and how many of"
              + " the answers are right.")
  private Double threshold;

  @Option(
      names = "--flip",
      description = "Average the probabilities of each image and its mirror image, and say so.")
  private boolean flip;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Override
  public void run() {
    WrongUsage.require(
        threshold == null || threshold >= 0 && threshold <= 1,
        "--threshold " + threshold + ": must be from 0 to 1");
    Consumer<String> remarks = spec.commandLine().getErr()::println;
    Optional<Path> runFolder = folders.run(source);
    Path prefix = Path.of(source.replaceFirst("\\.index$", ""));
    Optional<KnownCheckpoint> weights = Optional.empty();
    if (runFolder.isPresent()) {
      weights =
          Optional.of(KnownCheckpoint.ofRun(runFolder.get(), KnownCheckpoint.EXPORTED, remarks));
    } else if (CheckpointFile.exists(prefix)) {
      weights = Optional.of(KnownCheckpoint.ofCheckpoint(prefix, foreign));
    } else {
      if (!Files.isDirectory(Path.of(source))) {
        throw UnknownRun.of(
            source, source, folders, "nor such a checkpoint or SavedModel's folder");
      }
    }
    Optional<Manifest> run = weights.flatMap(KnownCheckpoint::run);
    String name =
        dataset != null
            ? folders.absolute(dataset)
            : run.map(EvaluatedData::dataset).orElse("sample");
    OpenedData opened = new EvaluatedData(folders, source, skipBad, remarks).open(name, weights);
    Dataset data = opened.data();
    ClassificationReport report =
        weights.map(w -> measure(w, data)).orElseGet(() -> measure(Path.of(source), data));
    EvaluationSummary summary =
        new EvaluationSummary(
            source,
            weights.flatMap(this::runName),
            weights.map(KnownCheckpoint::epoch).orElse(0),
            data.name(),
            report,
            Optional.ofNullable(threshold),
            flip);
    // First, so that they are seen even where nothing can be written.
    PrintWriter stdout = spec.commandLine().getOut();
    stdout.print(json ? summary.json() + System.lineSeparator() : summary.text());
    stdout.flush();
    write(opened, summary);
  }

  // A checkpoint is measured as what it would be served as.
  private ClassificationReport measure(KnownCheckpoint weights, Dataset data) {
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      weights.export(folder.path().resolve("1"), data.test());
      return measure(folder.path(), data);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }

  private ClassificationReport measure(Path model, Dataset data) {
    LabeledImages images = data.test();
    float[][] probabilities = new float[images.size()][];
    try (Classifier classifier = Classifier.load(model)) {
      if (classifier.classes().size() != data.classNames().size()) {
        throw new DataException(
            "%s tells %d classes apart, %s has %d"
                .formatted(
                    model, classifier.classes().size(), data.name(), data.classNames().size()));
      }
      requireSameClasses(classifier, data);
      if (!classifier.imageShape().equals(data.shape())) {
        throw new DataException(
            "%s takes images of %s, those of %s are %s"
                .formatted(model, classifier.imageShape(), data.name(), data.shape()));
      }
      for (int first = 0; first < images.size(); first += BATCH) {
        int count = Math.min(BATCH, images.size() - first);
        byte[] pixels = new byte[count * images.shape().bytes()];
        for (int i = 0; i < count; i++) {
          images.copyTo(first + i, pixels, i * images.shape().bytes());
        }
        float[][] found = probabilities(classifier, pixels);
        System.arraycopy(found, 0, probabilities, first, count);
      }
    }
    return ClassificationReport.of(data.classNames(), images, probabilities);
  }

  private float[][] probabilities(Classifier classifier, byte[] pixels) {
    float[][] plain = plainProbabilities(classifier, pixels);
    if (!flip) {
      return plain;
    }
    float[][] mirrored = plainProbabilities(classifier, mirrored(pixels, classifier.imageShape()));
    for (int i = 0; i < plain.length; i++) {
      for (int c = 0; c < plain[i].length; c++) {
        plain[i][c] = (plain[i][c] + mirrored[i][c]) / 2;
      }
    }
    return plain;
  }

  private static float[][] plainProbabilities(Classifier classifier, byte[] pixels) {
    return classifier.classifyPixels(pixels).stream()
        .map(Prediction::probabilities)
        .toArray(float[][]::new);
  }

  /** Each row of pixels from right to left. */
  private static byte[] mirrored(byte[] pixels, ImageShape shape) {
    int row = shape.width() * shape.channels();
    byte[] mirrored = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      int column = i % row / shape.channels();
      int other = shape.width() - 1 - column;
      mirrored[i + (other - column) * shape.channels()] = pixels[i];
    }
    return mirrored;
  }

  // The same names in another order would be measured as mistakes.
  private static void requireSameClasses(Classifier classifier, Dataset data) {
    List<String> names = classifier.classes();
    for (int i = 0; i < names.size(); i++) {
      // A model without names calls its classes by their numbers.
      if (!names.get(i).equals(data.classNames().get(i))
          && !names.get(i).equals(Integer.toString(i))) {
        throw new DataException(
            "%s calls class %d %s, in %s it is %s"
                .formatted(
                    classifier.model(), i, names.get(i), data.name(), data.classNames().get(i)));
      }
    }
  }

  private Optional<String> runName(KnownCheckpoint weights) {
    return weights.run().map(run -> folders.name(weights.folder(), run.run()));
  }

  private void write(OpenedData opened, EvaluationSummary summary) {
    Dataset data = opened.data();
    Optional<Path> graphs = summary.run().map(folders.graphs()::resolve);
    Path folder =
        out != null ? out : graphs.map(each -> EvaluationFiles.folder(each, summary)).orElse(null);
    if (folder == null) {
      return;
    }
    EvaluationFiles.writeWrong(folder, opened.testNames(), summary.report());
    EvaluationFiles.write(folder, data.test(), summary);
    // TensorBoard keeps one evaluation of an epoch and data set: that of the images as they are.
    if (out == null && !flip) {
      EvaluationSummaries.write(
          graphs.orElseThrow(),
          Instant.now(),
          summary.epoch(),
          data.name(),
          summary.subject(),
          summary.report());
    }
    spec.commandLine().getErr().println("Tables and pictures: " + folder);
  }
}
