package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lenet5.SmallSample;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.Predictions;
import org.lenet5.data.LabeledImages;
import org.lenet5.training.TrainingConfig;

/** Sentences about contrived results: they have to change with the numbers. */
class FindingsTest {
  static final int IMAGES = 1000;
  private static final List<String> CLASSES =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();
  static final LabeledImages TEST = SmallSample.of(1, IMAGES).test();

  /** An experiment whose last epochs have the first images right: so many of 1,000 per epoch. */
  private static Outcome outcome(String name, Map<String, String> differences, int... right) {
    return repeated(name, differences, 1, right);
  }

  private static Outcome repeated(
      String name, Map<String, String> differences, int seeds, int... right) {
    List<int[]> predictions = new ArrayList<>();
    List<Manifest.Epoch> epochs = new ArrayList<>();
    for (int i = 0; i < right.length; i++) {
      int[] predicted = new int[IMAGES];
      for (int image = 0; image < IMAGES; image++) {
        predicted[image] = (TEST.label(image) + (image < right[i] ? 0 : 1)) % 10;
      }
      predictions.add(predicted);
      double accuracy = (double) right[i] / IMAGES;
      epochs.add(
          new Manifest.Epoch(
              i + 1, "", 2, 2.1, accuracy, accuracy, null, null, 0.001, 1, 1, 1, name + i));
    }
    Manifest run =
        new Manifest(
            name,
            "",
            TrainingConfig.of(differences).flags(),
            new Manifest.Data("cifar10", "", 25_000, 0, IMAGES, CLASSES, null, null),
            Map.of(),
            "CPU",
            65_156,
            epochs,
            List.of());
    return new Outcome(
        new Experiment(name, "Exercise of " + name, differences),
        IntStream.range(0, seeds).mapToObj(i -> run).toList(),
        predictions);
  }

  private static final String ONE_SEED =
      "The verdicts compare trained models, those of one seed. Whether other seeds end the same way,"
          + " --seeds 3 or more tells.";

  private static final Outcome BASE = outcome("base", Map.of(), 400, 500);

  private static List<String> findings(Outcome... others) {
    List<Outcome> all = new ArrayList<>(List.of(BASE));
    all.addAll(List.of(others));
    return Findings.of(all, Comparison.with(BASE, List.of(others), TEST), List.of());
  }

  @Test
  void betterWorseAndNeither() {
    assertThat(
            findings(
                outcome("up", Map.of("dropout", "0.1"), 400, 600),
                outcome("down", Map.of("dropout", "0.2"), 400, 450),
                outcome("same", Map.of("dropout", "0.3"), 400, 502)))
        .containsExactly(
            "Exercise of up. Better: up (+10.00 points).",
            "Exercise of down. Worse: down (−5.00 points).",
            "Exercise of same. No difference shown: same (+0.20 points).",
            "Highest test accuracy after the last epoch: up with 60.00 %.",
            ONE_SEED);
  }

  @Test
  void whatTheTwoHalvesDifferIsNoise() {
    assertThat(
            findings(
                outcome("odd", Map.of("subset", "odd"), 400, 530),
                outcome("up", Map.of("dropout", "0.1"), 400, 520),
                outcome("more", Map.of("dropout", "0.2"), 400, 550)))
        .containsExactly(
            "Exercise of odd. The two halves differ only in the images that the model saw, and end"
                + " 3.00 points apart; a smaller difference between other experiments is taken for"
                + " noise.",
            "Exercise of up. No difference shown: up (+2.00 points, no more than between the two"
                + " halves).",
            "Exercise of more. Better: more (+5.00 points).",
            "Highest test accuracy after the last epoch: more with 55.00 %.",
            ONE_SEED);
  }

  @Test
  void aSmallPIsNoVerdictWhereNoiseIsLarger() {
    List<Outcome> others =
        List.of(
            outcome("odd", Map.of("subset", "odd"), 400, 470),
            outcome("down", Map.of("dropout", "0.1"), 400, 480),
            outcome("up", Map.of("dropout", "0.2"), 400, 560));
    List<Comparison> all = Comparison.with(BASE, others, TEST);
    assertThat(all.get(0).p()).as("of the halves").isLessThan(0.001);
    assertThat(all.get(0).verdict())
        .isEqualTo(
            new Verdict(
                "not judged",
                "only the images differ, so its 3.00 points are the yardstick for noise"));
    assertThat(all.get(1).adjusted()).isLessThan(0.001);
    assertThat(all.get(1).verdict())
        .isEqualTo(
            new Verdict(
                "no difference shown",
                "2.00 points are no more than the 3.00 between the two halves, which only noise sets"
                    + " apart (corrected p < 0.0001)"));
    assertThat(all.get(2).verdict())
        .isEqualTo(
            new Verdict(
                "better",
                "corrected p < 0.0001, and more than the 3.00 points between the two halves"));
    assertThat(Comparison.judged(all)).as("the yardstick needs no correction").isEqualTo(2);
  }

