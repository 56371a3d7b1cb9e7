package org.lenet5.exercise;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.lenet5.checkpoint.Manifest;

/**
 * {@code trials.csv}: a line for each run. Accuracies are fractions, after the run's last epoch so
 * far; those of the test images are empty but for the winner. {@code rank} is the trial's among the
 * best five, from 1; behind it stands a column for each setting of the space.
 */
final class TrialsCsv {
  private static final List<String> COLUMNS =
      List.of(
          "trial",
          "run",
          "seed",
          "epochs",
          "validation_accuracy",
          "validation_loss",
          "test_accuracy",
          "test_loss",
          "rank",
          "failure");

  private TrialsCsv() {}

  static String of(TuneResults results) {
    Tuning tuning = results.tuning();
    List<Integer> best = results.finalists().stream().map(TuneResults.Finalist::trial).toList();
    String[] header =
        Stream.concat(COLUMNS.stream(), tuning.space().stream().map(Dimension::setting))
            .toArray(String[]::new);
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader(header)
            .setSkipHeaderRecord(true)
            .setRecordSeparator('\n')
            .get();
    StringBuilder text = new StringBuilder();
    try {
      format.printRecord(text, (Object[]) header);
      for (int trial = 0; trial < results.trials().size(); trial++) {
        int seeds = best.contains(trial) ? tuning.seeds() : 1;
        for (int seed = 0; seed < seeds; seed++) {
          format.printRecord(text, line(results, trial, seed, best.indexOf(trial) + 1).toArray());
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("a StringBuilder failed", e);
    }
    return text.toString();
  }

  private static List<Object> line(TuneResults results, int trial, int seed, int rank) {
    Suite.Run run = results.run(trial, seed);
    List<Manifest.Epoch> epochs = results.states().epochs(run.name());
    Optional<Manifest.Epoch> last =
        epochs.isEmpty() ? Optional.empty() : Optional.of(epochs.get(epochs.size() - 1));
    Optional<Tuning.Tested> tested =
        last.flatMap(
            epoch ->
                Optional.ofNullable(
                    TestImages.of(results.tuning(), run.name(), epoch.variablesSha256())));
    List<Object> cells = new ArrayList<>();
    cells.add(run.experiment().name());
    cells.add(run.name());
    cells.add(run.config().seed());
    cells.add(epochs.size());
    cells.add(last.<Object>map(Manifest.Epoch::validationAccuracy).orElse(""));
    cells.add(last.<Object>map(Manifest.Epoch::validationLoss).orElse(""));
    cells.add(tested.<Object>map(Tuning.Tested::accuracy).orElse(""));
    cells.add(tested.<Object>map(Tuning.Tested::loss).orElse(""));
    cells.add(rank == 0 ? "" : rank);
    cells.add(
        Optional.ofNullable(results.failures().get(run.name()))
            .map(Tuning.Failure::message)
            .orElse(""));
    for (Dimension each : results.tuning().space()) {
      cells.add(each.label(run.experiment().differences().get(each.setting())));
    }
    return cells;
  }
}
