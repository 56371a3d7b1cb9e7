package org.lenet5.exercise;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lenet5.chart.CurvesSvg;
import org.lenet5.chart.MislabeledPicture;
import org.lenet5.chart.Png;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.io.AtomicFiles;
import org.lenet5.report.Block;
import org.lenet5.report.HtmlReport;
import org.lenet5.report.MarkdownReport;
import org.lenet5.training.ClassMeans;
import org.lenet5.training.Settings;

/**
 * The suite's report: {@code report.html}, {@code report.md} with its pictures, and {@code
 * results.csv}. Every sentence about a result is made from its numbers. Not thread-safe.
 */
public final class ExerciseReport {
  private static final int NEVER_SHOWN = 48;

  /**
   * A report that was written.
   *
   * @param html the HTML file
   * @param findings the sentences under "What to take away"
   */
  public record Written(Path html, List<String> findings) {
    public Written {
      findings = List.copyOf(findings);
    }
  }

  private final Suite suite;
  private final Dataset data;
  private final List<Outcome> outcomes;
  private final List<Unfinished> unfinished;
  private final Optional<Outcome> baseline;
  private final List<Comparison> comparisons;
  private final List<Block> blocks = new ArrayList<>();

  private ExerciseReport(Suite suite, Path checkpoints, Dataset data) {
    this.suite = suite;
    this.data = data;
    outcomes = Outcome.read(suite, checkpoints, data);
    unfinished = Unfinished.of(suite, checkpoints, outcomes);
    baseline =
        outcomes.stream().filter(each -> each.experiment().differences().isEmpty()).findFirst();
    comparisons =
        baseline
            .map(
                base ->
                    Comparison.with(
                        base, outcomes.stream().filter(each -> each != base).toList(), data.test()))
            .orElse(List.of());
  }

  /**
   * Writes the report of what is finished.
   *
   * @param graphs the suite's folder to write into
   * @param checkpoints the suite's folder with the runs
   * @param data what they were trained on
   * @return where it is, and its main findings
   * @throws java.io.UncheckedIOException if a file cannot be read or written
   * @throws org.lenet5.checkpoint.RunException if one is damaged
   */
  public static Written write(Suite suite, Path graphs, Path checkpoints, Dataset data) {
    ExerciseReport report = new ExerciseReport(suite, checkpoints, data);
    report.compose();
    for (Block block : report.blocks) {
      if (block instanceof Block.Picture picture) {
        AtomicFiles.write(graphs.resolve(picture.file()), out -> out.write(picture.content()));
      }
    }
    AtomicFiles.writeString(graphs.resolve("report.md"), MarkdownReport.of(report.blocks));
    AtomicFiles.writeString(
        graphs.resolve("results.csv"),
        ResultsCsv.of(report.outcomes, report.comparisons, report.unfinished));
    Path html = graphs.resolve("report.html");
    AtomicFiles.writeString(html, HtmlReport.of(report.title(), report.blocks));
    return new Written(html, report.findings());
  }

  private List<String> findings() {
    return outcomes.isEmpty()
        ? Unfinished.sentences(unfinished)
        : Findings.of(outcomes, comparisons, unfinished);
  }

  /** True if the notebook's experiments are among them. */
  private boolean isNotebooks() {
    Set<String> names =
        Experiments.notebook().list().stream().map(Experiment::name).collect(Collectors.toSet());
    return suite.experiments().stream().map(Experiment::name).anyMatch(names::contains);
  }

  private String title() {
    return isNotebooks() ? "The notebook's exercises, side by side" : "Experiments, side by side";
  }

  private void compose() {
    heading(1, title());
    setting();
    if (outcomes.isEmpty()) {
      return;
    }
    heading(2, "What to take away");
    blocks.add(new Block.Items(findings()));
    blocks.addAll(StepsReport.of(outcomes, data.name()));
    if (!comparisons.isEmpty()) {
      verdicts();
    }
    outcomes.stream().map(each -> each.experiment().exercise()).distinct().forEach(this::exercise);
    notebook();
    learning();
  }

