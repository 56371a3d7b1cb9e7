package org.lenet5.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lenet5.evaluation.ClassificationReport;
import org.lenet5.evaluation.Coverage;

/**
 * What was evaluated and what came out, for people and for programs. Thread-safe.
 *
 * @param model as the user named it: a run, a checkpoint or a SavedModel
 * @param run the run that it is of, by its name, if it is of one
 * @param epoch after which its weights were taken, from 1; 0 if that is not known
 * @param dataset the name of the data set whose test images it was evaluated on
 * @param report what came out
 * @param threshold the least confidence of an answer that counts as given, if that is asked for
 * @param isFlipped whether probabilities are means over each image and its mirror image
 */
public record EvaluationSummary(
    String model,
    Optional<String> run,
    int epoch,
    String dataset,
    ClassificationReport report,
    Optional<Double> threshold,
    boolean isFlipped) {

  /** Without a threshold. */
  public EvaluationSummary(
      String model, Optional<String> run, int epoch, String dataset, ClassificationReport report) {
    this(model, run, epoch, dataset, report, Optional.empty(), false);
  }

  /** Classes that a list for people shows all of; of more, the worst. */
  private static final int MOST_CLASSES = 40;

  private static final int WORST_CLASSES = 30;

  /** One line: the model, its epoch, the data set, loss and accuracy. */
  public String subject() {
    return String.format(
        Locale.ROOT,
        "%s on %s%s: loss %.4f, accuracy %.2f %%",
        modelAndEpoch(),
        dataset,
        isFlipped ? " with mirror images" : "",
        report.loss(),
        100 * report.accuracy());
  }

  private String modelAndEpoch() {
    return run.orElse(model) + (epoch > 0 ? ", epoch " + epoch : "");
  }

  /** The figures with a line for each class, for a terminal. */
  public String text() {
    StringBuilder text = new StringBuilder();
    figures().forEach(figure -> line(text, "%-17s  %s", figure.get(0), figure.get(1)));
    line(text, "");
    int width = shown().stream().mapToInt(c -> report.classes().get(c).length()).max().orElse(0);
    String row = "%-" + Math.max(12, width) + "s  %9s  %9s  %9s  %7s";
    line(text, row, heads().toArray());
    classes().forEach(each -> line(text, row, each.toArray()));
    notShown().ifPresent(note -> line(text, "%s", note));
    return text.toString();
  }

  /** The same as Markdown, under a heading. */
  public String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("# Evaluation of ").append(modelAndEpoch()).append("\n\n");
    markdown(text, List.of("", ""), figures());
    text.append('\n');
    markdown(text, heads(), classes());
    notShown().ifPresent(note -> text.append('\n').append(note).append('\n'));
    return text.toString();
  }

  private static void markdown(StringBuilder text, List<String> heads, List<List<String>> rows) {
    Stream.concat(Stream.of(heads, heads.stream().map(head -> "---").toList()), rows.stream())
        .map(row -> row.stream().map(EvaluationSummary::cell).toList())
        .forEach(row -> text.append("| ").append(String.join(" | ", row)).append(" |\n"));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("\\R", " ");
  }

  private List<List<String>> figures() {
    ClassificationReport.Interval interval = report.accuracyInterval();
    List<List<String>> figures = new ArrayList<>();
    Collections.addAll(
        figures,
        List.of("Model", modelAndEpoch()),
        List.of(
            "Images",
            format(
                "%,d test images of %s%s",
                report.size(), dataset, isFlipped ? ", averaged with their mirror images" : "")),
        List.of("Loss", format("%.4f", report.loss())),
        List.of(
            "Accuracy",
            format(
                "%.2f %% (95 %% interval %.2f to %.2f)",
                100 * report.accuracy(), 100 * interval.low(), 100 * interval.high())),
        List.of("Balanced accuracy", format("%.2f %%", 100 * report.balancedAccuracy())),
        List.of("Macro F1", format("%.2f %%", 100 * report.macroF1())),
        List.of(
            "Calibration error", format("%.2f %%", 100 * report.calibration().expectedError())));
    threshold
        .map(least -> report.coverage().at(least))
        .ifPresent(answered -> figures.add(List.of("Answered", answered(answered))));
    return figures;
  }

  private static String answered(Coverage.Point point) {
    return format(
        "%,d of %,d (%.2f %%) with a confidence of at least %s, %s",
        point.answered(),
        point.images(),
        100 * point.coverage(),
        point.threshold(),
        point.answered() == 0
            ? "so that none is right or wrong"
            : format("%.2f %% of them right", 100 * point.accuracy()));
  }

  private static List<String> heads() {
    return List.of("Class", "Precision", "Recall", "F1", "Support");
  }

  private List<List<String>> classes() {
    List<ClassificationReport.ClassScore> scores = report.scores();
    return shown().stream()
        .map(scores::get)
        .map(
            score ->
                List.of(
                    score.name(),
                    percent(score.precision()),
                    percent(score.recall()),
                    percent(score.f1()),
                    Integer.toString(score.support())))
        .toList();
  }

  private List<Integer> shown() {
    return report.classes().size() > MOST_CLASSES
        ? report.worstClasses(WORST_CLASSES)
        : IntStream.range(0, report.classes().size()).boxed().toList();
  }

  private Optional<String> notShown() {
    int others = report.classes().size() - shown().size();
    return others == 0
        ? Optional.empty()
        : Optional.of(
            format(
                "These are the %d classes with the lowest F1, the worst first. per_class.csv and"
                    + " --json have the other %d too.",
                shown().size(), others));
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "-" : format("%.2f", 100 * share);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(format(format, values).stripTrailing()).append(System.lineSeparator());
  }

  /** The figures as a JSON object; fractions, not percentages, in full precision. */
  public ObjectNode json() {
    ObjectNode root = new JsonMapper().createObjectNode();
    root.put("model", model);
    run.ifPresent(name -> root.put("run", name));
    if (epoch > 0) {
      root.put("epoch", epoch);
    }
    root.put("dataset", dataset);
    root.put("images", report.size());
    if (isFlipped) {
      root.put("averaged_with_mirror_images", true);
    }
    root.put("loss", report.loss());
    root.put("accuracy", report.accuracy());
    ClassificationReport.Interval interval = report.accuracyInterval();
    root.putArray("accuracy_interval_95").add(interval.low()).add(interval.high());
    root.put("balanced_accuracy", report.balancedAccuracy());
    root.put("macro_f1", report.macroF1());
    root.put("expected_calibration_error", report.calibration().expectedError());
    threshold
        .map(least -> report.coverage().at(least))
        .ifPresent(
            point -> {
              ObjectNode answered = root.putObject("answered");
              answered.put("threshold", point.threshold());
              answered.put("images", point.answered());
              answered.put("coverage", point.coverage());
              number(answered, "accuracy", point.accuracy());
            });
    ArrayNode classes = root.putArray("classes");
    for (ClassificationReport.ClassScore score : report.scores()) {
      ObjectNode each = classes.addObject();
      each.put("class", score.name());
      number(each, "precision", score.precision());
      number(each, "recall", score.recall());
      number(each, "f1", score.f1());
      each.put("support", score.support());
    }
    return root;
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
