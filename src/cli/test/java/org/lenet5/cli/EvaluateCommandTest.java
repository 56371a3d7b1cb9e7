package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.TestModel;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.data.DataStore;
import org.lenet5.data.LabeledImages;
import org.lenet5.io.AtomicFiles;
import org.lenet5.summary.EventFileReader;
import org.lenet5.summary.EventFiles;
import org.tensorflow.proto.Summary;

/** The real command on a run of two epochs. */
class EvaluateCommandTest {
  @TempDir private static Path home;
  @TempDir private Path folder;
  private static Manifest manifest;
  private static Cli.Outcome evaluated;
  private static Path evaluation;

  @BeforeAll
  static void trainAndEvaluate() {
    Cli.Outcome trained =
        Cli.run(
            with("train", "--batch-size=100", "--epochs=2", "--learning-rate=0.005", "--run=a"));
    assertThat(trained.exit()).as(trained.err()).isZero();
    manifest = Manifest.read(home.resolve("checkpoints/a"));
    evaluated = Cli.run(with("evaluate", "a"));
    evaluation = home.resolve("graphs/a/evaluation/epoch-2-sample");
  }

  private static String[] with(String... args) {
    return Stream.concat(
            Stream.of(args),
            Stream.of(
                "--graphs-dir=" + home.resolve("graphs"),
                "--checkpoints-dir=" + home.resolve("checkpoints"),
                "--data-dir=" + home.resolve("data")))
        .toArray(String[]::new);
  }

