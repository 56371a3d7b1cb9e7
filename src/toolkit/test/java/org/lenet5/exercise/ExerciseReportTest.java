package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.SmallSample;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.Predictions;
import org.lenet5.checkpoint.SealedJson;
import org.lenet5.data.Dataset;
import org.lenet5.training.TrainingConfig;

/** Reports of runs that nobody trained: what they measured is written down here. */
class ExerciseReportTest {
  private static final int IMAGES = 1000;
  private static final int EPOCHS = 11;
  private static final Dataset DATA = data();

  @TempDir private Path folder;
  private Path checkpoints;
  private Path graphs;

  private static Dataset data() {
    Dataset sample = SmallSample.of(1, IMAGES);
    return new Dataset(
        "cifar10", sample.train(), sample.test(), sample.classNames(), sample.sha256());
  }

  @BeforeEach
  void folders() throws IOException {
    checkpoints = Files.createDirectories(folder.resolve("checkpoints"));
    graphs = Files.createDirectories(folder.resolve("graphs"));
  }

  private static Suite suite(int seeds) {
    return suite(
        seeds,
        List.of(
            new Experiment("base", "Halves", Map.of()),
            new Experiment("odd", "Halves", Map.of("subset", "odd")),
            new Experiment("twin", "Exercise 1", Map.of("normalize", "notebook")),
            new Experiment("up", "Exercise 1", Map.of("augment", "flip")),
            new Experiment("down", "Exercise 1", Map.of("dropout", "0.1")),
            new Experiment(
                "sgd-0.001",
                "Exercise 3",
                Map.of("optimizer", "sgd", "learning-rate", "0.001", "loss", "l1"))));
  }

  private static Suite suite(int seeds, List<Experiment> experiments) {
    Map<String, String> settings =
        new LinkedHashMap<>(
            TrainingConfig.of(
                    Map.of(
                        "epochs", Integer.toString(EPOCHS), "threads", "1", "dataset", "cifar10"))
                .flags());
    settings.remove("seed");
    return new Suite(settings, 42, seeds, experiments, 60, Map.of());
  }

  /** A finished run that has so many of 1,000 test images right after each epoch. */
  private void run(String name, String weights, String... rightByEpoch) throws IOException {
    run(suite(5), name, weights, rightByEpoch);
  }

  private void run(Suite suite, String name, String weights, String... rightByEpoch)
      throws IOException {
    Suite.Run run =
        suite.runs().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    int[] right = Arrays.stream(rightByEpoch).mapToInt(Integer::parseInt).toArray();
    byte[] predictions = new byte[right.length * IMAGES];
    for (int i = 0; i < predictions.length; i++) {
      int label = DATA.test().label(i % IMAGES);
      predictions[i] = (byte) (i % IMAGES < right[i / IMAGES] ? label : (label + 1) % 10);
    }
    Manifest manifest =
        new Manifest(
            name,
            "2026-01-01T00:00:00Z",
            run.config().flags(),
            new Manifest.Data("cifar10", "", 25_000, 0, IMAGES, DATA.classNames(), null, null),
            Map.of(),
            "CPU",
            65_156,
            IntStream.range(0, right.length)
                .mapToObj(
                    e ->
                        new Manifest.Epoch(
                            e + 1,
                            "2026-01-01T00:00:00Z",
                            2.3 - right[e] / 1e3,
                            2.3 - right[e] / 1e3,
                            right[e] / 1e3,
                            right[e] / 1e3,
                            null,
                            null,
                            0.001,
                            1,
                            1,
                            1,
                            weights + e))
                .toList(),
            List.of());
    Path target = Files.createDirectories(checkpoints.resolve(name));
    Files.write(target.resolve(Predictions.FILE), predictions);
    Files.write(
        target.resolve(Manifest.FILE), new SealedJson<>(Manifest.class, 1 << 20).sealed(manifest));
  }

  /** Rises to {@code last} of 1,000. */
  private void rising(String name, String weights, int last) throws IOException {
    run(name, weights, levels(EPOCHS, last));
  }

  private ExerciseReport.Written report(int seeds) {
    return report(suite(seeds));
  }

  private ExerciseReport.Written report(Suite suite) {
    suite.write(checkpoints);
    return ExerciseReport.write(Suite.read(checkpoints), graphs, checkpoints, DATA);
  }

  private List<CSVRecord> csv() throws IOException {
    try (CSVParser parser =
        CSVParser.parse(
            Files.readString(graphs.resolve("results.csv")),
            CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get())) {
      return parser.getRecords();
    }
  }

