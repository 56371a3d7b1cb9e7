package org.lenet5.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.chart.ImageGridPicture;
import org.lenet5.chart.MislabeledPicture;
import org.lenet5.chart.Png;
import org.lenet5.chart.TopLossesPicture;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.Predictions;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.RunRecorder;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.data.BatchStream;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.evaluation.ClassificationReport;
import org.lenet5.evaluation.Temperature;
import org.lenet5.image.ImageShape;
import org.lenet5.model.LayerGraph;
import org.lenet5.report.EvaluationFiles;
import org.lenet5.report.EvaluationSummary;
import org.lenet5.summary.EventFileReader;
import org.lenet5.summary.TrainingSummaries;
import org.lenet5.training.EpochResult;
import org.lenet5.training.PassListener;
import org.lenet5.training.Patience;
import org.lenet5.training.Position;
import org.lenet5.training.StepListener;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;

/** A program's own images, of other shapes than CIFAR-10's, from memory to the classifier. */
class OwnImagesTest {
  @TempDir Path folder;

  /** Stripes: class c has a bright one every c + 2 rows or, for odd classes, columns. */
  private static LabeledImages stripes(ImageShape shape, int count, int classes, long seed) {
    byte[] pixels = new byte[count * shape.bytes()];
    int[] labels = new int[count];
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      labels[i] = i % classes;
      for (int at = 0; at < shape.bytes(); at++) {
        int x = at / shape.channels() % shape.width();
        int y = at / shape.channels() / shape.width();
        boolean bright = (labels[i] % 2 == 0 ? y : x) % (labels[i] % 7 + 2) == 0;
        pixels[i * shape.bytes() + at] = (byte) ((bright ? 180 : 20) + random.nextInt(60));
      }
    }
    return LabeledImages.copyOf(shape, pixels, labels);
  }

  private static Dataset data(ImageShape shape, int train, int test, int classes) {
    return Dataset.of(
        "stripes",
        stripes(shape, train, classes, 1),
        stripes(shape, test, classes, 2),
        IntStream.range(0, classes).mapToObj(i -> "class " + i).toList());
  }

  private static ByteNdArray pixels(LabeledImages images) {
    try (BatchStream batches = BatchStream.inOrder(images, images.size())) {
      ByteNdArray lent = batches.next().images();
      ByteNdArray kept = NdArrays.ofBytes(lent.shape());
      lent.copyTo(kept);
      return kept;
    }
  }

  private static Manifest manifest(TrainingConfig config, Dataset data, Trainer trainer) {
    return new Manifest(
        "own",
        "2026-01-02T03:04:05Z",
        config.flags(),
        new Manifest.Data(
            data.name(),
            data.sha256(),
            trainer.trainingImages().size(),
            trainer.validationImages(),
            data.test().size(),
            data.classNames(),
            null,
            Manifest.Images.of(data.shape(), trainer.pixelStatistics())),
        Map.of("lenet5", "1"),
        "CPU",
        trainer.model().parameters(),
        List.of(),
        List.of());
  }

  @ParameterizedTest
  @CsvSource({"28, 28, 1", "48, 64, 3", "16, 16, 1", "17, 30, 3"})
  void aRunIsTrainedMeasuredExportedAndClassifiedWith(int height, int width, int channels)
      throws IOException {
    Dataset data = data(new ImageShape(height, width, channels), 60, 24, 4);
    TrainingConfig config =
        TrainingConfig.of(
            Map.of(
                "dataset", data.name(),
                "epochs", "2",
                "normalize", "dataset",
                "augment", "flip,crop",
                "dropout", "0.1",
                "validation", "0.2"));
    FloatNdArray trained;
    EpochResult last;
    Manifest manifest;
    ByteNdArray images = pixels(data.test());
    try (Trainer trainer = new Trainer(config, data, 1, PassListener.NONE)) {
      RunRecorder recorder = RunRecorder.start(folder, 5, manifest(config, data, trainer));
      List<EpochResult> results = new ArrayList<>();
      ByteNdArray shown = pixels(trainer.trainingImages().select(new int[] {0, 1, 2}));
      TrainingSummaries.Run run =
          new TrainingSummaries.Run(
              "own",
              data.name(),
              config.flags(),
              LayerGraph.of(trainer.model()),
              trainer.graphDef(),
              data.classNames(),
              List.copyOf(trainer.model().variables().keySet()),
              List.of(new ImageGridPicture.Row("Original", shown)),
              config.epochs());
      try (TrainingSummaries summaries = TrainingSummaries.start(folder, Instant.now(), run)) {
        trainer.train(
            Position.afterEpochs(0),
            List.of(summaries, results::add),
            recorder,
            StepListener.NONE,
            Patience.of(config));
        assertThat(EventFileReader.readAll(summaries.file())).hasSizeGreaterThanOrEqualTo(4);
      }
      trained = trainer.probabilities(images);
      last = results.get(1);
      manifest = Manifest.read(folder);
      assertThat(manifest.model()).isEqualTo(trainer.model());
      assertThat(manifest.data().images().pixels()).isEqualTo(data.pixelStatistics());
    }

    Path model = folder.resolve("saved_model").resolve("1");
    SavedModels.write(
        new SavedModels.Source(
            manifest.model(),
            data.classNames(),
            folder.resolve("ckpt-2"),
            images,
            trained,
            Map.of()),
        model);
    assertThat(Classifier.imageShape(folder)).isEqualTo(data.shape());
    float[][] probabilities = new float[data.test().size()][];
    try (Classifier classifier = Classifier.load(folder)) { // proves its golden images
      assertThat(classifier.imageShape()).isEqualTo(data.shape());
      assertThat(classifier.classes()).isEqualTo(data.classNames());
      byte[] all = new byte[data.test().size() * data.shape().bytes()];
      for (int i = 0; i < data.test().size(); i++) {
        data.test().copyTo(i, all, i * data.shape().bytes());
      }
      List<Prediction> predictions = classifier.classifyPixels(all);
      for (int i = 0; i < predictions.size(); i++) {
        probabilities[i] = predictions.get(i).probabilities();
        for (int c = 0; c < 4; c++) {
          assertThat(probabilities[i][c]).isCloseTo(trained.getFloat(i, c), within(2e-6f));
        }
      }
      // The same image as a file.
      BufferedImage picture = ImageGridPicture.image(data.test().image(5));
      Path file = Files.write(folder.resolve("5.png"), Png.encode(picture));
      byte[] one = new byte[data.shape().bytes()];
      data.test().copyTo(5, one, 0);
      Prediction alone = classifier.classifyPixels(one).get(0);
      assertThat(classifier.classify(file)).isEqualTo(alone);
      assertThat(classifier.classify(picture)).isEqualTo(alone);
      assertThatThrownBy(() -> classifier.classifyPixels(new byte[one.length + 1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith("must be a multiple of " + one.length);
    }

    ClassificationReport report =
        ClassificationReport.of(data.classNames(), data.test(), probabilities);
    assertThat(report.accuracy()).isEqualTo(last.test().accuracy());
    assertThat(report.loss()).isCloseTo(last.test().loss(), within(1e-5));
    EvaluationFiles.write(
        folder.resolve("evaluation"),
        data.test(),
        new EvaluationSummary("own", Optional.of("own"), 2, data.name(), report));
    assertThat(folder.resolve("evaluation").resolve("top_losses.png")).isNotEmptyFile();
    ModelCard.write(
        model.getParent(),
        1,
        manifest.model(),
        data.classNames(),
        2,
        Optional.of(manifest),
        Temperature.NONE);
    assertThat(model.resolveSibling("README.md"))
        .content()
        .contains("uint8 [-1,%d,%d,%d], ".formatted(height, width, channels))
        .contains((channels == 1 ? "grey" : "RGB") + " from 0")
        .contains("photos of %dx%d pixels".formatted(width, height));
  }

  @Test
  void moreClassesThanABytesNumberAreTold() throws IOException {
    int classes = 300;
    Dataset data = data(new ImageShape(16, 16, 1), 2 * classes, classes, classes);
    TrainingConfig config =
        TrainingConfig.of(Map.of("dataset", data.name(), "epochs", "1", "batch-size", "100"));
    Predictions predictions = new Predictions(folder, List.of(), data);
    List<EpochResult> results = new ArrayList<>();
    Manifest written;
    try (Trainer trainer = new Trainer(config, data, 1, PassListener.NONE)) {
      RunRecorder recorder = RunRecorder.start(folder, 1, manifest(config, data, trainer));
      // A last layer that says class 299 of all images.
      FloatNdArray bias = NdArrays.ofFloats(trainer.shapes().get("F8/bias"));
      bias.setFloat(1000, 299);
      trainer.restore(Map.of("F8/bias", bias));
      trainer.train(
          Position.afterEpochs(0),
          List.of(predictions, results::add),
          recorder,
          StepListener.NONE,
          Patience.of(config));
      written = Manifest.read(folder);
    }
    assertThat(results.get(0).test().predictions()).containsOnly(299);
    assertThat(results.get(0).test().accuracy()).isEqualTo(1.0 / 300);
    assertThat(folder.resolve(Predictions.FILE)).hasSize(2L * classes);
    assertThat(Predictions.read(folder, written.epochs(), data).get(0)).containsOnly(299);
    assertThat(Predictions.read(folder, 2, classes, classes).get(1))
        .as("an epoch that the file lacks")
        .containsOnly(Predictions.UNKNOWN);
  }

  @Test
  void aManifestWhoseImagesNoModelTakesIsRefused() throws IOException {
    Dataset data = data(new ImageShape(16, 16, 1), 20, 10, 2);
    TrainingConfig config = TrainingConfig.of(Map.of("normalize", "dataset"));
    try (Trainer trainer = new Trainer(config, data, 1, PassListener.NONE)) {
      RunRecorder.start(folder, 1, manifest(config, data, trainer));
    }
    Path file = folder.resolve(Manifest.FILE);
    String sound =
        Files.readString(file).replaceFirst(",\\s*\"sha256\" : \"[0-9a-f]{64}\"\\s*}\\s*$", "}");
    for (String[] each :
        List.of(
            new String[] {"\"height\" : 16", "\"height\" : 7", "sides must be from 16 to 256"},
            new String[] {"\"channels\" : 1", "\"channels\" : 2", "must be 1 for grey or 3"},
            new String[] {"\"channels\" : 1", "\"channels\" : 3", "one for each channel"},
            new String[] {
              "\"deviation\" : \\[ 0", "\"deviation\" : [ -1", "is negative or not finite"
            },
            new String[] {
              "\"images\" : \\{[^}]*}\\s*}", "\"images\" : null", "pixels are missing"
            })) {
      assertThat(sound).containsPattern(each[0]);
      Files.writeString(file, sound.replaceFirst(each[0], each[1]));
      assertThatThrownBy(() -> Manifest.read(folder))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("run.json is damaged")
          .hasMessageContaining(each[2]);
    }
    Files.writeString(file, sound);
    assertThat(Manifest.read(folder).model().image()).isEqualTo(data.shape());
  }

  @Test
  void aRunOfVersion01IsOfCifar10sImages() throws IOException {
    Dataset data = data(new ImageShape(32, 32, 3), 20, 10, 2);
    TrainingConfig config = TrainingConfig.of(Map.of("normalize", "cifar10"));
    try (Trainer trainer = new Trainer(config, data, 1, PassListener.NONE)) {
      RunRecorder.start(folder, 1, manifest(config, data, trainer));
      Path file = folder.resolve(Manifest.FILE);
      String now = Files.readString(file);
      String then =
          now.replaceFirst(",\\s*\"images\" : \\{[^}]*}", "")
              .replaceFirst(",\\s*\"sha256\" : \"[0-9a-f]{64}\"\\s*}\\s*$", "}");
      assertThat(then).isNotEqualTo(now).doesNotContain("images\" :");
      Files.writeString(file, then);
      assertThat(Manifest.read(folder).model()).isEqualTo(trainer.model());
    }
  }

  @ParameterizedTest
  @CsvSource({"256, 256, 3", "20, 90, 1"})
  void picturesHoldImagesOfAnyShape(int height, int width, int channels) {
    LabeledImages images = stripes(new ImageShape(height, width, channels), 7, 3, 4);
    BufferedImage grid =
        ImageGridPicture.draw(
            "Images", "some", List.of(new ImageGridPicture.Row("a row", pixels(images))));
    assertThat(grid.getHeight()).isGreaterThan(height).isLessThan(height + 300);
    assertThat(
            MislabeledPicture.draw(
                    List.of(new MislabeledPicture.Item(images.image(0), "cat", "dog")))
                .getHeight())
        .isEqualTo(108);
    assertThat(
            TopLossesPicture.draw(
                    "some", List.of(new TopLossesPicture.Item(0, images.image(0), "cat", "dog")))
                .getWidth())
        .isEqualTo(6 * 176 + 16);
  }

  @Test
  void ofLargeImagesFewAreCheckedAtOnce() {
    assertThat(SavedModels.checkedImages(new ImageShape(32, 32, 3))).isEqualTo(100);
    assertThat(SavedModels.checkedImages(new ImageShape(256, 256, 3))).isEqualTo(1);
  }
}
