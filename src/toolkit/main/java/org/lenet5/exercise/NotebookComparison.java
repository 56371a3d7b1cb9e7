package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.lenet5.checkpoint.Manifest;

/**
 * An experiment next to what the notebook printed for it. The notebook printed one seed; here its
 * figures are held against the range over all seeds, from the lowest to the highest.
 *
 * @param outcome ours
 * @param lines theirs, for as many epochs as both have; at least one
 * @param printed how many epochs they printed
 */
record NotebookComparison(Outcome outcome, List<Notebook.Line> lines, int printed) {
  /**
   * Mean distance of the printed test accuracies from the range over seeds, a fraction, up to which
   * a course counts as the same.
   */
  static final double TOLERANCE = 0.03;

  private static final double NEAR_CHANCE = 0.12;

  NotebookComparison {
    lines = List.copyOf(lines);
  }

  /** Those of the experiments that the notebook printed figures of. */
  static List<NotebookComparison> of(List<Outcome> outcomes) {
    List<NotebookComparison> all = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      List<Notebook.Line> printed =
          Notebook.lines().stream()
              .filter(line -> line.experiment().equals(outcome.name()))
              .toList();
      List<Notebook.Line> lines =
          printed.stream().filter(line -> line.epoch() <= outcome.epochs()).toList();
      if (!lines.isEmpty()) {
        all.add(new NotebookComparison(outcome, lines, printed.size()));
      }
    }
    return all;
  }

  /**
   * A figure of all seeds after an epoch, next to the printed one.
   *
   * @param low the lowest here
   * @param high the highest here
   * @param there the printed one
   */
  private record Cell(double low, double high, double there) {
    /** Range here minus figure there: 0 within the range, negative if the range lies below. */
    double difference() {
      return there < low ? low - there : there > high ? high - there : 0;
    }
  }

  private Cell cell(
      Notebook.Line line,
      ToDoubleFunction<Manifest.Epoch> here,
      ToDoubleFunction<Notebook.Line> there) {
    double[] values = outcome.values(line.epoch(), here);
    return new Cell(
        Arrays.stream(values).min().orElseThrow(),
        Arrays.stream(values).max().orElseThrow(),
        there.applyAsDouble(line));
  }

  private Cell testAccuracy(Notebook.Line line) {
    return cell(line, Manifest.Epoch::testAccuracy, Notebook.Line::testAccuracy);
  }

  double meanDistance() {
    return meanDistance(Manifest.Epoch::testAccuracy, Notebook.Line::testAccuracy);
  }

  private double meanDistance(
      ToDoubleFunction<Manifest.Epoch> here, ToDoubleFunction<Notebook.Line> there) {
    return lines.stream()
        .mapToDouble(line -> Math.abs(cell(line, here, there).difference()))
        .average()
        .orElseThrow();
  }

  private boolean neitherLearns() {
    return lines.stream()
        .map(this::testAccuracy)
        .allMatch(cell -> cell.high < NEAR_CHANCE && cell.there < NEAR_CHANCE);
  }

  private Cell lastTestAccuracy() {
    return testAccuracy(lines.get(lines.size() - 1));
  }

  String sentence() {
    Cell last = lastTestAccuracy();
    boolean all = lines.size() == printed;
    int seeds = outcome.runs().size();
    return String.format(
        Locale.ROOT,
        "%s%s. Test accuracy after epoch %d is %s %% here%s and %s %% there (%s); over %s the printed"
            + " figures are on average %.1f points of test accuracy %s, %.1f of training accuracy,"
            + " %.3f of test loss and %.3f of training loss.",
        all ? "" : "As far as it goes: ",
        verdict(last),
        lines.get(lines.size() - 1).epoch(),
        Numbers.range(last.low, last.high),
        seeds == 1 ? "" : " over " + seeds + " seeds",
        Numbers.percent(last.there),
        seeds == 1
            ? Numbers.points(last.difference()) + " points"
            : last.difference() == 0
                ? "within the range"
                : Numbers.size(last.difference())
                    + " points "
                    + (last.difference() < 0 ? "above" : "below")
                    + " the range",
        all
            ? "the " + printed + " printed epochs"
            : "the first " + lines.size() + " of the " + printed + " printed epochs",
        100 * meanDistance(),
        seeds == 1 ? "apart" : "outside the range over seeds",
        100 * meanDistance(Manifest.Epoch::trainAccuracy, Notebook.Line::trainAccuracy),
        meanDistance(Manifest.Epoch::testLoss, Notebook.Line::testLoss),
        meanDistance(Manifest.Epoch::trainLoss, Notebook.Line::trainLoss));
  }

  private String verdict(Cell last) {
    if (neitherLearns()) {
      return "Reproduces: neither learns, both stay near guessing";
    }
    if (meanDistance() <= TOLERANCE) {
      return "Reproduces";
    }
    if (Math.abs(last.difference()) <= TOLERANCE) {
      return "Ends alike after another course";
    }
    return "Does not reproduce: "
        + (last.difference() > 0 ? "higher here" : "lower here")
        + " at the last epoch that both have"
        + (outcome.runs().size() == 1
            ? ", with this one seed (--seeds 3 or more shows how far seeds lie apart)"
            : "");
  }

  /** Epoch, train loss, test loss, train accuracy, test accuracy: here / there (difference). */
  List<List<String>> rows() {
    return lines.stream()
        .map(
            line ->
                List.of(
                    Integer.toString(line.epoch()),
                    loss(cell(line, Manifest.Epoch::trainLoss, Notebook.Line::trainLoss)),
                    loss(cell(line, Manifest.Epoch::testLoss, Notebook.Line::testLoss)),
                    accuracy(
                        cell(line, Manifest.Epoch::trainAccuracy, Notebook.Line::trainAccuracy)),
                    accuracy(testAccuracy(line))))
        .toList();
  }

  private String loss(Cell cell) {
    String here =
        cell.low == cell.high
            ? Numbers.loss(cell.low)
            : Numbers.loss(cell.low) + " to " + Numbers.loss(cell.high);
    String difference = String.format(Locale.ROOT, "%+.4f", cell.difference()).replace('-', '−');
    return text(here, Numbers.loss(cell.there), cell, difference);
  }

  private String accuracy(Cell cell) {
    return text(
        Numbers.range(cell.low, cell.high),
        Numbers.percent(cell.there),
        cell,
        Numbers.points(cell.difference()));
  }

  private String text(String here, String there, Cell cell, String difference) {
    boolean isWithin = outcome.runs().size() > 1 && cell.difference() == 0;
    return here + " / " + there + " (" + (isWithin ? "within" : difference) + ")";
  }
}