  private CSVRecord csv(String run) throws IOException {
    return csv().stream().filter(r -> r.get("run").equals(run)).findFirst().orElseThrow();
  }

  private void oneSeed() throws IOException {
    rising("base", "b", 500);
    rising("odd", "o", 460);
    rising("twin", "b", 500);
    rising("up", "u", 600);
    rising("down", "d", 470); // McNemar's p is tiny, and the halves lie further apart
    String[] flat = new String[EPOCHS];
    Arrays.fill(flat, "100");
    run("sgd-0.001", "s", flat);
  }

  @Test
  void everyFileAndTheScreenReadADifferenceAlike() throws IOException {
    oneSeed();
    ExerciseReport.Written written = report(1);
    String html = Files.readString(written.html());
    String markdown = Files.readString(graphs.resolve("report.md"));
    String reason =
        "3.00 points are no more than the 4.00 between the two halves, which only noise sets apart"
            + " (corrected p < 0.0001)";
    assertThat(csv("down").get("verdict")).isEqualTo("no difference shown");
    assertThat(csv("down").get("reason")).isEqualTo(reason);
    assertThat(markdown)
        .contains("| down | no difference shown | " + reason.replace("<", "&lt;") + " |")
        .contains(
            "- down: no difference shown against base (−3.00 points): "
                + reason.replace("<", "&lt;"));
    assertThat(html)
        .contains("<td>down</td><td>no difference shown</td><td>" + reason.replace("<", "&lt;"));
    assertThat(written.findings())
        .contains(
            "Exercise 1. Better: up (+10.00 points). No difference shown: down (−3.00 points, no"
                + " more than between the two halves). twin ends with the same weights as base to"
                + " the last bit.");
    assertThat(markdown + html + written.findings()).doesNotContain("worse: down", "Worse: down");

    assertThat(csv("odd").get("verdict")).isEqualTo("not judged");
    assertThat(csv("odd").get("p")).isEmpty();
    assertThat(csv("twin").get("verdict")).isEqualTo("the same weights to the last bit");
    assertThat(csv("twin").get("p_corrected")).isEmpty();
    assertThat(csv("base").get("verdict")).isEmpty();
    assertThat(markdown)
        .contains("| odd | not judged | ", "| twin | the same weights to the last bit | ");
    assertThat(written.findings()).last().asString().contains("--seeds 3 or more");
  }

  @Test
  void curvesThatCoincideAreDrawnOnceAndSaySo() throws IOException {
    oneSeed();
    report(1);
    assertThat(graphs.resolve("exercise-1-accuracy.svg"))
        .content()
        .contains(">50.0 base</text>", ">= twin</text>")
        .containsPattern("class=\"curve c2\"")
        .doesNotContain("c3");
    assertThat(graphs.resolve("report.md")).content().contains("](exercise-1-accuracy.svg)");
  }

  @Test
  void meansAndRangesOverSeeds() throws IOException {
    int[] shift = {0, 4, -4};
    for (int seed = 0; seed < 3; seed++) {
      String end = seed == 0 ? "" : "_seed-" + (42 + seed);
      rising("base" + end, "b" + seed, 500 + shift[seed]);
      rising("odd" + end, "o" + seed, 460 + shift[seed]);
      rising("twin" + end, "b" + seed, 500 + shift[seed]);
      rising("up" + end, "u" + seed, 600 + shift[seed]);
      rising("down" + end, "d" + seed, 498 + shift[seed]);
    }
    String[] flat = new String[EPOCHS];
    Arrays.fill(flat, "100");
    run("sgd-0.001", "s0", flat);
    run("sgd-0.001_seed-43", "s1", "100 100 104 121 135 140 170 172 175 178 179".split(" "));
    run("sgd-0.001_seed-44", "s2", "99 99 99 121 129 128 160 158 165 170 171".split(" "));
    ExerciseReport.Written written = report(3);

    CSVRecord second = csv("up_seed-43");
    assertThat(second.get("verdict")).isEqualTo("better");
    assertThat(second.get("reason")).startsWith("corrected p ").endsWith(" over 3 seeds");
    assertThat(second.get("test_accuracy")).isEqualTo("0.604");
    assertThat(second.get("seeds")).isEqualTo("3");
    assertThat(Double.parseDouble(second.get("mean_test_accuracy"))).isEqualTo(0.6);
    assertThat(second.get("lowest_test_accuracy")).isEqualTo("0.596");
    assertThat(second.get("highest_test_accuracy")).isEqualTo("0.604");
    assertThat(csv("odd").get("verdict")).isEqualTo("worse");
    assertThat(csv("down").get("verdict")).isEqualTo("no difference shown");

    String markdown = Files.readString(graphs.resolve("report.md"));
    assertThat(markdown)
        .contains("| up | `--augment` flip | 60.00 ± 0.40 | 59.60 to 60.40 | ")
        .contains("| 15.00 ± 4.35 | 10.00 to 17.90 | ")
        .contains("Reproduces. Test accuracy after epoch 11 is 10.00 to 17.90 % here over 3 seeds")
        .contains("10.00 to 17.90 / 17.20 (within) |")
        .doesNotContain("which only noise sets apart", "Does not reproduce");
    assertThat(written.findings())
        .contains(
            "Highest test accuracy after the last epoch: up with 60.00 ± 0.40 % (59.60 to 60.40"
                + " over 3 seeds).");
    assertThat(graphs.resolve("exercise-1-accuracy.svg")).content().contains("class=\"range c1\"");
  }