  private static JsonNode json(String... args) throws IOException {
    Cli.Outcome outcome = Cli.run(with(args));
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out().lines()).hasSize(1);
    return new JsonMapper().readTree(outcome.out());
  }

  private static List<CSVRecord> csv(String name) throws IOException {
    try (CSVParser parser =
        CSVParser.parse(
            Files.readString(evaluation.resolve(name)),
            CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get())) {
      return parser.getRecords();
    }
  }

  @Test
  void aTable() {
    assertThat(evaluated.exit()).as(evaluated.err()).isZero();
    List<String> lines = evaluated.out().lines().toList();
    assertThat(lines).hasSize(19);
    assertThat(lines.get(0)).isEqualTo("Model              a, epoch 2");
    assertThat(lines.get(1)).isEqualTo("Images             1,000 test images of sample");
    assertThat(lines.get(3))
        .startsWith(
            String.format(
                java.util.Locale.ROOT,
                "Accuracy           %.2f %% (95 %% interval ",
                100 * manifest.epochs().get(1).testAccuracy()));
    // Each class has 100 test images, so that both are the same.
    assertThat(lines.get(4))
        .isEqualTo(
            String.format(
                java.util.Locale.ROOT,
                "Balanced accuracy  %.2f %%",
                100 * manifest.epochs().get(1).testAccuracy()));
    assertThat(lines.get(5)).matches("Macro F1           \\d\\d?\\.\\d\\d %");
    assertThat(lines.subList(9, 19).stream().map(line -> line.split(" +")[0]))
        .containsExactlyElementsOf(manifest.data().classes());
    assertThat(lines.subList(9, 19)).allMatch(line -> line.endsWith("    100"));
    assertThat(evaluated.err()).contains("Tables and pictures: " + evaluation);
  }

  /** Mirrored here once more, image by image: the means are the same, and every file says so. */
  @Test
  void averagedWithMirrorImages() throws IOException {
    JsonNode plain = json("evaluate", "a", "--json");
    JsonNode flipped = json("evaluate", "a", "--json", "--flip");
    assertThat(plain.has("averaged_with_mirror_images")).isFalse();
    assertThat(flipped.get("averaged_with_mirror_images").asBoolean()).isTrue();
    assertThat(flipped.get("loss").asDouble()).isNotEqualTo(plain.get("loss").asDouble());

    Path files = home.resolve("graphs/a/evaluation/epoch-2-sample-flip");
    assertThat(files.resolve("summary.json")).content().contains("averaged_with_mirror_images");
    assertThat(files.resolve("summary.md")).content().contains("averaged with their mirror images");
    assertThat(evaluation.resolve("summary.json")).content().doesNotContain("mirror");
    LabeledImages test = new DataStore(Path.of("data")).load("sample").test();
    int bytes = test.shape().bytes();
    double loss = 0;
    try (Classifier classifier = Classifier.load(home.resolve("checkpoints/a"))) {
      for (int i = 0; i < test.size(); i++) {
        byte[] pixels = new byte[2 * bytes];
        test.copyTo(i, pixels, 0);
        for (int row = 0; row < 32; row++) {
          for (int column = 0; column < 32; column++) {
            System.arraycopy(
                pixels, 3 * (32 * row + column), pixels, bytes + 3 * (32 * row + 31 - column), 3);
          }
        }
        List<Prediction> both = classifier.classifyPixels(pixels);
        int label = test.label(i);
        loss -=
            Math.log((both.get(0).probabilities()[label] + both.get(1).probabilities()[label]) / 2);
      }
    }
    assertThat(flipped.get("loss").asDouble()).isCloseTo(loss / test.size(), within(1e-5));
  }

  /** A run, its checkpoint and its SavedModel are one model. */
  @Test
  void everyWayToNameIt() throws IOException {
    JsonNode run = json("evaluate", "a", "--json");
    String checkpoint = home.resolve("checkpoints/a/ckpt-2").toString();
    for (String source :
        List.of(
            checkpoint,
            checkpoint + ".index",
            home.resolve("checkpoints/a/saved_model/1").toString(),
            home.resolve("checkpoints/a/saved_model").toString())) {
      JsonNode other = json("evaluate", source, "--json");
      assertThat(other.get("loss")).as(source).isEqualTo(run.get("loss"));
      assertThat(other.get("classes")).as(source).isEqualTo(run.get("classes"));
    }
    Manifest.Epoch last = manifest.epochs().get(1);
    assertThat(run.get("accuracy").asDouble()).isEqualTo(last.testAccuracy());
    assertThat(run.get("loss").asDouble()).isEqualTo(last.testLoss(), within(1e-5));
    assertThat(run.get("epoch").asInt()).isEqualTo(2);
    assertThat(run.get("images").asInt()).isEqualTo(1000);
    assertThat(run.get("accuracy_interval_95").get(0).asDouble()).isLessThan(last.testAccuracy());
    assertThat(run.get("accuracy_interval_95").get(1).asDouble())
        .isGreaterThan(last.testAccuracy());
    assertThat(run.get("expected_calibration_error").asDouble()).isBetween(0.0, 1.0);

    JsonNode before = json("evaluate", home.resolve("checkpoints/a/ckpt-1").toString(), "--json");
    assertThat(before.get("epoch").asInt()).isEqualTo(1);
    assertThat(before.get("accuracy").asDouble())
        .isEqualTo(manifest.epochs().get(0).testAccuracy());
  }

  @Test
  void tables() throws IOException {
    List<CSVRecord> predictions = csv("predictions.csv");
    assertThat(predictions).hasSize(1000);
    Map<String, Integer> pairs = new TreeMap<>();
    double loss = 0;
    for (CSVRecord each : predictions) {
      pairs.merge(each.get("true") + " " + each.get("predicted"), 1, Integer::sum);
      float probability = Float.parseFloat(each.get("probability"));
      assertThat(Float.parseFloat(each.get(each.get("predicted")))).isEqualTo(probability);
      assertThat(Double.parseDouble(each.get("loss")))
          .isEqualTo(-Math.log(Float.parseFloat(each.get(each.get("true")))), within(1e-12));
      loss += Double.parseDouble(each.get("loss"));
    }
    assertThat(loss / 1000).isEqualTo(manifest.epochs().get(1).testLoss(), within(1e-5));
    for (CSVRecord row : csv("confusion_matrix.csv")) {
      for (String predicted : manifest.data().classes()) {
        assertThat(Integer.parseInt(row.get(predicted)))
            .isEqualTo(pairs.getOrDefault(row.get("true") + " " + predicted, 0));
      }
    }
    double f1 = 0;
    for (CSVRecord row : csv("per_class.csv")) {
      f1 += row.get("f1").isEmpty() ? 0 : Double.parseDouble(row.get("f1")) / 10;
      String name = row.get("class");
      double hits = pairs.getOrDefault(name + " " + name, 0);
      assertThat(Double.parseDouble(row.get("recall"))).isEqualTo(hits / 100, within(1e-12));
      assertThat(row.get("support")).isEqualTo("100");
      int called =
          pairs.entrySet().stream()
              .filter(pair -> pair.getKey().endsWith(" " + name))
              .mapToInt(Map.Entry::getValue)
              .sum();
      assertThat(row.get("precision").isEmpty()).isEqualTo(called == 0);
      if (called > 0) {
        assertThat(Double.parseDouble(row.get("precision")))
            .isEqualTo(hits / called, within(1e-12));
      }
    }
    JsonNode summary = new JsonMapper().readTree(evaluation.resolve("summary.json").toFile());
    assertThat(summary.get("macro_f1").asDouble()).isEqualTo(f1, within(1e-12));
    assertThat(summary.get("balanced_accuracy").asDouble())
        .isEqualTo(summary.get("accuracy").asDouble(), within(1e-12));
  }

  @Test
  void theSummarySaysWhatWasMeasuredAndWhatCameOut() throws IOException {
    JsonNode printed = json("evaluate", "a", "--json");
    assertThat(new JsonMapper().readTree(evaluation.resolve("summary.json").toFile()))
        .isEqualTo(printed);
    assertThat(printed.get("run").asText()).isEqualTo("a");
    assertThat(printed.get("dataset").asText()).isEqualTo("sample");
    assertThat(Files.readString(evaluation.resolve("summary.md")))
        .startsWith("# Evaluation of a, epoch 2\n\n|  |  |\n| --- | --- |\n")
        .contains(
            "| Images | 1,000 test images of sample |",
            String.format(java.util.Locale.ROOT, "| Loss | %.4f |", printed.get("loss").asDouble()),
            "| Class | Precision | Recall | F1 | Support |",
            "| truck | ");
  }

  @Test
  void aThreshold() throws IOException {
    int answered = 0;
    int right = 0;
    for (CSVRecord each : csv("predictions.csv")) {
      if (Float.parseFloat(each.get("probability")) >= .25f) {
        answered++;
        right += each.get("true").equals(each.get("predicted")) ? 1 : 0;
      }
    }
    JsonNode found = json("evaluate", "a", "--threshold=0.25", "--json").get("answered");
    assertThat(answered).isBetween(1, 999);
    assertThat(found.get("images").asInt()).isEqualTo(answered);
    assertThat(found.get("coverage").asDouble()).isEqualTo(answered / 1000.0, within(1e-12));
    assertThat(found.get("accuracy").asDouble())
        .isEqualTo((double) right / answered, within(1e-12));
    CSVRecord row = csv("coverage.csv").get(25);
    assertThat(row.get("threshold")).isEqualTo("0.25");
    assertThat(row.get("answered")).isEqualTo(Integer.toString(answered));
    assertThat(Double.parseDouble(row.get("risk")))
        .isEqualTo((double) (answered - right) / answered, within(1e-12));
    assertThat(Cli.run(with("evaluate", "a", "--threshold=0.25")).out())
        .contains(
            "Answered           %d of 1,000 (".formatted(answered),
            " %) with a confidence of at least 0.25, ");
    assertThat(Cli.run(with("evaluate", "a", "--threshold=1")).out())
        .contains("Answered           0 of 1,000 (0.00 %)", "so that none is right or wrong");
    Cli.Outcome wrong = Cli.run(with("evaluate", "a", "--threshold=80"));
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).startsWith("error: --threshold 80.0: must be from 0 to 1");
  }

  @Test
  void anotherEpochWritesOverNothing() throws IOException {
    byte[] before = Files.readAllBytes(evaluation.resolve("predictions.csv"));
    Cli.Outcome outcome = Cli.run(with("evaluate", home.resolve("checkpoints/a/ckpt-1") + ""));
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    Path other = evaluation.resolveSibling("epoch-1-sample");
    assertThat(outcome.err()).contains("Tables and pictures: " + other);
    assertThat(new JsonMapper().readTree(other.resolve("summary.json").toFile()).get("epoch"))
        .hasToString("1");
    assertThat(Files.readAllBytes(evaluation.resolve("predictions.csv"))).isEqualTo(before);
    // Both pictures say what they are of.
    assertThat(Files.readAllBytes(other.resolve("reliability.png")))
        .isNotEqualTo(Files.readAllBytes(evaluation.resolve("reliability.png")));
  }

  @Test
  void withOutNothingIsWrittenElsewhere() throws IOException {
    Path graphs = folder.resolve("graphs");
    Path out = folder.resolve("out");
    Cli.Outcome outcome =
        Cli.run(
            "evaluate",
            "a",
            "--out=" + out,
            "--graphs-dir=" + graphs,
            "--checkpoints-dir=" + home.resolve("checkpoints"));
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(graphs).doesNotExist();
    assertThat(out.resolve("summary.json")).exists();
    assertThat(EventFiles.list(out)).isEmpty();
  }

  @Test
  void theFiguresArePrintedEvenIfNothingCanBeWritten() throws IOException {
    Path graphs = Files.createFile(folder.resolve("graphs")); // no folder can be made there
    Cli.Outcome outcome =
        Cli.run(
            "evaluate",
            "a",
            "--json",
            "--graphs-dir=" + graphs,
            "--checkpoints-dir=" + home.resolve("checkpoints"));
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(new JsonMapper().readTree(outcome.out()).get("accuracy").asDouble())
        .isEqualTo(manifest.epochs().get(1).testAccuracy());
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.err()).startsWith("error: ").contains(graphs.toString());
  }

  @Test
  void pictures() throws IOException {
    for (String name :
        List.of("confusion_matrix", "reliability", "coverage", "pr_curves", "top_losses")) {
      BufferedImage picture = ImageIO.read(evaluation.resolve(name + ".png").toFile());
      assertThat(picture.getWidth()).as(name).isBetween(400, 2000);
      assertThat(picture.getHeight()).as(name).isBetween(300, 2000);
    }
  }

  /** A suite's runs are named like any other, and the suite's name is not theirs. */
  @Test
  void aRunOfASuiteIsWrittenToItsOwnFolder() throws IOException {
    Path suite = Files.createDirectories(home.resolve("checkpoints/suite"));
    Path copy = Files.createDirectory(suite.resolve("a"));
    try (Stream<Path> files = Files.list(home.resolve("checkpoints/a"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Path charts = home.resolve("graphs/suite/a");
    for (String source : List.of("suite/a", copy.resolve("ckpt-2").toString())) {
      Cli.Outcome outcome = Cli.run(with("evaluate", source));
      assertThat(outcome.exit()).as(outcome.err()).isZero();
      assertThat(outcome.err())
          .contains("Tables and pictures: " + charts.resolve("evaluation/epoch-2-sample"));
      assertThat(outcome.out()).contains("suite/a, epoch 2");
    }
    // The same evaluation again takes the place of the first.
    assertThat(EventFiles.list(charts)).hasSize(1);
  }

  @Test
  void tensorBoard() {
    List<Summary.Value> values =
        EventFiles.list(home.resolve("graphs/a")).stream()
            .flatMap(file -> EventFileReader.readAll(file).stream())
            .filter(event -> event.getStep() == 2)
            .flatMap(event -> event.getSummary().getValueList().stream())
            .toList();
    assertThat(values.stream().map(Summary.Value::getTag))
        .contains("Pictures/Confusion matrix of sample", "Precision-recall sample/cat");
    Summary.Value cat =
        values.stream()
            .filter(value -> value.getTag().equals("Precision-recall sample/cat"))
            .findFirst()
            .orElseThrow();
    assertThat(cat.getMetadata().getPluginData().getPluginName()).isEqualTo("pr_curves");
    int thresholds = (int) cat.getTensor().getTensorShape().getDim(1).getSize();
    List<Float> numbers = cat.getTensor().getFloatValList();
    assertThat(numbers).hasSize(6 * thresholds);
    for (int t = 0; t < thresholds; t++) {
      float hits = numbers.get(t);
      float alarms = numbers.get(thresholds + t);
      assertThat(hits + alarms + numbers.get(2 * thresholds + t) + numbers.get(3 * thresholds + t))
          .isEqualTo(1000);
      assertThat(numbers.get(4 * thresholds + t)).isEqualTo(hits / Math.max(1, hits + alarms));
      assertThat(numbers.get(5 * thresholds + t)).isEqualTo(hits / 100);
    }
    assertThat(numbers.get(0)).as("everything reaches 0").isEqualTo(100);
  }

  @Test
  void aSavedModelLeavesNothingUnlessAskedTo() throws IOException {
    Path model = TestModel.write(folder.resolve("model/1"), 7);
    Cli.Outcome outcome = Cli.run(with("evaluate", model.toString()));
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.err()).isEmpty();
    Path out = folder.resolve("out");
    assertThat(Cli.run(with("evaluate", model.toString(), "--out", out.toString())).exit())
        .isZero();
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "wrong.csv",
              "summary.json",
              "summary.md",
              "confusion_matrix.png",
              "confusion_matrix.csv",
              "per_class.csv",
              "reliability.png",
              "coverage.png",
              "coverage.csv",
              "pr_curves.png",
              "top_losses.png",
              "predictions.csv");
    }
  }

  @Test
  void classesInAnotherOrderAreNotMeasured() throws IOException {
    Path model = TestModel.write(folder.resolve("swapped/1"), 7);
    AtomicFiles.delete(model.resolve("assets.extra/SHA256SUMS"));
    Path labels = model.resolve("assets.extra/labels.txt");
    Files.writeString(labels, Files.readString(labels).replace("cat\ndeer", "deer\ncat"));
    Cli.Outcome outcome = Cli.run(with("evaluate", model.toString()));
    assertThat(outcome.exit()).isEqualTo(3);
    assertThat(outcome.err())
        .isEqualTo("error: " + model + " calls class 3 deer, in sample it is cat\n");
    AtomicFiles.delete(labels); // then by their numbers
    assertThat(Cli.run(with("evaluate", model.toString())).exit()).isZero();
  }

  @Test
  void wrongUsage() {
    Cli.Outcome nobody = Cli.run(with("evaluate", "nobody"));
    assertThat(nobody.exit()).isEqualTo(2);
    assertThat(nobody.err()).startsWith("error: nobody: there is neither such a run in ");
    Cli.Outcome dataset = Cli.run(with("evaluate", "a", "--dataset=emnist"));
    assertThat(dataset.exit()).isEqualTo(2);
    assertThat(dataset.err()).startsWith("error: --dataset emnist: must be one of sample, cifar10");
    Cli.Outcome normalize =
        Cli.run(
            with("evaluate", home.resolve("checkpoints/a/ckpt-1") + "", "--normalize=imagenet"));
    assertThat(normalize.exit()).isEqualTo(2);
    assertThat(normalize.err()).startsWith("error: --normalize imagenet: ");
  }
}
