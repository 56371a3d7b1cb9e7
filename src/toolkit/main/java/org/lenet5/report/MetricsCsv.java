package org.lenet5.report;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.lenet5.chart.EpochPoint;
import org.lenet5.chart.EpochPoint.Figures;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunArtifact;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.GrowingFile;
import org.lenet5.training.ClassMeans;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Evaluation;

/**
 * Writes {@code metrics.csv}, one line an epoch, appended when the epoch ends. Not thread-safe.
 *
 * <p>Columns: {@code epoch} from 1, {@code wall_time} in UTC (ISO 8601, milliseconds), losses,
 * accuracies as fractions, {@code learning_rate}, seconds of the training pass and of all
 * evaluations, images a second in the training pass; {@code validation_loss} and {@code
 * validation_accuracy} only for runs that hold images out; {@code test_balanced_accuracy} and
 * {@code test_macro_f1}, empty for epochs of version 0.1, and at the end the same of images held
 * out. Numbers are written so that parsing gives them back exactly.
 */
public final class MetricsCsv implements RunArtifact {
  private static final List<String> COLUMNS =
      List.of(
          "epoch",
          "wall_time",
          "train_loss",
          "test_loss",
          "train_accuracy",
          "test_accuracy",
          "learning_rate",
          "train_seconds",
          "evaluation_seconds",
          "images_per_second");
  private static final List<String> VALIDATION_COLUMNS =
      List.of("validation_loss", "validation_accuracy");
  private static final List<String> MEANS_COLUMNS =
      List.of("test_balanced_accuracy", "test_macro_f1");
  private static final List<String> VALIDATION_MEANS_COLUMNS =
      List.of("validation_balanced_accuracy", "validation_macro_f1");
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').setIgnoreEmptyLines(false).get();

  private final Path file;
  private final List<Row> rows;
  private GrowingFile written; // null until the earlier lines are
  private boolean validation;

  /**
   * Writes to {@code file}, nothing before the first epoch ends.
   *
   * @param file {@code graphs/RUN/metrics.csv}; its folder is created if absent
   * @param earlier the epochs before a resume, in order; empty for a new run
   */
  public MetricsCsv(Path file, List<Row> earlier) {
    this.file = file;
    this.rows = new ArrayList<>(earlier);
  }

  /**
   * A line of the table.
   *
   * @param point the epoch, its losses and accuracies
   * @param wallTime when the epoch ended
   * @param learningRate of the epoch
   * @param trainSeconds of the training pass
   * @param evaluationSeconds of all evaluations
   * @param imagesPerSecond in the training pass
   * @param test balanced accuracy and macro F1 of the test images; empty in version 0.1
   * @param validation the same of images held out
   */
  public record Row(
      EpochPoint point,
      Instant wallTime,
      double learningRate,
      double trainSeconds,
      double evaluationSeconds,
      double imagesPerSecond,
      Optional<ClassMeans> test,
      Optional<ClassMeans> validation) {

    /** The line of an epoch of {@code run.json}. */
    public static Row of(Manifest.Epoch epoch) {
      return new Row(
          new EpochPoint(
              epoch.epoch(),
              new EpochPoint.Figures(epoch.trainLoss(), epoch.trainAccuracy()),
              new EpochPoint.Figures(epoch.testLoss(), epoch.testAccuracy()),
              Optional.ofNullable(epoch.validationLoss())
                  .map(loss -> new EpochPoint.Figures(loss, epoch.validationAccuracy()))),
          Instant.parse(epoch.wallTime()),
          epoch.learningRate(),
          epoch.trainSeconds(),
          epoch.evaluationSeconds(),
          epoch.imagesPerSecond(),
          epoch.testMeans(),
          epoch.validationMeans());
    }

    /** The line of {@code result}; the time is cut to milliseconds. */
    public static Row of(EpochResult result) {
      return new Row(
          EpochPoint.of(result),
          result.time().truncatedTo(ChronoUnit.MILLIS),
          result.learningRate(),
          result.trainSeconds(),
          result.evaluationSeconds(),
          result.imagesPerSecond(),
          Optional.of(result.test().classMeans()),
          result.validation().map(Evaluation::classMeans));
    }
  }

  @Override
  public void resume(Consumer<String> remarks) {
    publish();
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  @Override
  public void onEpoch(EpochResult result) {
    Row row = Row.of(result);
    rows.add(row);
    if (written == null) {
      publish();
    } else {
      StringBuilder line = new StringBuilder();
      print(row, line);
      written.append(bytes(line));
    }
  }

  /**
   * Writes the lines before the first epoch, in place of what a run that was killed has left; with
   * none there is no file.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public void publish() {
    if (rows.isEmpty()) {
      AtomicFiles.delete(file);
    } else if (written == null) {
      validation = rows.stream().anyMatch(row -> row.point().validation().isPresent());
      StringBuilder text = new StringBuilder();
      List<Object> head = new ArrayList<>(COLUMNS);
      if (validation) {
        head.addAll(VALIDATION_COLUMNS);
      }
      head.addAll(MEANS_COLUMNS);
      if (validation) {
        head.addAll(VALIDATION_MEANS_COLUMNS);
      }
      print(text, head.toArray());
      rows.forEach(row -> print(row, text));
      written = new GrowingFile(file, 0);
      written.append(bytes(text));
    }
  }

  private void print(Row row, StringBuilder text) {
    EpochPoint point = row.point();
    List<Object> cells =
        new ArrayList<>(
            List.of(
                point.epoch(),
                row.wallTime(),
                point.train().loss(),
                point.test().loss(),
                point.train().accuracy(),
                point.test().accuracy(),
                row.learningRate(),
                row.trainSeconds(),
                row.evaluationSeconds(),
                row.imagesPerSecond()));
    if (validation) {
      cells.add(point.validation().<Object>map(Figures::loss).orElse(""));
      cells.add(point.validation().<Object>map(Figures::accuracy).orElse(""));
    }
    add(row.test(), cells);
    if (validation) {
      add(row.validation(), cells);
    }
    print(text, cells.toArray());
  }

  private static void add(Optional<ClassMeans> means, List<Object> cells) {
    cells.add(means.<Object>map(ClassMeans::balancedAccuracy).orElse(""));
    cells.add(means.<Object>map(ClassMeans::macroF1).orElse(""));
  }

  private static void print(StringBuilder text, Object... cells) {
    text.append(FORMAT.format(cells)).append('\n');
  }

  private static byte[] bytes(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