  @Test
  void anUnfinishedRunHasItsReason() throws IOException {
    oneSeed();
    Files.delete(checkpoints.resolve("up").resolve(Manifest.FILE));
    ExerciseReport.Written written = report(1);
    assertThat(csv("up").get("verdict")).isEqualTo("not finished");
    assertThat(csv("up").get("reason")).isEqualTo("not begun");
    assertThat(csv("up").get("test_accuracy")).isEmpty();
    assertThat(written.findings()).contains("Not finished, so not judged: up (not begun).");
  }

  /** Two steps, the second with more epochs; three seeds. */
  @Test
  void stepsHaveATableAndAChartOfTheirOwn() throws IOException {
    Suite steps =
        suite(
            3,
            List.of(
                new Experiment("plain", "Steps", Map.of()),
                new Experiment("flip", "Steps", Map.of("augment", "flip"), "plain"),
                new Experiment(
                    "long", "Steps", Map.of("augment", "flip", "epochs", "13"), "flip")));
    int[] shift = {0, 30, -30};
    for (int seed = 0; seed < 3; seed++) {
      String end = seed == 0 ? "" : "_seed-" + (42 + seed);
      run(steps, "plain" + end, "p" + seed, levels(11, 400 + shift[seed]));
      run(steps, "flip" + end, "f" + seed, levels(11, 450 + shift[seed]));
      run(steps, "long" + end, "l" + seed, levels(13, 600 + shift[seed] / 3));
    }
    ExerciseReport.Written written = report(steps);
    String markdown = Files.readString(graphs.resolve("report.md"));
    assertThat(markdown)
        .startsWith("# Experiments, side by side\n")
        .contains(
            "## Step by step\n",
            "](steps.png)",
            "| plain | the baseline | 11 | 40.00 ± 3.00 | 37.00 to 43.00 | – | 22 s |",
            "| flip | `--augment` flip | 11 | 45.00 ± 3.00 | 42.00 to 48.00 | +5.00 | 22 s |",
            "| long | `--epochs` 13 | 13 | 60.00 ± 1.00 | 59.00 to 61.00 | +15.00 | 26 s |")
        .doesNotContain("The notebook printed", "half of the training images");
    assertThat(written.findings())
        .contains(
            "Step by step. From plain with 40.00 % to long with 60.00 %: +20.00 points; the largest"
                + " gain is that of long (+15.00).");
    assertThat(graphs.resolve("steps.png")).isNotEmptyFile();
    assertThat(csv("long_seed-43").get("after")).isEqualTo("flip");
    assertThat(Double.parseDouble(csv("long_seed-43").get("difference_after")))
        .isCloseTo(0.15, within(1e-12));
    assertThat(csv("long_seed-43").get("epochs")).isEqualTo("13");
    assertThat(csv("long").get("seconds")).isEqualTo("26.0");
    assertThat(csv("plain").get("after")).isEmpty();

    // A run that is cut off keeps its step out, and the next one has nothing to be compared with.
    run(steps, "flip_seed-44", "f2", levels(7, 420));
    assertThat(report(steps).findings())
        .contains("Not finished, so not judged: flip_seed-44 (7 of 11 epochs).")
        .noneMatch(each -> each.startsWith("Step by step."));
  }

  private static String[] levels(int epochs, int last) {
    return IntStream.rangeClosed(1, epochs)
        .mapToObj(e -> Integer.toString(last - 10 * (epochs - e)))
        .toArray(String[]::new);
  }
}
