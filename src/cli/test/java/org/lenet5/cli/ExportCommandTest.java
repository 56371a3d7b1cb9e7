package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.TestModel;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.data.LabeledImages;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageOptions;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;

/** The real commands: a short training, then exports of it. */
class ExportCommandTest {
  @TempDir private static Path home;
  @TempDir private Path folder;

  @BeforeAll
  static void train() {
    train("held-out", "--validation", "0.2", "--epochs", "3", "--learning-rate", "0.005");
    train("plain", "--epochs", "1");
  }

  private static void train(String run, String... flags) {
    String[] fixed = {"train", "--batch-size", "100", "--normalize", "cifar10", "--run", run};
    Cli.Outcome outcome =
        Cli.run(
            Stream.of(Arrays.stream(fixed), Arrays.stream(flags), places())
                .flatMap(each -> each)
                .toArray(String[]::new));
    assertThat(outcome.exit()).as(outcome.err()).isZero();
  }

  private static Stream<String> places() {
    return Stream.of(
        "--graphs-dir=" + home.resolve("graphs"),
        "--checkpoints-dir=" + home.resolve("checkpoints"));
  }

  private static Cli.Outcome export(Object... args) {
    return Cli.run(
        Stream.of(Stream.of("export"), Arrays.stream(args).map(Object::toString), places())
            .flatMap(each -> each)
            .toArray(String[]::new));
  }

  private static Manifest manifest(String run) {
    return Manifest.read(home.resolve("checkpoints").resolve(run));
  }

  private static List<Prediction> predictions(Path model) {
    try (Classifier classifier = Classifier.load(model)) {
      return classifier.classifyPixels(TestModel.pixels(20));
    }
  }

  private static double accuracy(Path model) {
    Cli.Outcome outcome =
        Cli.run(
            Stream.concat(Stream.of("evaluate", model.toString(), "--json"), places())
                .toArray(String[]::new));
    return Double.parseDouble(
        outcome.out().replaceFirst("(?s).*\"accuracy\":([0-9.E-]+),.*", "$1"));
  }

  @Test
  void anEpochOfARun() {
    for (int epoch = 1; epoch <= 3; epoch++) {
      Path out = folder.resolve("epoch" + epoch);
      Cli.Outcome outcome = export("held-out", "--epoch", epoch, "--out", out);
      assertThat(outcome.exit()).as(outcome.err()).isZero();
      assertThat(outcome.out()).isEqualTo(out.resolve("1") + System.lineSeparator());
      // What the run measured after that epoch is what its SavedModel gives.
      assertThat(accuracy(out))
          .isEqualTo(manifest("held-out").epochs().get(epoch - 1).testAccuracy());
    }
    assertThat(export("held-out", "--out", folder.resolve("last")).exit()).isZero();
    assertThat(predictions(folder.resolve("last")))
        .isEqualTo(predictions(folder.resolve("epoch3")));
    assertThat(predictions(folder.resolve("last")))
        .isNotEqualTo(predictions(folder.resolve("epoch2")));

    int best =
        manifest("held-out").epochs().stream()
            .max(Comparator.comparingDouble(Manifest.Epoch::validationAccuracy))
            .orElseThrow()
            .epoch();
    assertThat(export("held-out", "--epoch=best", "--out", folder.resolve("best")).exit()).isZero();
    assertThat(predictions(folder.resolve("best")))
        .isEqualTo(predictions(folder.resolve("epoch" + best)));
  }

