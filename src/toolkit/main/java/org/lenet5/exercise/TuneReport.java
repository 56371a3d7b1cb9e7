package org.lenet5.exercise;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.DataStore;
import org.lenet5.io.AtomicFiles;
import org.lenet5.report.Block;
import org.lenet5.report.HtmlReport;
import org.lenet5.report.MarkdownReport;
import org.lenet5.training.TrainingConfig;

/**
 * A search's report: {@code report.html}, {@code report.md} with its picture, and {@code
 * trials.csv}. Every sentence about a result is made from its numbers. Not thread-safe.
 */
public final class TuneReport {
  private static final int MOST_ROWS = 50;

  private final TuneResults results;
  private final Tuning tuning;
  private final Path home;
  private final Function<Suite.Run, String> command;
  private final List<Block> blocks = new ArrayList<>();

  private TuneReport(TuneResults results, Path home, Function<Suite.Run, String> command) {
    this.results = results;
    this.tuning = results.tuning();
    this.home = home;
    this.command = command;
  }

  /**
   * Writes the report of what is finished.
   *
   * @param graphs the search's folder to write into
   * @param home the search's folder below checkpoints
   * @param command what to type to train a run
   * @return the lines that sum it up
   * @throws java.io.UncheckedIOException if a file cannot be read or written
   */
  public static List<String> write(
      TuneResults results, Path graphs, Path home, Function<Suite.Run, String> command) {
    TuneReport report = new TuneReport(results, home, command);
    report.compose();
    for (Block block : report.blocks) {
      if (block instanceof Block.Picture picture) {
        AtomicFiles.write(graphs.resolve(picture.file()), out -> out.write(picture.content()));
      }
    }
    AtomicFiles.writeString(graphs.resolve("report.md"), MarkdownReport.of(report.blocks));
    AtomicFiles.writeString(graphs.resolve("trials.csv"), TrialsCsv.of(results));
    AtomicFiles.writeString(
        graphs.resolve("report.html"), HtmlReport.of(report.title(), report.blocks));
    return report.summary();
  }

  private void compose() {
    heading(1, title());
    setting();
    blocks.add(new Block.Items(summary()));
    results
        .winner()
        .ifPresent(
            winner -> {
              heading(2, "The winner's command");
              blocks.add(new Block.Command(command.apply(results.run(winner.trial(), 0))));
              paragraph(
                  "It trains "
                      + winnerName()
                      + "'s first run again, with the same weights to the last bit on a machine like this one, but measures the test images after each epoch."
                      + (splits()
                          ? " Without --validation it trains on the images held out as well."
                          : ""));
            });
    best();
    importance();
    trials();
    unfinished();
    heading(2, "Time");
    paragraph(
        "%s in all, over every start of the search.".formatted(Numbers.duration(tuning.seconds())));
  }

  private String title() {
    return "Settings searched on " + dataset();
  }

  /** The data set's name, or that of its file or folder. */
  private String dataset() {
    String name = tuning.settings().get("dataset");
    return DataStore.isPath(name) ? Path.of(name).getFileName().toString() : name;
  }

  private void setting() {
    paragraph(
        "%s%s of %s, drawn %s with seed %d. %s."
            .formatted(
                images(),
                Numbers.count(results.trials().size(), "trial"),
                Numbers.count(tuning.space().size(), "setting"),
                tuning.sampling() == Sampling.QUASI
                    ? "by Sobol's sequence, scrambled"
                    : "at random,",
                tuning.firstSeed(),
                rungs()));
    paragraph(
        "Trials are judged by their accuracy on the images held out of training, and on nothing else: where other runs measure the test images theirs measure those (--measure-on held-out)."
            + tested());
  }

  private String images() {
    Optional<Manifest.Data> data =
        IntStream.range(0, results.trials().size())
            .mapToObj(trial -> results.runName(trial, 0))
            .filter(run -> !results.states().epochs(run).isEmpty())
            .findFirst()
            .map(run -> Manifest.read(home.resolve(run)).data());
    return data.map(
            of ->
                String.format(
                    Locale.ROOT,
                    "%,d images to train on, %,d held out of them. ",
                    of.training(),
                    of.validation()))
        .orElse("");
  }

  private String rungs() {
    List<Halving.Rung> rungs = results.halving().rungs();
    String first = "All train for " + Numbers.count(rungs.get(0).epochs(), "epoch");
    if (rungs.size() == 1) {
      return first;
    }
    return "Successive halving: "
        + first.toLowerCase(Locale.ROOT)
        + ", "
        + rungs.stream()
            .skip(1)
            .map(each -> "the best %d up to %d".formatted(each.trials(), each.epochs()))
            .collect(Collectors.joining(", "));
  }

  private String tested() {
    if (tuning.tested().isEmpty()) {
      return " The test images have not been measured: that is done once, at the end, for the winner.";
    }
    String winner = winnerName();
    TreeSet<String> others =
        tuning.tested().stream()
            .map(each -> each.run().replaceFirst("_seed-.*", ""))
            .filter(each -> !each.equals(winner))
            .collect(Collectors.toCollection(TreeSet::new));
    return " The test images were measured once, at the end, for the winner: each of its runs once. Nothing was chosen by them."
        + (others.isEmpty()
            ? ""
            : " (The search was ended and extended, so they were measured for who won then, too: "
                + String.join(", ", others)
                + ".)");
  }

  private String winnerName() {
    return results.winner().map(each -> results.trials().get(each.trial()).name()).orElse("");
  }

  /** What it comes to. */
  private List<String> summary() {
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

  private static String range(double[] accuracies) {
    double[] sorted = Arrays.stream(accuracies).sorted().toArray();
    return Numbers.range(sorted[0], sorted[sorted.length - 1]);
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
              range(accuracies),
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
                splits()
                    ? "Each seed holds out other images, so the spread is that of the images as well. "
                    : ""));
  }

  /** True if the images held out are a part of the training images, another for each seed. */
  private boolean splits() {
    return TrainingConfig.of(tuning.settings()).validation() > 0;
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
                "%s on %s".formatted(Numbers.count(results.trials().size(), "trial"), dataset()))));
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
