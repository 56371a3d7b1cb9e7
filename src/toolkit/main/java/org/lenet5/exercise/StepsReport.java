package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.lenet5.chart.Png;
import org.lenet5.chart.StepsChart;
import org.lenet5.report.Block;

/** The part of a report about experiments that are each one change of the one before. */
final class StepsReport {
  private static final String PICTURE = "steps.png";

  private StepsReport() {}

  /**
   * A heading, a chart and a table; nothing where there are no such experiments.
   *
   * @param outcomes of all experiments, in their order
   * @param dataset its name
   */
  static List<Block> of(List<Outcome> outcomes, String dataset) {
    List<Outcome> chain = Step.chain(outcomes);
    if (chain.isEmpty()) {
      return List.of();
    }
    int seeds = chain.get(0).runs().size();
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Heading(2, "Step by step"));
    blocks.add(
        new Block.Picture(
            PICTURE,
            "Test accuracy after the last epoch, step by step"
                + (seeds == 1 ? "." : ": the mean, and the lowest and highest seed."),
            Png.encode(
                StepsChart.draw(
                    "%s, %s".formatted(dataset, Numbers.count(seeds, "seed")),
                    chain.stream().map(StepsReport::shown).toList()))));
    List<List<String>> rows = new ArrayList<>();
    for (Outcome each : chain) {
      rows.add(row(each, Step.of(each, outcomes)));
    }
    blocks.add(
        new Block.Table(
            2,
            List.of(
                "step",
                "what is changed",
                "epochs",
                "test accuracy, %",
                "lowest to highest",
                "gain, points",
                "a run takes"),
            rows));
    blocks.add(
        new Block.Paragraph(
            "Each step has the settings of the one that it follows, and this change. Accuracy after the last epoch%s; the gain is to the step that it follows. A run's time is that of its epochs with their evaluations, beside the other runs of the suite."
                .formatted(
                    seeds == 1
                        ? " of one seed, which says nothing about the spread"
                        : ": mean ± standard deviation over %d seeds".formatted(seeds))));
    return blocks;
  }

  private static StepsChart.Step shown(Outcome each) {
    return new StepsChart.Step(each.name(), each.lowest(), each.accuracy(), each.highest());
  }

  private static List<String> row(Outcome each, Optional<Step> step) {
    return List.of(
        each.name(),
        step.map(Step::change).orElse(each.experiment().described()),
        Integer.toString(each.epochs()),
        each.runs().size() == 1
            ? Numbers.percent(each.accuracy())
            : Numbers.meanAndDeviation(each.accuracies()),
        Numbers.range(each.lowest(), each.highest()),
        step.map(s -> Numbers.points(s.difference())).orElse("–"),
        Numbers.duration(each.secondsARun()));
  }

  /** What the steps come to, in a sentence; empty where there are none. */
  static Optional<String> finding(List<Outcome> outcomes) {
    List<Outcome> chain = Step.chain(outcomes);
    if (chain.isEmpty()) {
      return Optional.empty();
    }
    Outcome first = chain.get(0);
    Outcome last = chain.get(chain.size() - 1);
    Step largest =
        chain.stream()
            .flatMap(each -> Step.of(each, outcomes).stream())
            .max((a, b) -> Double.compare(a.difference(), b.difference()))
            .orElseThrow();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "Step by step. From %s with %s %% to %s with %s %%: %s points; the largest gain is that of %s (%s).",
            first.name(),
            Numbers.percent(first.accuracy()),
            last.name(),
            Numbers.percent(last.accuracy()),
            Numbers.points(last.accuracy() - first.accuracy()),
            largest.outcome().name(),
            Numbers.points(largest.difference())));
  }
}
