package org.lenet5.exercise;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lenet5.checkpoint.Manifest;

/**
 * A run that keeps its experiment out of the report.
 *
 * @param run which
 * @param epochs that are finished
 * @param reason "not begun", how far it came, or why it failed
 */
record Unfinished(Suite.Run run, int epochs, String reason) {

  /** The unfinished runs of the experiments that are not in the report. */
  static List<Unfinished> of(Suite suite, Path checkpoints, List<Outcome> outcomes) {
    List<Unfinished> all = new ArrayList<>();
    for (Suite.Run run : suite.runs()) {
      if (outcomes.stream().anyMatch(each -> each.experiment().equals(run.experiment()))) {
        continue;
      }
      Path folder = checkpoints.resolve(run.name());
      Optional<Manifest> begun =
          Manifest.isIn(folder) ? Optional.of(Manifest.read(folder)) : Optional.empty();
      int epochs = begun.map(each -> each.epochs().size()).orElse(0);
      int wanted = begun.map(Manifest::wantedEpochs).orElse(run.config().epochs());
      String failure = suite.failures().get(run.name());
      if (epochs < wanted) {
        String reached =
            epochs == 0 ? "not begun" : epochs + " of " + Numbers.count(wanted, "epoch");
        all.add(new Unfinished(run, epochs, failure == null ? reached : failure));
      }
    }
    return all;
  }

  /** A sentence for each reason, with the runs that it applies to. */
  static List<String> sentences(List<Unfinished> all) {
    Map<String, List<String>> runs = new LinkedHashMap<>();
    for (Unfinished each : all) {
      runs.computeIfAbsent(each.reason, reason -> new ArrayList<>()).add(each.run.name());
    }
    return runs.entrySet().stream()
        .map(
            each ->
                "Not finished, so not judged: %s (%s)."
                    .formatted(String.join(", ", each.getValue()), each.getKey()))
        .toList();
  }
}
