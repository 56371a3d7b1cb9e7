package org.lenet5.exercise;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

/**
 * A search's report: {@code report.html}, {@code report.md} with its picture, and {@code
 * trials.csv}. Every sentence about a result is made from its numbers. Not thread-safe.
 */
public final class TuneReport {
  private final TuneResults results;
  private final Tuning tuning;
  private final TuneSummary summary;
  private final Path home;
  private final Function<Suite.Run, String> command;
  private final List<Block> blocks = new ArrayList<>();

  private TuneReport(TuneResults results, Path home, Function<Suite.Run, String> command) {
    this.results = results;
    this.tuning = results.tuning();
    this.summary = new TuneSummary(results);
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
    return report.summary.lines();
  }

  private void compose() {
    heading(1, title());
    setting();
    blocks.add(new Block.Items(summary.lines()));
    results
        .winner()
        .ifPresent(
            winner -> {
              heading(2, "The winner's command");
              blocks.add(new Block.Command(command.apply(results.run(winner.trial(), 0))));
              paragraph(
                  "It trains "
                      + summary.winnerName()
                      + "'s first run again, with the same weights to the last bit on a machine like this one, but measures the test images after each epoch."
                      + (summary.splits()
                          ? " Without --validation it trains on the images held out as well."
                          : ""));
            });
    blocks.addAll(TuneTables.of(results, dataset()));
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
    String winner = summary.winnerName();
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

  private void heading(int level, String text) {
    blocks.add(new Block.Heading(level, text));
  }

  private void paragraph(String text) {
    blocks.add(new Block.Paragraph(text));
  }
}
