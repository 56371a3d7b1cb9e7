package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.training.TrainingConfig;

/** What a search has come to, in sentences. */
final class TuneSummary {
  private final TuneResults results;
  private final Tuning tuning;

  TuneSummary(TuneResults results) {
    this.results = results;
    this.tuning = results.tuning();
  }

  /** The name of the winner; empty if there is none. */
  String winnerName() {
    return results.winner().map(each -> results.trials().get(each.trial()).name()).orElse("");
  }

  /** True if the images held out are a part of the training images, another for each seed. */
  boolean splits() {
    return TrainingConfig.of(tuning.settings()).validation() > 0;
  }

  /** What it comes to. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    Optional<TuneResults.Finalist> winner = results.winner();
    if (winner.isEmpty()) {
      lines.add(
          "There is no winner yet: no trial was trained for all "
              + Numbers.count(tuning.epochs(), "epoch")
              + ".");
      results.ranked().stream().findFirst().ifPresent(best -> lines.add(bestSoFar(best)));
    } else {
      lines.add(
          "The winner is %s: %s."
              .formatted(
                  winnerName(), tuning.described(results.trials().get(winner.get().trial()))));
      lines.add("On the images held out: " + spread(winner.get().accuracies()) + ".");
      double[] onTest = testAccuracies(winner.get().trial());
      if (onTest.length > 0) {
        lines.add("On the test images, measured once: " + spread(onTest) + ".");
      }
    }
    if (!results.isFinished()) {
      lines.add("The search is not finished: the same command goes on with it.");
    }
    return lines;
  }

  private String bestSoFar(int trial) {
    int rung = results.rung(trial);
    return "The best so far is %s, after %s: %s, with %s %% on the images held out."
        .formatted(
            results.trials().get(trial).name(),
            Numbers.count(results.halving().rungs().get(rung).epochs(), "epoch"),
            tuning.described(results.trials().get(trial)),
            Numbers.percent(results.atRung(trial, rung).orElseThrow().accuracy()));
  }

  private double[] testAccuracies(int trial) {
    return IntStream.range(0, tuning.seeds())
        .mapToObj(seed -> results.runName(trial, seed))
        .filter(run -> results.states().isWhole(run))
        .map(
            run -> {
              List<Manifest.Epoch> epochs = results.states().epochs(run);
              return Optional.ofNullable(
                  TestImages.of(tuning, run, epochs.get(epochs.size() - 1).variablesSha256()));
            })
        .flatMap(Optional::stream)
        .mapToDouble(Tuning.Tested::accuracy)
        .toArray();
  }

  private static String spread(double[] accuracies) {
    return accuracies.length == 1
        ? Numbers.percent(accuracies[0]) + " % (one seed)"
        : "%s %% over %s (%s)"
            .formatted(
                Numbers.meanAndDeviation(accuracies),
                Numbers.count(accuracies.length, "seed"),
                range(accuracies));
  }

  static String range(double[] accuracies) {
    double[] sorted = Arrays.stream(accuracies).sorted().toArray();
    return Numbers.range(sorted[0], sorted[sorted.length - 1]);
  }
}
