package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lenet5.exercise.Experiment;
import org.lenet5.exercise.Halving;
import org.lenet5.exercise.Suite;
import org.lenet5.exercise.TuneReport;
import org.lenet5.exercise.TuneResults;
import org.lenet5.exercise.Tuning;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;

/** What a search prints: its plan before, its winner and its report after. */
final class TuneAnswer {
  private final Folders folders;
  private final PrintWriter out;
  private final PrintWriter err;

  TuneAnswer(Folders folders, PrintWriter out, PrintWriter err) {
    this.folders = folders;
    this.out = out;
    this.err = err;
  }

  /** Prints the space, the rungs and the trials. */
  void plan(Tuning tuning) {
    out.println("The space");
    tuning.space().forEach(each -> out.println("  " + each.line()));
    out.println("Rungs");
    for (Halving.Rung rung : tuning.halving().rungs()) {
      out.printf("  %s up to epoch %d%n", Words.count(rung.trials(), "trial"), rung.epochs());
    }
    out.printf(
        "  %s with %s each%n",
        Words.count(tuning.halving().finalists(), "trial"), Words.count(tuning.seeds(), "seed"));
    out.println("Trials");
    for (Experiment each : tuning.draw()) {
      out.printf("  %s  %s%n", each.name(), tuning.described(each));
    }
    out.flush();
  }

  /**
   * Writes the report; returns the exit code.
   *
   * @param seen what the search itself has seen, which of its runs failed among it
   * @param name of the search's folder
   */
  int results(Tuning tuning, TuneResults seen, String name) {
    Path home = folders.checkpoints().resolve(name);
    Path graphs = folders.graphs().resolve(name);
    TuneResults results = new TuneResults(tuning, home);
    TuneReport.write(results, graphs, home, run -> command(tuning, run)).forEach(out::println);
    results
        .winner()
        .map(TuneResults.Finalist::trial)
        .or(() -> results.ranked().stream().findFirst())
        .ifPresent(best -> out.println(command(tuning, results.run(best, 0))));
    out.flush();
    List<String> again =
        seen.failures().entrySet().stream()
            .filter(each -> !each.getValue().endsEachTime())
            .map(each -> "error: " + each.getKey() + ": " + each.getValue().message())
            .toList();
    again.forEach(err::println);
    err.println("Report: " + graphs.resolve("report.html"));
    err.println("To look at the trials: tensorboard --logdir " + Words.quoted(graphs));
    err.flush();
    return again.isEmpty() ? 0 : Errors.FAILED;
  }

  /** What to type to train a run of the search by itself, measured on the test images. */
  private static String command(Tuning tuning, Suite.Run run) {
    Map<String, String> standard = TrainingConfig.of(Map.of()).flags();
    Map<String, String> settings = new LinkedHashMap<>();
    run.config()
        .flags()
        .forEach(
            (flag, value) -> {
              boolean own = tuning.space().stream().anyMatch(each -> each.setting().equals(flag));
              if (own
                  || !value.equals(standard.get(flag))
                  || flag.equals("threads")
                  || flag.equals("dataset")) {
                settings.put(flag, value);
              }
            });
    settings.remove(Settings.MEASURE_ON.name());
    tuning
        .space()
        .forEach(
            each -> settings.computeIfPresent(each.setting(), (flag, value) -> each.label(value)));
    return "scripts/lenet5 train "
        + TrainingFlags.words(settings).stream()
            .map(Words::quoted)
            .collect(Collectors.joining(" "));
  }
}
