package org.lenet5.report;

import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.lenet5.chart.ConfusionMatrixPicture;
import org.lenet5.chart.CoveragePicture;
import org.lenet5.chart.Png;
import org.lenet5.chart.PrecisionRecallPicture;
import org.lenet5.chart.ReliabilityPicture;
import org.lenet5.chart.TopLossesPicture;
import org.lenet5.data.LabeledImages;
import org.lenet5.evaluation.ClassificationReport;
import org.lenet5.evaluation.Coverage;
import org.lenet5.io.AtomicFiles;

/**
 * Writes what an evaluation found: {@code summary.json} and {@code summary.md}, {@code
 * confusion_matrix.png} and {@code .csv}, {@code per_class.csv}, {@code reliability.png}, {@code
 * coverage.png} and {@code .csv}, {@code pr_curves.png}, {@code top_losses.png} and {@code
 * predictions.csv}. The summary and each picture name the model, its epoch, the data set, loss and
 * accuracy. Numbers in the tables are written so that parsing gives them back exactly; a number
 * that is not defined is an empty cell.
 */
public final class EvaluationFiles {
  private static final int WORST = 36;
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

  private EvaluationFiles() {}

  /**
   * Where a run's evaluation goes, so that no other epoch's or data set's is written over.
   *
   * @param graphs the run's, {@code graphs/RUN}
   */
  public static Path folder(Path graphs, EvaluationSummary summary) {
    return graphs
        .resolve("evaluation")
        .resolve(
            "epoch-"
                + summary.epoch()
                + "-"
                + summary.dataset()
                + (summary.isFlipped() ? "-flip" : ""));
  }

  /**
   * Writes all files into {@code folder}, each whole or not at all.
   *
   * @param images that the summary is on
   * @throws java.io.UncheckedIOException if one cannot be written
   */
  public static void write(Path folder, LabeledImages images, EvaluationSummary summary) {
    AtomicFiles.deleteLeftovers(folder);
    ClassificationReport report = summary.report();
    String subject = summary.subject();
    int[][] confusion = report.confusion();
    picture(
        folder.resolve("confusion_matrix.png"),
        ConfusionMatrixPicture.draw(subject, confusion, report.classes()));
    table(folder.resolve("confusion_matrix.csv"), confusionLines(report.classes(), confusion));
    table(folder.resolve("per_class.csv"), classLines(report));
    picture(
        folder.resolve("reliability.png"), ReliabilityPicture.draw(subject, report.calibration()));
    Coverage coverage = report.coverage();
    picture(folder.resolve("coverage.png"), CoveragePicture.draw(subject, coverage));
    table(folder.resolve("coverage.csv"), coverageLines(coverage));
    picture(
        folder.resolve("pr_curves.png"),
        PrecisionRecallPicture.draw(
            subject,
            IntStream.range(0, report.classes().size()).mapToObj(report::precisionRecall).toList(),
            report.classes()));
    picture(
        folder.resolve("top_losses.png"), TopLossesPicture.draw(subject, worst(images, report)));
    table(folder.resolve("predictions.csv"), predictionLines(report));
    text(folder.resolve("summary.md"), summary.markdown());
    // Last: where it is, the others are.
    text(folder.resolve("summary.json"), summary.json().toPrettyString() + "\n");
  }

  /**
   * Writes {@code wrong.csv}: each test image that was called something else, the surest first.
   *
   * @param names of the images' files; empty for data without, whose images have numbers from 0
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static void writeWrong(Path folder, List<String> names, ClassificationReport report) {
    List<List<?>> lines = new ArrayList<>();
    lines.add(List.of("path", "truth", "guess", "probability"));
    IntStream.range(0, report.size())
        .filter(i -> report.prediction(i) != report.labels()[i])
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -probability(report, i)))
        .forEach(
            i ->
                lines.add(
                    List.of(
                        names.isEmpty() ? Integer.toString(i) : names.get(i),
                        report.classes().get(report.labels()[i]),
                        report.classes().get(report.prediction(i)),
                        probability(report, i))));
    table(folder.resolve("wrong.csv"), lines);
  }

  private static float probability(ClassificationReport report, int image) {
    return report.probabilities()[image][report.prediction(image)];
  }

  private static void picture(Path file, BufferedImage picture) {
    AtomicFiles.write(file, out -> out.write(Png.encode(picture)));
  }

  private static void table(Path file, List<List<?>> lines) {
    AtomicFiles.write(
        file,
        out -> {
          StringBuilder text = new StringBuilder();
          for (List<?> line : lines) {
            FORMAT.printRecord(text, line.toArray());
          }
          out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        });
  }

  private static void text(Path file, String text) {
    AtomicFiles.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  // A row for each true class, a column for each predicted one.
  private static List<List<?>> confusionLines(List<String> classes, int[][] confusion) {
    List<List<?>> lines = new ArrayList<>();
    lines.add(Stream.concat(Stream.of("true"), classes.stream()).toList());
    for (int c = 0; c < classes.size(); c++) {
      lines.add(
          Stream.concat(Stream.of(classes.get(c)), IntStream.of(confusion[c]).boxed()).toList());
    }
    return lines;
  }

  private static List<List<?>> classLines(ClassificationReport report) {
    List<List<?>> lines = new ArrayList<>();
    lines.add(List.of("class", "precision", "recall", "f1", "support", "average_precision"));
    for (int c = 0; c < report.classes().size(); c++) {
      ClassificationReport.ClassScore score = report.scores().get(c);
      lines.add(
          List.of(
              score.name(),
              cell(score.precision()),
              cell(score.recall()),
              cell(score.f1()),
              score.support(),
              cell(report.precisionRecall(c).averagePrecision())));
    }
    return lines;
  }

  // At thresholds in steps of a hundredth.
  private static List<List<?>> coverageLines(Coverage coverage) {
    List<List<?>> lines = new ArrayList<>();
    lines.add(List.of("threshold", "answered", "coverage", "accuracy", "risk"));
    for (int percent = 0; percent <= 100; percent++) {
      Coverage.Point point = coverage.at(percent / 100.0);
      lines.add(
          List.of(
              point.threshold(),
              point.answered(),
              point.coverage(),
              cell(point.accuracy()),
              cell(point.risk())));
    }
    return lines;
  }

  private static Object cell(double value) {
    return Double.isNaN(value) ? "" : value;
  }

  private static List<List<?>> predictionLines(ClassificationReport report) {
    List<List<?>> lines = new ArrayList<>();
    lines.add(
        Stream.concat(
                Stream.of("image", "true", "predicted", "probability", "loss"),
                report.classes().stream())
            .toList());
    for (int i = 0; i < report.size(); i++) {
      float[] probabilities = report.probabilities()[i];
      int guess = report.prediction(i);
      List<Object> line =
          new ArrayList<>(
              List.of(
                  i,
                  report.classes().get(report.labels()[i]),
                  report.classes().get(guess),
                  probabilities[guess],
                  report.loss(i)));
      for (float probability : probabilities) {
        line.add(probability);
      }
      lines.add(line);
    }
    return lines;
  }

  private static List<TopLossesPicture.Item> worst(
      LabeledImages images, ClassificationReport report) {
    return report.worst(WORST).stream()
        .map(
            i ->
                new TopLossesPicture.Item(
                    i,
                    images.image(i),
                    "is " + said(report, i, report.labels()[i]),
                    "guess " + said(report, i, report.prediction(i))))
        .toList();
  }

  private static String said(ClassificationReport report, int image, int c) {
    return String.format(
        Locale.ROOT, "%s %.1f%%", report.classes().get(c), 100 * report.probabilities()[image][c]);
  }
}
