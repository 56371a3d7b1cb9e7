package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.lenet5.checkpoint.Manifest;

/**
 * An experiment next to what the notebook printed for it.
 *
 * @param outcome ours
 * @param lines theirs, for as many epochs as both have; at least one
 * @param printed how many epochs they printed
 */
record NotebookComparison(Outcome outcome, List<Notebook.Line> lines, int printed) {
  /** Mean distance in test accuracy, a fraction, up to which a course counts as the same. */
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
          printed.stream().filter(line -> line.epoch() <= outcome.epochs().size()).toList();
      if (!lines.isEmpty()) {
        all.add(new NotebookComparison(outcome, lines, printed.size()));
      }
    }
    return all;
  }

  private Manifest.Epoch ours(Notebook.Line line) {
    return outcome.epochs().get(line.epoch() - 1);
  }

  double meanDistance() {
    return meanDistance(Manifest.Epoch::testAccuracy, Notebook.Line::testAccuracy);
  }

  private double meanDistance(
      ToDoubleFunction<Manifest.Epoch> here, ToDoubleFunction<Notebook.Line> there) {
    return lines.stream()
        .mapToDouble(line -> Math.abs(here.applyAsDouble(ours(line)) - there.applyAsDouble(line)))
        .average()
        .orElseThrow();
  }

  private boolean neitherLearns() {
    return lines.stream()
        .allMatch(
            line -> ours(line).testAccuracy() < NEAR_CHANCE && line.testAccuracy() < NEAR_CHANCE);
  }

  /** Ours minus theirs at the last printed epoch. */
  double lastDifference() {
    Notebook.Line last = lines.get(lines.size() - 1);
    return ours(last).testAccuracy() - last.testAccuracy();
  }

  String sentence() {
    Notebook.Line last = lines.get(lines.size() - 1);
    double here = ours(last).testAccuracy();
    boolean all = lines.size() == printed;
    String verdict;
    if (neitherLearns()) {
      verdict = "Reproduces: neither learns, both stay near guessing";
    } else if (meanDistance() <= TOLERANCE) {
      verdict = "Reproduces";
    } else if (Math.abs(lastDifference()) <= TOLERANCE) {
      verdict = "Ends alike after another course";
    } else {
      verdict =
          "Does not reproduce: "
              + (lastDifference() > 0 ? "higher here" : "lower here")
              + " at the last epoch that both have";
    }
    return String.format(
        Locale.ROOT,
        "%s%s. Test accuracy after epoch %d is %s %% here and %s %% there (%s points); over %s the"
            + " two are on average %.1f points apart, %.1f in training accuracy, %.3f in test loss"
            + " and %.3f in training loss.",
        all ? "" : "As far as it goes: ",
        verdict,
        last.epoch(),
        Numbers.percent(here),
        Numbers.percent(last.testAccuracy()),
        Numbers.points(lastDifference()),
        all
            ? "the " + printed + " printed epochs"
            : "the first " + lines.size() + " of the " + printed + " printed epochs",
        100 * meanDistance(),
        100 * meanDistance(Manifest.Epoch::trainAccuracy, Notebook.Line::trainAccuracy),
        meanDistance(Manifest.Epoch::testLoss, Notebook.Line::testLoss),
        meanDistance(Manifest.Epoch::trainLoss, Notebook.Line::trainLoss));
  }

  /** Epoch, train loss, test loss, train accuracy, test accuracy: here / there (difference). */
  List<List<String>> rows() {
    return lines.stream()
        .map(
            line -> {
              Manifest.Epoch ours = ours(line);
              return List.of(
                  Integer.toString(line.epoch()),
                  losses(ours.trainLoss(), line.trainLoss()),
                  losses(ours.testLoss(), line.testLoss()),
                  accuracies(ours.trainAccuracy(), line.trainAccuracy()),
                  accuracies(ours.testAccuracy(), line.testAccuracy()));
            })
        .toList();
  }

  private static String losses(double here, double there) {
    return String.format(Locale.ROOT, "%.4f / %.4f (%+.4f)", here, there, here - there)
        .replace('-', '−');
  }

  private static String accuracies(double here, double there) {
    return Numbers.percent(here)
        + " / "
        + Numbers.percent(there)
        + " ("
        + Numbers.points(here - there)
        + ")";
  }
}