  private void setting() {
    Manifest.Data of = outcomes.isEmpty() ? null : outcomes.get(0).runs().get(0).data();
    paragraph(
        "%s on %s%s: %s, batches of %s, %s, seed%s %d%s, %s a run.%s Each experiment is the baseline plus only the differences named."
            .formatted(
                network(),
                data.name(),
                of == null
                    ? ""
                    : String.format(
                        Locale.ROOT,
                        " (%,d training and %,d test images)",
                        of.training(),
                        of.test()),
                Numbers.count(suite.epochs(), "epoch"),
                suite.settings().get("batch-size"),
                suite.settings().get("optimizer") + " " + suite.settings().get("learning-rate"),
                suite.seeds() == 1 ? "" : "s",
                suite.firstSeed(),
                suite.seeds() == 1 ? "" : " to " + (suite.firstSeed() + suite.seeds() - 1),
                Numbers.count(Long.parseLong(suite.settings().get("threads")), "thread"),
                half()));
    if (outcomes.isEmpty()) {
      paragraph("No experiment is finished.");
      blocks.add(new Block.Items(Unfinished.sentences(unfinished)));
    }
    if (suite.seeds() > 1) {
      paragraph(
          "Figures are means over %d seeds, with ± their standard deviation; curves are means, and the shaded area reaches from the lowest seed to the highest.%s"
              .formatted(
                  suite.seeds(),
                  Comparison.overSeeds(suite.seeds())
                      ? ""
                      : " Verdicts compare the models of seed %d: two seeds show too little of their spread."
                          .formatted(suite.firstSeed())));
    }
    if (!outcomes.isEmpty()) {
      int runs = outcomes.size() * suite.seeds();
      long epochs =
          outcomes.stream()
              .flatMap(each -> each.runs().stream())
              .mapToLong(run -> run.epochs().size())
              .sum();
      String spent =
          "%s finished; %s spent on the whole suite so far."
              .formatted(Numbers.count(runs, "run"), Numbers.duration(suite.seconds()));
      paragraph(isNotebooks() ? spent + notebooksTime(epochs) : spent);
    }
  }

  private String network() {
    String network = Settings.NETWORK.in(suite.settings()).name();
    return network.equals("lenet5") ? "LeNet5" : network;
  }

  private String half() {
    String subset = suite.settings().get("subset");
    return subset.equals("all")
        ? ""
        : " The %s half of the training images unless an experiment says otherwise."
            .formatted(subset);
  }

  private static String notebooksTime(long epochs) {
    return String.format(
        Locale.ROOT,
        " The notebook printed a line every %.0f seconds, on its machine and 25,000 training images: %s for as many epochs.",
        Notebook.secondsAnEpoch(),
        Numbers.duration(Notebook.secondsAnEpoch() * epochs));
  }

  private void verdicts() {
    heading(2, "Against " + baseline.get().name());
    boolean seeds = Comparison.overSeeds(suite.seeds());
    List<List<String>> rows = new ArrayList<>();
    for (Comparison c : comparisons) {
      rows.add(
          List.of(
              c.outcome().name(),
              c.verdict().word(),
              c.verdict().reason(),
              Numbers.points(c.difference()),
              Numbers.points(c.interval().low()) + " to " + Numbers.points(c.interval().high()),
              c.isTested() ? Numbers.p(c.p()) : "–",
              c.isTested() ? Numbers.p(c.adjusted()) : "–"));
    }
    blocks.add(
        new Block.Table(
            3,
            List.of(
                "experiment",
                "verdict",
                "why",
                "difference, points",
                "95 % interval",
                "p",
                "p, corrected"),
            rows));
    String count = Numbers.count(Comparison.judged(comparisons), "comparison");
    paragraph(
        seeds
            ? String.format(
                Locale.ROOT,
                "Mean test accuracy after the last epoch over %d seeds, in percentage points (%s: %s %%): Welch's t-test and its interval, p corrected by Holm for %s; below 0.05 counts as a difference. The interval is of one comparison, without the correction.",
                suite.seeds(),
                baseline.get().name(),
                Numbers.meanAndDeviation(baseline.get().accuracies()),
                count)
            : String.format(
                Locale.ROOT,
                "Test accuracy after the last epoch, in percentage points (%s%s: %s %%): exact McNemar test on the same %,d test images, percentile bootstrap interval, p corrected by Holm for %s. A difference counts if p is below 0.05 and the difference is larger than that between the two halves. The interval is of one comparison, without the correction. All this tells trained models apart; whether another seed would end the same way, only --seeds 3 or more can say.",
                baseline.get().name(),
                suite.seeds() == 1 ? "" : " of seed " + suite.firstSeed(),
                Numbers.percent(baseline.get().accuracies()[0]),
                data.test().size(),
                count));
    String unknown =
        outcomes.stream()
            .filter(each -> !Comparison.isPossible(baseline.get(), each))
            .map(Outcome::name)
            .collect(Collectors.joining(", "));
    if (!unknown.isEmpty()) {
      paragraph("Not compared, because predictions.bin is missing or damaged: " + unknown + ".");
    }
    Comparison.otherHalf(comparisons)
        .ifPresent(c -> paragraph("Noise: " + Findings.halves(c) + "."));
  }