  @Test
  void sameWeightsAreNoComparison() {
    Outcome same =
        new Outcome(
            outcome("same", Map.of("normalize", "notebook"), 1).experiment(),
            BASE.runs(),
            BASE.predictions());
    Comparison c = Comparison.with(BASE, List.of(same), TEST).get(0);
    assertThat(c.verdict().word()).isEqualTo("the same weights to the last bit");
    assertThat(c.isTested()).isFalse();
  }

  @Test
  void nothingToJudge() {
    Outcome alone = outcome("alone", Map.of("dropout", "0.1"), 400, 500);
    assertThat(Findings.of(List.of(alone), List.of(), List.of()))
        .containsExactly(
            "Nothing is judged: the baseline is not among the finished experiments.",
            "Test accuracy after the last epoch: alone with 50.00 %.");
    assertThat(findings())
        .containsExactly(
            "Nothing is judged: only the baseline is finished.",
            "Test accuracy after the last epoch: base with 50.00 %.");
  }

  @Test
  void missingPredictionsAreNoWrongOnes() {
    Outcome up = outcome("up", Map.of("dropout", "0.1"), 400, 600);
    int[] unknown = new int[IMAGES];
    Arrays.fill(unknown, Predictions.UNKNOWN);
    Outcome lost = new Outcome(up.experiment(), up.runs(), List.of(unknown, unknown));
    assertThat(findings(lost).get(0)).startsWith("Nothing is judged: the predictions of ");
  }

  @Test
  void guessingIsSaid() {
    Outcome low = outcome("low", Map.of("dropout", "0.1"), 100, 100);
    Comparison c = Comparison.with(BASE, List.of(low), TEST).get(0);
    assertThat(Findings.of(c, List.of(BASE, low)))
        .isEqualTo(
            "low: worse than base by 40.00 points: corrected p < 0.0001; training minus test accuracy ends at 0.00 points,"
                + " the baseline's at 0.00; it has learned next to nothing (guessing gives 10 %).");
  }

  @Test
  void nextToTheNotebook() {
    int[] printed =
        Notebook.lines().stream()
            .filter(line -> line.experiment().equals("adam-0.001"))
            .mapToInt(line -> (int) Math.round(IMAGES * line.testAccuracy()))
            .toArray();
    assertThat(sentence("adam-0.001", printed))
        .startsWith("Reproduces. Test accuracy after epoch 8");
    int[] fewer = Arrays.copyOf(printed, 3);
    assertThat(sentence("adam-0.001", fewer))
        .startsWith("As far as it goes: Reproduces.")
        .contains("over the first 3 of the 8 printed epochs");
    assertThat(sentence("adam-0.001", Arrays.stream(printed).map(n -> n + 100).toArray()))
        .startsWith("Does not reproduce: higher here");
    assertThat(sentence("adam-0.001", Arrays.stream(printed).map(n -> n - 100).toArray()))
        .startsWith("Does not reproduce: lower here");
    int[] late = printed.clone();
    Arrays.fill(late, 0, 7, 100);
    assertThat(sentence("adam-0.001", late)).startsWith("Ends alike after another course.");
    assertThat(sentence("adam-0.01", 100, 100, 100, 100, 100, 100, 100))
        .startsWith("Reproduces: neither learns, both stay near guessing.");
    assertThat(NotebookComparison.of(List.of(BASE))).isEmpty();
  }

  private static String sentence(String name, int... right) {
    Outcome ours = outcome(name, Map.of("dropout", "0.1"), right);
    return NotebookComparison.of(List.of(ours)).get(0).sentence();
  }