  @Test
  void versionsAreNotOverwritten() throws IOException {
    Path out = folder.resolve("served");
    assertThat(export("plain", "--out", out, "--version", 9).out()).contains(out + "/9");
    assertThat(export("plain", "--out", out).out()).contains(out + "/10");
    byte[] before = Files.readAllBytes(out.resolve("9/assets.extra/SHA256SUMS"));
    Cli.Outcome again = export("plain", "--out", out, "--version", 9);
    assertThat(again.exit()).isEqualTo(2);
    assertThat(again.err()).startsWith("error: " + out.resolve("9") + " is there already");
    assertThat(out.resolve("9/assets.extra/SHA256SUMS")).hasBinaryContent(before);
    try (Stream<Path> left = Files.list(out)) {
      assertThat(left.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("9", "10", "README.md");
    }
  }

  @Test
  void besideTheTrainingsOwn() {
    Path own = home.resolve("checkpoints/plain/saved_model");
    Cli.Outcome outcome = export("plain");
    assertThat(outcome.out()).isEqualTo(own.resolve("2") + System.lineSeparator());
    assertThat(predictions(own.resolve("2"))).isEqualTo(predictions(own.resolve("1")));
  }

  @Test
  void classifySaysTheRunTheEpochAndItsAccuracy() {
    Path out = folder.resolve("said");
    assertThat(export("held-out", "--epoch=2", "--out", out).exit()).isZero();
    Cli.Outcome outcome =
        Cli.run("classify", "--model=" + out, out + "/1/assets.extra/golden/0.png");
    Manifest.Epoch epoch = manifest("held-out").epochs().get(1);
    assertThat(outcome.err())
        .isEqualTo(
            String.format(
                Locale.ROOT,
                "Model: %s, run held-out, epoch 2 of 3, validation accuracy %.2f %%, test accuracy"
                    + " %.2f %% on sample%n",
                out.resolve("1"),
                100 * epoch.validationAccuracy(),
                100 * epoch.testAccuracy()));
    try (Classifier classifier = Classifier.load(out)) {
      assertThat(classifier.origin())
          .containsEntry("run", "held-out")
          .containsEntry("epoch", "2")
          .containsEntry("dataset", "sample")
          .containsEntry("test_accuracy", Double.toString(epoch.testAccuracy()));
    }
  }

  @Test
  void aModelProvesItselfWithTheImagesItIsGiven() throws IOException {
    LabeledImages images = TestModel.images(150).select(IntStream.range(100, 150).toArray());
    Path out = folder.resolve("given");
    KnownCheckpoint.ofRun(home.resolve("checkpoints/plain"), "last", remark -> {})
        .export(out, images);
    byte[] third =
        new ImageDecoder(images.shape(), ImageOptions.DEFAULT)
            .decode(out.resolve("assets.extra/golden/3.png"));
    byte[] expected = new byte[images.shape().bytes()];
    images.copyTo(3, expected, 0);
    assertThat(third).isEqualTo(expected);
    Classifier.load(out).close();
  }

  @Test
  void theSuggestedRun() {
    Cli.Outcome outcome = export("held-otu");
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).contains("; did you mean held-out?");
  }

  @Test
  void theModelCard() throws IOException {
    Path out = folder.resolve("card");
    assertThat(export("held-out", "--epoch=2", "--out", out).exit()).isZero();
    String card = Files.readString(out.resolve("README.md"));
    Manifest manifest = manifest("held-out");
    double accuracy = manifest.epochs().get(1).testAccuracy();
    assertThat(card)
        .startsWith("---\npipeline_tag: image-classification\n")
        .contains(
            "library_name: tensorflow",
            "datasets:\n- cifar10\n",
            "    - type: accuracy\n      value: " + accuracy + "\n",
            "Weights after epoch 2 of 3; 65156 parameters",
            manifest.data().sha256(),
            "| learning-rate | 0.005 |",
            "## Limits");
    // The front matter ends, and is YAML of plain keys and lists.
    assertThat(card.split("---\n", 3)[1].lines())
        .allMatch(line -> line.matches(" *(- )?[a-z_-]+:( .+)?| *- .+"));
  }

  /** As another program would write it: the weights alone, under the names of the layers. */
  private Path elsewhere(Map<String, FloatNdArray> weights) {
    Path prefix = folder.resolve("elsewhere");
    CheckpointFile.write(prefix.toString(), weights);
    return prefix;
  }

  @Test
  void aCheckpointMadeElsewhere() throws IOException {
    Path prefix = elsewhere(TestModel.weights(5));
    Path out = folder.resolve("out");
    Cli.Outcome outcome = export(prefix + ".index", "--normalize=cifar10", "--out", out);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(predictions(out))
        .isEqualTo(predictions(TestModel.write(folder.resolve("same/1"), 5)));
    assertThat(out.resolve("README.md"))
        .content()
        .contains("a checkpoint that says nothing of how it was made");

    assertThat(export(prefix, "--out", folder.resolve("raw")).exit()).isZero();
    assertThat(predictions(folder.resolve("raw"))).isNotEqualTo(predictions(out));

    Cli.Outcome evaluated =
        Cli.run("evaluate", prefix.toString(), "--normalize", "cifar10", "--json");
    assertThat(evaluated.exit()).as(evaluated.err()).isZero();
    assertThat(evaluated.out()).contains("\"accuracy\":" + accuracy(out) + ",");

    Cli.Outcome nowhere = export(prefix);
    assertThat(nowhere.exit()).isEqualTo(2);
    assertThat(nowhere.err()).startsWith("error: --out: must be given");
  }

