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
 * finished} with its reason, and nothing measured. The last two are the run's own again; empty in
 * version 0.1.
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
              "test_macro_f1")
          .get();

  private ResultsCsv() {}

  static String of(
      Suite suite,
      List<Outcome> outcomes,
      List<Comparison> comparisons,
      List<Unfinished> unfinished) {
    StringBuilder text = new StringBuilder();
    try {
      FORMAT.printRecord(text, (Object[]) FORMAT.getHeader());
      for (Outcome outcome : outcomes) {
        Optional<Comparison> comparison =
            comparisons.stream().filter(c -> c.outcome().equals(outcome)).findFirst();
        Optional<Statistics.Interval> interval =
            comparison.flatMap(c -> Optional.ofNullable(c.interval()));
        Optional<Comparison> tested = comparison.filter(Comparison::isTested);
        for (Manifest run : outcome.runs()) {
          Manifest.Epoch last = run.epochs().get(suite.epochs() - 1);
          FORMAT.printRecord(
              text,
              outcome.name(),
              outcome.experiment().exercise(),
              run.run(),
              run.settings().get("seed"),
              suite.epochs(),
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
              last.testMeans().<Object>map(ClassMeans::macroF1).orElse(""));
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