  private void exercise(String exercise) {
    heading(2, exercise);
    List<Outcome> shown = new ArrayList<>();
    baseline.ifPresent(shown::add);
    outcomes.stream()
        .filter(each -> each.experiment().exercise().equals(exercise) && !shown.contains(each))
        .forEach(shown::add);
    String id = id(exercise);
    picture(
        id + "-accuracy",
        "Test accuracy in percent",
        "%.1f",
        shown,
        epoch -> 100 * epoch.testAccuracy());
    String loss = shown.get(0).runs().get(0).settings().get("loss");
    List<Outcome> sameLoss =
        shown.stream().filter(o -> o.runs().get(0).settings().get("loss").equals(loss)).toList();
    if (sameLoss.size() > 1 || shown.size() == 1) {
      picture(id + "-loss", "Test loss (" + loss + ")", "%.2f", sameLoss, Manifest.Epoch::testLoss);
    }
    if (sameLoss.size() < shown.size()) {
      paragraph("Losses of different kinds have no common scale and are not drawn together.");
    }
    List<String> header =
        new ArrayList<>(
            List.of(
                "experiment",
                "differs by",
                "test accuracy, %",
                "best, %",
                "balanced, %",
                "macro F1, %",
                "train accuracy, %",
                "gap, points",
                "test loss",
                "train loss",
                "s an epoch"));
    if (suite.seeds() > 1) {
      header.add(3, "over seeds, %");
    }
    blocks.add(new Block.Table(2, header, shown.stream().map(this::row).toList()));
    List<String> findings =
        comparisons.stream()
            .filter(c -> c.outcome().experiment().exercise().equals(exercise))
            .map(c -> Findings.of(c, outcomes))
            .toList();
    if (!findings.isEmpty()) {
      blocks.add(new Block.Items(findings));
    }
  }

  // Names files and, in CSS, the picture: begins with a letter, and differs from the others'.
  private String id(String exercise) {
    String id = exercise.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    id = id.matches("[a-z].*") ? id : "exercise-" + id;
    String accuracy = id + "-accuracy.svg";
    return blocks.stream().anyMatch(b -> b instanceof Block.Picture p && p.file().equals(accuracy))
        ? id + "-" + blocks.size()
        : id;
  }

  // Runs of version 0.1 do not say it.
  private static String known(double fraction) {
    return Double.isNaN(fraction) ? "-" : Numbers.percent(fraction);
  }

