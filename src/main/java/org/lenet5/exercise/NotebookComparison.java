package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lenet5.checkpoint.Manifest;

/**
 * An experiment next to what the notebook printed for it.
 *
 * @param outcome ours
 * @param lines theirs, for as many epochs as both have; at least one
 */
record NotebookComparison(Outcome outcome, List<Notebook.Line> lines) {
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
      List<Notebook.Line> lines =
          Notebook.lines().stream()
              .filter(line -> line.experiment().equals(outcome.name()))
              .filter(line -> line.epoch() <= outcome.epochs().size())
              .toList();
      if (!lines.isEmpty()) {
        all.add(new NotebookComparison(outcome, lines));
      }
    }
    return all;
  }

  private Manifest.Epoch ours(Notebook.Line line) {
    return outcome.epochs().get(line.epoch() - 1);
  }

  double meanDistance() {
    return lines.stream()
        .mapToDouble(line -> Math.abs(ours(line).testAccuracy() - line.testAccuracy()))
        .average()
        .orElseThrow();
  }

  /** Ours minus theirs at the last printed epoch. */
  double lastDifference() {
    Notebook.Line last = lines.get(lines.size() - 1);
    return ours(last).testAccuracy() - last.testAccuracy();
  }

  String sentence() {
    Notebook.Line last = lines.get(lines.size() - 1);
    double here = ours(last).testAccuracy();
    String verdict;
    if (here < NEAR_CHANCE && last.testAccuracy() < NEAR_CHANCE) {
      verdict = "Reproduces: neither learns, both stay near guessing";
    } else if (meanDistance() <= TOLERANCE) {
      verdict = "Reproduces";
    } else if (Math.abs(lastDifference()) <= TOLERANCE) {
      verdict = "Ends alike after another course";
    } else {
      verdict =
          "Does not reproduce: "
              + (lastDifference() > 0 ? "higher here" : "lower here")
              + " at the last printed epoch";
    }
    return String.format(
        Locale.ROOT,
        "%s. Test accuracy after epoch %d is %s %% here and %s %% there (%s points); over the %d"
            + " printed epochs the two are %.1f points apart on average.",
        verdict,
        last.epoch(),
        Numbers.percent(here),
        Numbers.percent(last.testAccuracy()),
        Numbers.points(lastDifference()),
        lines.size(),
        100 * meanDistance());
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
