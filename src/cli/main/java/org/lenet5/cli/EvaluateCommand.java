package org.lenet5.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.data.DataException;
import org.lenet5.data.DataStore;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.evaluation.ClassificationReport;
import org.lenet5.io.AtomicFiles;
import org.lenet5.report.EvaluationFiles;
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
            + " figures, calibration. A run's tables and pictures go to graphs/RUN/evaluation.")
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
      paramLabel = "NAME",
      description = "sample or cifar10. Default: the run's, else sample.")
  private String dataset;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where tables and pictures go. Default: graphs/RUN/evaluation; nowhere if it is no run.")
  private Path out;

  @Option(
      names = "--normalize",
      paramLabel = "HOW",
      defaultValue = "none",
      description =
          "For a checkpoint made elsewhere: none, notebook or cifar10. Default: ${DEFAULT-VALUE}.")
  private String normalize;

  @Option(names = "--json", description = "Print one JSON object instead of a table.")
  private boolean json;

  @Override
  public void run() {
    Optional<Path> runFolder = folders.run(source);
    Path prefix = Path.of(source.replaceFirst("\\.index$", ""));
    Optional<Weights> weights = Optional.empty();
    if (runFolder.isPresent()) {
      weights = Optional.of(Weights.ofRun(runFolder.get(), "last"));
    } else if (CheckpointFile.exists(prefix)) {
      weights = Optional.of(Weights.ofCheckpoint(prefix, Weights.normalization(normalize)));
    } else {
      WrongUsage.require(
          Files.isDirectory(Path.of(source)),
          source
              + ": there is no such run in "
              + folders.checkpoints()
              + ", checkpoint or SavedModel folder");
    }
    String name =
        dataset != null
            ? dataset
            : weights.flatMap(Weights::run).map(run -> run.data().name()).orElse("sample");
    // Wrong words are refused before anything takes time.
    WrongUsage.require(
        DataStore.NAMES.contains(name),
        "--dataset " + name + ": must be one of " + String.join(", ", DataStore.NAMES));
    Dataset data = folders.load(name);
    ClassificationReport report =
        weights.map(w -> measure(w, data)).orElseGet(() -> measure(Path.of(source), data));
    write(weights, data, report);
    PrintWriter stdout = spec.commandLine().getOut();
    stdout.print(json ? json(data, weights, report) : table(data, report));
    stdout.flush();
  }

  // A checkpoint is measured as what it would be served as.
  private static ClassificationReport measure(Weights weights, Dataset data) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("lenet5");
      weights.export(folder.resolve("1"), data.test());
      return measure(folder, data);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", Path.of(System.getProperty("java.io.tmpdir")), e);
    } finally {
      if (folder != null) {
        delete(folder);
      }
    }
  }

  private static void delete(Path folder) {
    try {
      AtomicFiles.deleteTree(folder);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot delete", folder, e);
    }
  }

  private static ClassificationReport measure(Path model, Dataset data) {
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
        List<Prediction> predictions = classifier.classifyPixels(pixels);
        for (int i = 0; i < count; i++) {
          probabilities[first + i] = predictions.get(i).probabilities();
        }
      }
    }
    return ClassificationReport.of(data.classNames(), images, probabilities);
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

  private void write(Optional<Weights> weights, Dataset data, ClassificationReport report) {
    Path graphs =
        weights
            .flatMap(each -> each.run().map(run -> folders.graphs(each.folder(), run.run())))
            .orElse(null);
    Path folder = out != null ? out : graphs == null ? null : graphs.resolve("evaluation");
    if (folder != null) {
      EvaluationFiles.write(folder, data.test(), report);
      spec.commandLine().getErr().println("Tables and pictures: " + folder);
    }
    if (graphs != null) {
      EvaluationSummaries.write(
          graphs, Instant.now(), weights.orElseThrow().epoch(), data.name(), report);
    }
  }

  private static String table(Dataset data, ClassificationReport report) {
    StringBuilder text = new StringBuilder();
    ClassificationReport.Interval interval = report.accuracyInterval();
    line(text, "Images     %,d test images of %s", report.size(), data.name());
    line(text, "Loss       %.4f", report.loss());
    line(
        text,
        "Accuracy   %.2f %% (95 %% interval %.2f to %.2f)",
        100 * report.accuracy(),
        100 * interval.low(),
        100 * interval.high());
    line(text, "Calibration error %.2f %%", 100 * report.calibration().expectedError());
    line(text, "");
    line(text, "%-12s  %9s  %9s  %9s  %7s", "Class", "Precision", "Recall", "F1", "Support");
    for (ClassificationReport.ClassScore score : report.scores()) {
      line(
          text,
          "%-12s  %9s  %9s  %9s  %7d",
          score.name(),
          percent(score.precision()),
          percent(score.recall()),
          percent(score.f1()),
          score.support());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f", 100 * share);
  }

  private String json(Dataset data, Optional<Weights> weights, ClassificationReport report) {
    JsonMapper mapper = new JsonMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("model", source);
    weights.filter(each -> each.epoch() > 0).ifPresent(each -> root.put("epoch", each.epoch()));
    root.put("dataset", data.name());
    root.put("images", report.size());
    root.put("loss", report.loss());
    root.put("accuracy", report.accuracy());
    ClassificationReport.Interval interval = report.accuracyInterval();
    root.putArray("accuracy_interval_95").add(interval.low()).add(interval.high());
    root.put("expected_calibration_error", report.calibration().expectedError());
    ArrayNode classes = root.putArray("classes");
    for (ClassificationReport.ClassScore score : report.scores()) {
      ObjectNode each = classes.addObject();
      each.put("class", score.name());
      number(each, "precision", score.precision());
      number(each, "recall", score.recall());
      number(each, "f1", score.f1());
      each.put("support", score.support());
    }
    return root + System.lineSeparator();
  }

  // JSON has no NaN.
  private static void number(ObjectNode node, String name, double value) {
    if (Double.isNaN(value)) {
      node.putNull(name);
    } else {
      node.put(name, value);
    }
  }
}
