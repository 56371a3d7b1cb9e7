package org.lenet5.exercise;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.lenet5.checkpoint.Manifest;

/**
 * {@code results.csv}: a line for each run. Accuracies and differences are fractions; the columns
 * of the comparison are the experiment's, the same on the lines of all its seeds, and empty for the
 * baseline. A run that keeps its experiment from being judged has its reason as verdict, and
 * nothing measured.
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
              "p_corrected")
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
              comparison.map(Comparison::word).orElse(""),
              comparison.<Object>map(Comparison::difference).orElse(""),
              interval.<Object>map(Statistics.Interval::low).orElse(""),
              interval.<Object>map(Statistics.Interval::high).orElse(""),
              comparison.<Object>map(Comparison::p).orElse(""),
              comparison.<Object>map(Comparison::adjusted).orElse(""));
        }
      }
      for (Unfinished each : unfinished) {
        Object[] cells = new Object[FORMAT.getHeader().length];
        cells[0] = each.run().experiment().name();
        cells[1] = each.run().experiment().exercise();
        cells[2] = each.run().name();
        cells[3] = each.run().config().flags().get("seed");
        cells[4] = each.epochs();
        cells[11] = "not finished: " + each.reason();
        FORMAT.printRecord(text, cells);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a StringBuilder failed", e);
    }
    return text.toString();
  }
}
