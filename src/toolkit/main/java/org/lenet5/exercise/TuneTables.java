package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.lenet5.report.Block;

/** The tables of a search's report, each with its heading, and its picture. Not thread-safe. */
final class TuneTables {
  private static final int MOST_ROWS = 50;

  private final TuneResults results;
  private final Tuning tuning;
  private final String dataset;
  private final List<Block> blocks = new ArrayList<>();

  private TuneTables(TuneResults results, String dataset) {
    this.results = results;
    this.tuning = results.tuning();
    this.dataset = dataset;
  }

  /**
   * The best, what matters, all trials, and what failed; each where there is any.
   *
   * @param dataset its name, for people
   */
  static List<Block> of(TuneResults results, String dataset) {
    TuneTables tables = new TuneTables(results, dataset);
    tables.best();
    tables.importance();
    tables.trials();
    tables.unfinished();
    return tables.blocks;
  }

  private void best() {
    List<TuneResults.Finalist> finalists = results.finalists();
    if (finalists.isEmpty()) {
      return;
    }
    heading(2, "The best " + (finalists.size() == 1 ? "one" : finalists.size()));
    List<List<String>> rows = new ArrayList<>();
    for (TuneResults.Finalist each : finalists) {
      double[] accuracies = each.accuracies();
      rows.add(
          List.of(
              results.trials().get(each.trial()).name(),
              tuning.described(results.trials().get(each.trial())),
              Numbers.meanAndDeviation(accuracies),
              TuneSummary.range(accuracies),
              accuracies.length + (each.isUnstable() ? ", others diverged" : "")));
    }
    blocks.add(
        new Block.Table(
            2, List.of("trial", "settings", "held out, %", "lowest to highest", "seeds"), rows));
    paragraph(
        "Accuracy on the images held out after %s: mean ± standard deviation over seeds %d to %d. %sThe best of many is partly so by luck: its figure on the images held out flatters."
            .formatted(
                Numbers.count(tuning.epochs(), "epoch"),
                tuning.firstSeed(),
                tuning.firstSeed() + tuning.seeds() - 1,
                new TuneSummary(results).splits()
                    ? "Each seed holds out other images, so the spread is that of the images as well. "
                    : ""));
  }

  private void importance() {
    List<Integer> known =
        IntStream.range(0, results.trials().size())
            .filter(trial -> results.atRung(trial, 0).isPresent())
            .boxed()
            .toList();
    if (known.size() < 3) {
      return;
    }
    heading(2, "Which settings matter");
    List<List<String>> rows = new ArrayList<>();
    for (Importance each :
        Importance.of(
            tuning.space(),
            known.stream().map(results.trials()::get).toList(),
            known.stream().map(trial -> results.atRung(trial, 0).orElseThrow()).toList())) {
      rows.add(
          List.of(
              each.dimension().setting(),
              each.dimension().line().replaceFirst("\\S+ ", ""),
              each.best().label(),
              Numbers.percent(each.best().median()),
              String.format(Locale.ROOT, "%.0f", 100 * each.share()),
              Numbers.p(each.p()),
              Numbers.p(each.corrected())));
    }
    blocks.add(
        new Block.Table(
            3,
            List.of(
                "setting",
                "searched",
                "best values",
                "their median, %",
                "variance explained, %",
                "p",
                "p, corrected"),
            rows));
    paragraph(
        "From the accuracy on the images held out after %s, which %s have: the share of the variance of their ranks that a setting explains alone (Kruskal and Wallis), the values of a range in quarters of the trials. p is the chance of so large a share if the setting did not matter, by permutation; corrected by Holm for all settings. What helps early need not help at the end, and settings that matter only together do not show."
            .formatted(
                Numbers.count(results.halving().rungs().get(0).epochs(), "epoch"),
                known.size() == results.trials().size()
                    ? "all trials"
                    : Numbers.count(known.size(), "trial")));
    blocks.add(
        new Block.Picture(
            "trials.png",
            "Each trial's settings and what it reached on the images held out.",
            TrialsPicture.of(
                results,
                "%s on %s".formatted(Numbers.count(results.trials().size(), "trial"), dataset))));
  }

  private void trials() {
    List<Integer> ranked = results.ranked();
    if (ranked.isEmpty()) {
      return;
    }
    heading(2, "The trials");
    List<List<String>> rows = new ArrayList<>();
    for (int trial : ranked.subList(0, Math.min(MOST_ROWS, ranked.size()))) {
      int rung = results.rung(trial);
      Score score = results.atRung(trial, rung).orElseThrow();
      rows.add(
          List.of(
              results.trials().get(trial).name(),
              tuning.described(results.trials().get(trial)),
              Integer.toString(results.halving().rungs().get(rung).epochs()),
              Numbers.percent(score.accuracy()),
              Numbers.loss(score.loss())));
    }
    blocks.add(
        new Block.Table(
            2, List.of("trial", "settings", "epochs", "held out, %", "held out, loss"), rows));
    paragraph(
        "One seed each, those that trained longest first%s. Every run's figures are in trials.csv."
            .formatted(
                rows.size() < ranked.size()
                    ? ", the first %d of %d".formatted(rows.size(), ranked.size())
                    : ""));
  }

  private void unfinished() {
    Map<String, Tuning.Failure> failures = results.failures();
    if (failures.isEmpty()) {
      return;
    }
    heading(2, "What failed");
    blocks.add(
        new Block.Items(
            failures.entrySet().stream()
                .map(
                    each ->
                        each.getKey()
                            + ": "
                            + each.getValue().message()
                            + (each.getValue().endsEachTime()
                                ? " (it counts as the worst)"
                                : " (tried again at the next start)"))
                .toList()));
  }

  private void heading(int level, String text) {
    blocks.add(new Block.Heading(level, text));
  }

  private void paragraph(String text) {
    blocks.add(new Block.Paragraph(text));
  }
}