  @Test
  void fromThreeSeedsOnTheMeansAreJudged() {
    Outcome base = repeated("base", Map.of(), 3, 400, 500);
    Outcome up = repeated("up", Map.of("dropout", "0.1"), 3, 400, 502);
    Comparison c = Comparison.with(base, List.of(up), TEST).get(0);
    // Without any spread each difference is one.
    assertThat(c.verdict()).isEqualTo(new Verdict("better", "corrected p < 0.0001 over 3 seeds"));
    assertThat(c.interval().low()).isCloseTo(0.002, within(1e-12)).isEqualTo(c.interval().high());
  }

  @Test
  void overSeedsTheHalvesAreJudgedAsAllOthersAre() {
    Outcome base = seeds("base", Map.of(), 500, 504, 496);
    List<Outcome> others =
        List.of(
            seeds("odd", Map.of("subset", "odd"), 480, 484, 476),
            seeds("down", Map.of("dropout", "0.1"), 485, 489, 481),
            seeds("wild", Map.of("dropout", "0.2"), 400, 500, 600));
    List<Comparison> all = Comparison.with(base, others, TEST);
    assertThat(all)
        .extracting(c -> c.verdict().word())
        .containsExactly("worse", "worse", "no difference shown");
    List<Outcome> outcomes = new ArrayList<>(others);
    outcomes.add(0, base);
    assertThat(Findings.of(outcomes, all, List.of()))
        .containsExactly(
            "Exercise of odd. Worse: odd (−2.00 points). The two halves differ only in the images that"
                + " the model saw, and end 2.00 points apart: the images make that, for the seeds'"
                + " spread does not explain it.",
            "Exercise of down. Worse: down (−1.50 points).",
            "Exercise of wild. No difference shown: wild (0.00 points).",
            "Highest test accuracy after the last epoch: base, wild with 50.00 ± 0.40 % (49.60 to"
                + " 50.40 over 3 seeds).");
  }

  /** An experiment of an epoch, of which each seed has so many of 1,000 images right. */
  static Outcome seeds(String name, Map<String, String> differences, int... right) {
    List<Outcome> each = Arrays.stream(right).mapToObj(n -> outcome(name, differences, n)).toList();
    return new Outcome(
        each.get(0).experiment(),
        each.stream().map(one -> one.runs().get(0)).toList(),
        each.get(0).predictions());
  }

  /** An experiment whose seeds have test accuracies in permille, by seed and epoch. */
  private static Outcome courses(String name, int[]... seeds) {
    List<Outcome> each =
        Arrays.stream(seeds).map(n -> outcome(name, Map.of("dropout", "0.1"), n)).toList();
    return new Outcome(
        each.get(0).experiment(),
        each.stream().map(one -> one.runs().get(0)).toList(),
        each.get(0).predictions());
  }

  // One seed of SGD 0.001 never leaves 10 %, others do: the printed course lies between them.
  @Test
  void thePrintedFiguresAreHeldAgainstTheRangeOfTheSeeds() {
    int[] flat = new int[11];
    Arrays.fill(flat, 100);
    int[] learning = {100, 100, 104, 121, 135, 140, 170, 172, 175, 178, 179};
    Outcome one = courses("sgd-0.001", flat);
    assertThat(NotebookComparison.of(List.of(one)).get(0).sentence())
        .startsWith(
            "Does not reproduce: lower here at the last epoch that both have, with this one seed"
                + " (--seeds 3 or more shows how far seeds lie apart). Test accuracy after epoch 11"
                + " is 10.00 % here and 17.20 % there (−7.20 points); ");
    Outcome three = courses("sgd-0.001", flat, learning, flat);
    NotebookComparison next = NotebookComparison.of(List.of(three)).get(0);
    assertThat(next.meanDistance()).isLessThan(0.001);
    assertThat(next.sentence())
        .startsWith(
            "Reproduces. Test accuracy after epoch 11 is 10.00 to 17.90 % here over 3 seeds and"
                + " 17.20 % there (within the range); over the 11 printed epochs the printed figures"
                + " are on average 0.0 points of test accuracy outside the range over seeds,");
    assertThat(next.rows().get(10).get(4)).isEqualTo("10.00 to 17.90 / 17.20 (within)");
    assertThat(next.rows().get(0).get(4)).isEqualTo("10.00 / 10.06 (−0.06)");
    Outcome low = courses("sgd-0.001", flat, flat, flat);
    assertThat(NotebookComparison.of(List.of(low)).get(0).sentence())
        .contains(
            "10.00 % here over 3 seeds and 17.20 % there (7.20 points above the range)",
            "lower here");
  }
}