  private List<String> row(Outcome each) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                each.name(),
                each.experiment().described(),
                suite.seeds() == 1
                    ? Numbers.percent(each.accuracy())
                    : Numbers.meanAndDeviation(each.accuracies()),
                Numbers.percent(each.best()),
                known(each.means(ClassMeans::balancedAccuracy)),
                known(each.means(ClassMeans::macroF1)),
                Numbers.percent(each.last(Manifest.Epoch::trainAccuracy)),
                Numbers.points(each.gap()),
                Numbers.loss(each.last(Manifest.Epoch::testLoss)),
                Numbers.loss(each.last(Manifest.Epoch::trainLoss)),
                String.format(Locale.ROOT, "%.1f", each.secondsAnEpoch())));
    if (suite.seeds() > 1) {
      cells.add(3, Numbers.range(each.lowest(), each.highest()));
    }
    return cells;
  }

  private void picture(
      String id,
      String title,
      String format,
      List<Outcome> shown,
      ToDoubleFunction<Manifest.Epoch> value) {
    List<CurvesSvg.Curve> curves = shown.stream().map(each -> curve(each, value)).toList();
    String svg = CurvesSvg.draw(id, title, format, curves);
    blocks.add(
        new Block.Picture(id + ".svg", title + " by epoch", svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static CurvesSvg.Curve curve(Outcome each, ToDoubleFunction<Manifest.Epoch> value) {
    List<DoubleSummaryStatistics> epochs =
        IntStream.rangeClosed(1, each.epochs())
            .mapToObj(epoch -> Arrays.stream(each.values(epoch, value)).summaryStatistics())
            .toList();
    return new CurvesSvg.Curve(
        each.name(),
        epochs.stream().map(DoubleSummaryStatistics::getAverage).toList(),
        epochs.stream().map(DoubleSummaryStatistics::getMin).toList(),
        epochs.stream().map(DoubleSummaryStatistics::getMax).toList());
  }

  private void notebook() {
    List<NotebookComparison> all = NotebookComparison.of(outcomes);
    if (all.isEmpty() || !isNotebooks()) {
      return;
    }
    heading(2, "Next to the notebook's printed figures");
    if (!data.name().equals("cifar10")) {
      paragraph(
          "The notebook trained on CIFAR-10, these runs on %s: its figures stand in reports with --dataset cifar10."
              .formatted(data.name()));
      return;
    }
    paragraph(
        "Each cell: here / there (%s); accuracies in percent, epochs counted from 1. The notebook's seed and PyTorch's random numbers are others than these: the digits cannot agree, the course can. \"Reproduces\" means that over the printed epochs the notebook's test accuracy is on average at most %.0f points %s."
            .formatted(
                suite.seeds() == 1
                    ? "here minus there"
                    : "\"within\" the range of the seeds, or how far the range lies above or below",
                100 * NotebookComparison.TOLERANCE,
                suite.seeds() == 1
                    ? "from ours"
                    : "outside the range of our %d seeds".formatted(suite.seeds())));
    for (NotebookComparison each : all) {
      heading(3, each.outcome().name());
      paragraph(each.sentence());
      blocks.add(
          new Block.Table(
              0,
              List.of("epoch", "train loss", "test loss", "train accuracy", "test accuracy"),
              each.rows()));
    }
  }

  private void learning() {
    List<Outcome> known = outcomes.stream().filter(Outcome::isKnownThroughout).toList();
    if (known.isEmpty()) {
      return;
    }
    LabeledImages test = data.test();
    heading(2, "Learned and forgotten");
    if (suite.seeds() > 1) {
      paragraph("By the models of seed " + suite.firstSeed() + ".");
    }
    List<List<String>> rows = new ArrayList<>();
    for (Outcome each : known) {
      List<boolean[]> right = each.right(test);
      Learning learning = Learning.of(right);
      rows.add(
          List.of(
              each.name(),
              Numbers.percent(learning.learned()) + " %",
              Numbers.percent(learning.forgotten()) + " %",
              Numbers.percent(learning.never()) + " %",
              String.format(Locale.ROOT, "%.2f", learning.forgettings())));
    }
    blocks.add(
        new Block.Table(
            1,
            List.of("experiment", "learned", "forgotten", "never learned", "forgettings an image"),
            rows));
    paragraph(
        "Shares of the test images: right after the last epoch; right after some epoch but not the last; never right. Forgettings: how often an image turned from right to wrong.");
    if (known.size() < outcomes.size()) {
      paragraph(
          "Not counted, because predictions.bin is missing or damaged: "
              + outcomes.stream()
                  .filter(each -> !known.contains(each))
                  .map(Outcome::name)
                  .collect(Collectors.joining(", "))
              + ".");
    }
    // One class for all images, whichever it is, has a tenth of them right without knowing any.
    List<Outcome> learners = known.stream().filter(each -> !each.guesses()).toList();
    if (!learners.isEmpty()) {
      byNone(learners, known.size() - learners.size());
    }
  }

  private void byNone(List<Outcome> learners, int guessing) {
    LabeledImages test = data.test();
    boolean[] learned = new boolean[test.size()];
    boolean[] ever = new boolean[test.size()];
    for (Outcome each : learners) {
      for (boolean[] epoch : each.right(test)) {
        for (int i = 0; i < ever.length; i++) {
          ever[i] |= epoch[i];
        }
      }
      boolean[] last = last(each.right(test));
      for (int i = 0; i < learned.length; i++) {
        learned[i] |= last[i];
      }
    }
    int[] none = IntStream.range(0, learned.length).filter(i -> !learned[i]).toArray();
    paragraph(
        String.format(
            Locale.ROOT,
            "%,d of %,d test images (%s %%) are learned by none of the %d experiments%s: wrong after the last epoch of each; %,d of them after every epoch of each.",
            none.length,
            test.size(),
            Numbers.percent((double) none.length / test.size()),
            learners.size(),
            guessing == 0 ? "" : " (without the " + guessing + " that learned next to nothing)",
            IntStream.of(none).filter(i -> !ever[i]).count()));
    if (none.length > 0) {
      picture(none, learners);
    }
  }

  private void picture(int[] never, List<Outcome> known) {
    List<MislabeledPicture.Item> items = new ArrayList<>();
    // Spread over all of them, not the first of the file.
    int count = Math.min(NEVER_SHOWN, never.length);
    for (int n = 0; n < count; n++) {
      int i = never[(int) ((long) n * never.length / count)];
      items.add(
          new MislabeledPicture.Item(
              data.test().image(i),
              data.classNames().get(data.test().label(i)),
              data.classNames().get(mostOften(i, known))));
    }
    blocks.add(
        new Block.Picture(
            "never-learned.png",
            String.format(
                Locale.ROOT,
                "%d of the images that no experiment learned: what it is, and what it was most often taken for after the last epoch",
                count),
            Png.encode(MislabeledPicture.draw(items))));
  }

  private static <T> T last(List<T> epochs) {
    return epochs.get(epochs.size() - 1);
  }

  private int mostOften(int image, List<Outcome> known) {
    int[] counts = new int[data.classNames().size()];
    for (Outcome each : known) {
      counts[last(each.predictions())[image]]++;
    }
    int most = Arrays.stream(counts).max().orElseThrow();
    return IntStream.range(0, counts.length).filter(c -> counts[c] == most).findFirst().getAsInt();
  }

  private void heading(int level, String text) {
    blocks.add(new Block.Heading(level, text));
  }

  private void paragraph(String text) {
    blocks.add(new Block.Paragraph(text));
  }
}
