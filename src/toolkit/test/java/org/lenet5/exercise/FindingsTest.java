package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;

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
  private static final int IMAGES = 1000;
  private static final List<String> CLASSES =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();
  private static final LabeledImages TEST = SmallSample.of(1, IMAGES).test();

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
            new Manifest.Data("cifar10", "", 25_000, 0, IMAGES, CLASSES, null),
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
            "Highest test accuracy after the last epoch: up with 60.00 %.");
  }

  @Test
  void whatTheTwoHalvesDifferIsNoise() {
    assertThat(
            findings(
                outcome("odd", Map.of("subset", "odd"), 400, 530),
                outcome("up", Map.of("dropout", "0.1"), 400, 520),
                outcome("more", Map.of("dropout", "0.2"), 400, 550)))
        .containsExactly(
            "Exercise of odd. Better: odd (+3.00 points). The two differ in nothing but the images"
                + " they saw, which makes 3.00 points.",
            "Exercise of up. Better: up (+2.00 points, no more than the two halves differ).",
            "Exercise of more. Better: more (+5.00 points).",
            "Highest test accuracy after the last epoch: more with 55.00 %.");
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
            "low: worse than base by 40.00 points; training minus test accuracy ends at 0.00 points,"
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
    assertThat(c.word()).isEqualTo("better"); // without any spread each difference is one
    assertThat(c.interval()).isNull();
  }
}
