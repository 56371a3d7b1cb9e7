package org.lenet5.exercise;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.training.ClassMeans;

/**
 * {@code results.csv}: a line for each run. Accuracies and differences are fractions. The columns
 * from {@code verdict} on belong to the experiment and are the same on the lines of all its seeds.
 * Those of the comparison are empty for the baseline; {@code p} is empty where the verdict does not
 * rest on it. A run that keeps its experiment from being judged has the verdict {@code not
 * finished} with its reason, and nothing measured. {@code after} names the experiment that this one
 * is one change of, {@code difference_after} by how much it differs; both are empty for a variant
 * of the baseline. The means of the classes are the run's own, and empty in version 0.1; {@code
 * seconds} are those of the whole run.
 */
final class ResultsCsv {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setSkipHeaderRecord(true)
          .setRecordSeparator('\n')
          .setHeader(
              "experiment",
              "exercise",
              "run",
              "seed",
              "epochs",
              "train_loss",
              "test_loss",
              "train_accuracy",
              "test_accuracy",
              "best_test_accuracy",
              "seconds_an_epoch",
              "verdict",
              "difference",
              "interval_low",
              "interval_high",
              "p",
              "p_corrected",
              "reason",
              "seeds",
              "mean_test_accuracy",
              "deviation_test_accuracy",
              "lowest_test_accuracy",
              "highest_test_accuracy",
              "test_balanced_accuracy",
              "test_macro_f1",
              "after",
              "difference_after",
              "seconds")
          .get();

  private ResultsCsv() {}

  static String of(
      List<Outcome> outcomes, List<Comparison> comparisons, List<Unfinished> unfinished) {
    StringBuilder text = new StringBuilder();
    try {
      FORMAT.printRecord(text, (Object[]) FORMAT.getHeader());
      for (Outcome outcome : outcomes) {
        Optional<Comparison> comparison =
            comparisons.stream().filter(c -> c.outcome().equals(outcome)).findFirst();
        Optional<Statistics.Interval> interval =
            comparison.flatMap(c -> Optional.ofNullable(c.interval()));
        Optional<Step> step = Step.of(outcome, outcomes);
        Optional<Comparison> tested = comparison.filter(Comparison::isTested);
        for (Manifest run : outcome.runs()) {
          Manifest.Epoch last = run.epochs().get(run.epochs().size() - 1);
          FORMAT.printRecord(
              text,
              outcome.name(),
              outcome.experiment().exercise(),
              run.run(),
              run.settings().get("seed"),
              run.epochs().size(),
              last.trainLoss(),
              last.testLoss(),
              last.trainAccuracy(),
              last.testAccuracy(),
              run.epochs().stream().mapToDouble(Manifest.Epoch::testAccuracy).max().orElseThrow(),
              run.epochs().stream()
                  .mapToDouble(e -> e.trainSeconds() + e.evaluationSeconds())
                  .average()
                  .orElseThrow(),
              comparison.map(c -> c.verdict().word()).orElse(""),
              comparison.<Object>map(Comparison::difference).orElse(""),
              interval.<Object>map(Statistics.Interval::low).orElse(""),
              interval.<Object>map(Statistics.Interval::high).orElse(""),
              tested.<Object>map(Comparison::p).orElse(""),
              tested.<Object>map(Comparison::adjusted).orElse(""),
              comparison.map(c -> c.verdict().reason()).orElse(""),
              outcome.runs().size(),
              outcome.accuracy(),
              Statistics.deviation(outcome.accuracies()),
              outcome.lowest(),
              outcome.highest(),
              last.testMeans().<Object>map(ClassMeans::balancedAccuracy).orElse(""),
              last.testMeans().<Object>map(ClassMeans::macroF1).orElse(""),
              outcome.experiment().after(),
              step.<Object>map(Step::difference).orElse(""),
              run.epochs().stream()
                  .mapToDouble(e -> e.trainSeconds() + e.evaluationSeconds())
                  .sum());
        }
      }
      for (Unfinished each : unfinished) {
        Object[] cells = new Object[FORMAT.getHeader().length];
        cells[0] = each.run().experiment().name();
        cells[1] = each.run().experiment().exercise();
        cells[2] = each.run().name();
        cells[3] = each.run().config().flags().get("seed");
        cells[4] = each.epochs();
        cells[11] = "not finished";
        cells[17] = each.reason();
        FORMAT.printRecord(text, cells);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a StringBuilder failed", e);
    }
    return text.toString();
  }
}