  @Test
  void aCheckpointThatIsNoLeNet5() {
    Map<String, FloatNdArray> weights = new LinkedHashMap<>(TestModel.weights(5));
    weights.put("F8/bias", NdArrays.ofFloats(Shape.of(11)));
    Path prefix = elsewhere(weights);
    Cli.Outcome shape = export(prefix, "--out", folder.resolve("out"));
    assertThat(shape.exit()).isEqualTo(1);
    assertThat(shape.err())
        .startsWith("error: " + prefix + " does not fit: F8/bias has shape [11], expected [10]");

    weights.remove("F8/bias");
    elsewhere(weights);
    Cli.Outcome missing = export(prefix, "--out", folder.resolve("out"));
    assertThat(missing.exit()).isEqualTo(1);
    assertThat(missing.err())
        .startsWith("error: " + prefix + " does not fit: ")
        .contains("F8/bias");
    assertThat(missing.err().lines()).hasSize(1);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aDamagedCheckpointOfARun() throws IOException {
    Path run = home.resolve("checkpoints/damaged");
    train("damaged", "--epochs", "1");
    Path data = run.resolve("ckpt-1.data-00000-of-00001");
    byte[] bytes = Files.readAllBytes(data);
    bytes[1000] ^= 1;
    Files.write(data, bytes);
    Cli.Outcome outcome = export("damaged");
    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("error: " + run.resolve("ckpt-1") + " is damaged");
  }

  @Test
  void calibrated() {
    Path plain = folder.resolve("plain");
    Path calibrated = folder.resolve("calibrated");
    assertThat(export("held-out", "--out", plain).exit()).isZero();
    Cli.Outcome outcome = export("held-out", "--calibrate", "--out", calibrated);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out()).isEqualTo(calibrated.resolve("1") + System.lineSeparator());
    List<String> said = outcome.err().lines().toList();
    assertThat(said.get(0))
        .matches("Temperature \\d\\.\\d{4}, fitted on the 1,000 images held out");
    assertThat(said.get(1))
        .matches("Calibration error on the 1,000 images held out: .* % before, .* % after");
    assertThat(said.get(2)).startsWith("Calibration error on the 1,000 test images: ");
    double temperature = Double.parseDouble(said.get(0).split("[ ,]")[1]);

    List<Prediction> before = predictions(plain);
    List<Prediction> after = predictions(calibrated);
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i).classId()).isEqualTo(before.get(i).classId());
      // softmax(z / T) is the T-th root of softmax(z), divided by the sum.
      double sum = 0;
      for (float p : before.get(i).probabilities()) {
        sum += Math.pow(p, 1 / temperature);
      }
      for (int c = 0; c < 10; c++) {
        double root = Math.pow(before.get(i).probabilities()[c], 1 / temperature);
        assertThat((double) after.get(i).probabilities()[c])
            .isCloseTo(root / sum, org.assertj.core.api.Assertions.within(1e-3));
      }
    }
    assertThat(accuracy(calibrated)).isEqualTo(accuracy(plain));
    try (Classifier classifier = Classifier.load(calibrated)) {
      assertThat(Double.parseDouble(classifier.origin().get("temperature")))
          .isCloseTo(temperature, org.assertj.core.api.Assertions.within(1e-4));
    }
    try (Classifier classifier = Classifier.load(plain)) {
      assertThat(classifier.origin()).doesNotContainKey("temperature");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "held-out --epoch=7|--epoch 7: must be last, best, or one whose checkpoint is kept: 1, 2, 3",
        "plain --epoch=best|--epoch best: run plain held no images out to choose by",
        "plain --calibrate|--calibrate: run plain held no images out to fit on",
        "plain --version=0|--version 0: must be at least 1",
        "plain --version=x|Invalid value for option '--version': 'x' is not an int",
        "nobody|nobody: there is neither such a run in",
      })
  void wrongUsage(String args, String message) {
    Cli.Outcome outcome = export((Object[]) args.split(" "));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("error: " + message);
  }
}
