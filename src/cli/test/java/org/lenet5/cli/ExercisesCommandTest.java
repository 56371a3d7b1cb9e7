package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.Predictions;
import org.lenet5.io.AtomicFiles;
import org.lenet5.summary.EventFileReader;
import org.lenet5.summary.EventFiles;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.proto.Summary;

/** Real trainings in real processes, on few images. */
class ExercisesCommandTest {
  @TempDir private Path folder;

  private int exercises(String home, String... args) {
    String[] all =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(
                    "exercises",
                    "--graphs-dir",
                    folder.resolve(home).resolve("graphs").toString(),
                    "--checkpoints-dir",
                    folder.resolve(home).resolve("checkpoints").toString()),
                java.util.stream.Stream.of(args))
            .toArray(String[]::new);
    return Main.run(all);
  }

  // 100 of the 2,500 images of the half, as large batches: the wiring is tested, not the learning.
  private Path few() throws IOException {
    Path file = folder.resolve("few.conf");
    Files.writeString(
        file,
        """
        [Few]
        few = --validation 0.96 --batch-size 50
        few-dropout = --validation 0.96 --batch-size 50 --dropout 0.25
        """);
    return file;
  }

  @Test
  void stoppedAndStartedAgainItEndsTheSame() throws IOException {
    String[] two = {"--add", few().toString(), "--only", "few,few-dropout", "--epochs", "2"};
    assertThat(exercises("whole", two)).isZero();
    Path whole = folder.resolve("whole/checkpoints/exercises");
    Path report = folder.resolve("whole/graphs/exercises/report.html");
    assertThat(report).content().contains("<h2>Few</h2>", "few-dropout", "Learned and forgotten");
    assertThat(folder.resolve("whole/graphs/exercises/results.csv")).content().hasLineCount(3);
    assertThat(EventFiles.list(folder.resolve("whole/graphs/exercises")))
        .singleElement()
        .satisfies(ExercisesCommandTest::isATableOfRuns);

    // As a kill leaves it: one run finished, one with its first epoch, one file cut short.
    Path cut = folder.resolve("cut/checkpoints/exercises");
    copy(folder.resolve("whole"), folder.resolve("cut"));
    backToFirstEpoch(cut.resolve("few-dropout"));
    byte[] kept = Files.readAllBytes(cut.resolve("few").resolve(Manifest.FILE));
    assertThat(exercises("cut", two)).isZero();
    assertThat(cut.resolve("few").resolve(Manifest.FILE)).hasBinaryContent(kept);
    for (String run : List.of("few", "few-dropout")) {
      assertThat(weights(cut.resolve(run))).isEqualTo(weights(whole.resolve(run)));
      assertThat(cut.resolve(run).resolve(Predictions.FILE))
          .hasSize(2 * 1000)
          .hasSameBinaryContentAs(whole.resolve(run).resolve(Predictions.FILE));
    }

    // Redrawn from the disk it is the same report.
    String before = Files.readString(report);
    Files.delete(report);
    Cli.Outcome again =
        Cli.run(
            "exercises",
            "--report",
            "--graphs-dir",
            folder.resolve("whole/graphs").toString(),
            "--checkpoints-dir",
            folder.resolve("whole/checkpoints").toString());
    assertThat(again.exit()).isZero();
    assertThat(report).hasContent(before);
    assertThat(again.out())
        .startsWith("Nothing is judged: the baseline is not among the finished experiments.\n")
        .contains("test accuracy after the last epoch: ");

    // Lost predictions are not taken for wrong ones.
    Path predictions = whole.resolve("few-dropout").resolve(Predictions.FILE);
    byte[] all = Files.readAllBytes(predictions);
    Files.write(predictions, java.util.Arrays.copyOf(all, 1999));
    assertThat(exercises("whole", "--report")).isZero();
    assertThat(report)
        .content()
        .contains("Not counted, because predictions.bin is missing or damaged: few-dropout.");
    Files.write(predictions, all);

    // Another setting does not touch it.
    assertThat(exercises("whole", "--add", few().toString(), "--only", "few", "--epochs", "1"))
        .isZero();
    assertThat(folder.resolve("whole/checkpoints/exercises-2/few")).isDirectory();
    assertThat(Manifest.read(whole.resolve("few")).epochs()).hasSize(2);
  }

  @Test
  void stepsOfAFileAreTrainedWithTheirOwnEpochsUnlessAFlagSaysOthers() throws IOException {
    Path file = folder.resolve("steps.conf");
    Files.writeString(
        file,
        """
        baseline = --subset even --validation 0.96 --batch-size 50 --epochs 1
        [Steps]
        first =
        long += --network lenet5-bn --epochs 2 --schedule one-cycle
        """);
    String[] steps = {"--file", file.toString()};
    assertThat(exercises("steps", steps)).isZero();
    Path home = folder.resolve("steps/checkpoints/exercises");
    assertThat(Manifest.read(home.resolve("first")).epochs()).hasSize(1);
    assertThat(Manifest.read(home.resolve("long")).epochs()).hasSize(2);
    assertThat(Manifest.read(home.resolve("long")).settings())
        .containsEntry("network", "lenet5-bn")
        .containsEntry("schedule", "one-cycle")
        .containsEntry("subset", "even");
    Path graphs = folder.resolve("steps/graphs/exercises");
    assertThat(graphs.resolve("steps.png")).isNotEmptyFile();
    assertThat(graphs.resolve("report.md"))
        .content()
        .contains(
            "## Step by step",
            "\n| long | `--network` lenet5-bn `--epochs` 2 `--schedule` one-cycle | 2 | ")
        .contains("The even half of the training images unless an experiment says otherwise.");

    // All is kept; with one epoch for all it is another suite.
    byte[] kept = Files.readAllBytes(home.resolve("long").resolve(Manifest.FILE));
    assertThat(exercises("steps", steps)).isZero();
    assertThat(home.resolve("long").resolve(Manifest.FILE)).hasBinaryContent(kept);
    assertThat(exercises("steps", "--file", file.toString(), "--only", "long", "--epochs", "1"))
        .isZero();
    assertThat(Manifest.read(folder.resolve("steps/checkpoints/exercises-2/long")).epochs())
        .hasSize(1);
    Cli.Outcome listed = Cli.run("exercises", "--file", file.toString(), "--list");
    assertThat(listed.out())
        .contains(
            "  --subset even --validation 0.96",
            "  + --network lenet5-bn --epochs 2 --schedule one-cycle");
  }

  /** TensorBoard's Experiment message: field 4 names the settings, 5 the metrics. */
  private static void isATableOfRuns(Path file) throws IOException {
    Summary.Value value =
        EventFileReader.readAll(file).stream()
            .flatMap(event -> event.getSummary().getValueList().stream())
            .filter(each -> each.getTag().equals("_hparams_/experiment"))
            .findFirst()
            .orElseThrow();
    UnknownFieldSet data =
        UnknownFieldSet.parseFrom(value.getMetadata().getPluginData().getContent());
    UnknownFieldSet experiment = message(data.getField(2).getLengthDelimitedList().get(0));
    Map<String, Long> types = new HashMap<>();
    for (ByteString each : experiment.getField(4).getLengthDelimitedList()) {
      UnknownFieldSet info = message(each);
      types.put(
          info.getField(1).getLengthDelimitedList().get(0).toStringUtf8(),
          info.getField(4).getVarintList().get(0));
    }
    assertThat(types)
        .containsKeys(TrainingConfig.of(Map.of()).flags().keySet().toArray(String[]::new))
        .containsEntry("dropout", 3L) // a number
        .containsEntry("optimizer", 1L); // a word
    List<String> tags = new ArrayList<>();
    for (ByteString each : experiment.getField(5).getLengthDelimitedList()) {
      UnknownFieldSet name = message(message(each).getField(1).getLengthDelimitedList().get(0));
      tags.add(name.getField(2).getLengthDelimitedList().get(0).toStringUtf8());
    }
    assertThat(tags).contains("Test Accuracy", "Train Accuracy", "Loss test", "Loss train");
  }

  private static UnknownFieldSet message(ByteString bytes) throws IOException {
    return UnknownFieldSet.parseFrom(bytes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --dataset emnist      | --dataset | emnist
          --epochs 0           | --epochs  | 0
          --jobs 0             | --jobs    | 0
          --jobs many          | --jobs    | many
          --threads 0          | --threads | 0
          --seeds 0            | --seeds   | 0
          --spark-results x    | --spark-results | x: needs --spark
          --suite ../elsewhere | --suite   | ../elsewhere
          --only baseline-even,none | none | baseline-odd
          --add none.conf      | --add     | none.conf
          --file none.conf     | --file    | none.conf
          """)
  void aWrongValueIsNamedInOneLineAndNothingIsMade(String flags, String names, String value) {
    List<String> all = new ArrayList<>(List.of("exercises"));
    all.addAll(List.of("--graphs-dir", folder.resolve("graphs").toString()));
    all.addAll(List.of("--checkpoints-dir", folder.resolve("checkpoints").toString()));
    all.addAll(List.of(flags.split(" ")));
    Cli.Outcome outcome = Cli.run(all.toArray(String[]::new));
    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("error: ").contains(names, value).hasLineCount(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aReportOfASuiteThatThereIsNotSaysSo() {
    Cli.Outcome outcome =
        Cli.run(
            "exercises",
            "--report",
            "--suite",
            "none",
            "--graphs-dir",
            folder.resolve("graphs").toString(),
            "--checkpoints-dir",
            folder.resolve("checkpoints").toString());
    assertThat(outcome.exit()).isNotZero();
    assertThat(outcome.err()).startsWith("error: ").contains("none").hasLineCount(1);
  }

  @Test
  void aRunThatFailsStopsNoOther() throws IOException {
    Path file = folder.resolve("wild.conf");
    Files.writeString(
        file,
        """
        wild = --validation 0.96 --batch-size 50 --optimizer sgd --learning-rate 1e30
        tame = --validation 0.96 --batch-size 50
        """);
    assertThat(
            exercises(
                "wild",
                "--add",
                file.toString(),
                "--only",
                "wild,tame",
                "--epochs",
                "1",
                "--jobs",
                "1"))
        .isEqualTo(Errors.FAILED);
    assertThat(folder.resolve("wild/graphs/exercises/report.md"))
        .content()
        .contains(
            "Not finished, so not judged: wild (training diverged in epoch 1 of ",
            "Nothing is judged: the baseline is not among the finished experiments.",
            "Test accuracy after the last epoch: tame with ");
    assertThat(folder.resolve("wild/graphs/exercises/results.csv"))
        .content()
        .contains("\nwild,Experiments of ", ",not finished,", "training diverged in epoch 1 of ");
  }

  private static List<String> weights(Path run) {
    return Manifest.read(run).epochs().stream().map(Manifest.Epoch::variablesSha256).toList();
  }

  private static void backToFirstEpoch(Path run) throws IOException {
    AtomicFiles.deleteTree(run.resolve("saved_model"));
    byte[] predictions = Files.readAllBytes(run.resolve(Predictions.FILE));
    assertThat(predictions).hasSize(2000);
    // run.json makes an epoch count; what other files hold beyond it is dropped.
    Files.delete(run.resolve("ckpt-2.index"));
    String json = Files.readString(run.resolve(Manifest.FILE));
    var mapper = new com.fasterxml.jackson.databind.ObjectMapper();
    var tree = (com.fasterxml.jackson.databind.node.ObjectNode) mapper.readTree(json);
    ((com.fasterxml.jackson.databind.node.ArrayNode) tree.get("epochs")).remove(1);
    ((com.fasterxml.jackson.databind.node.ArrayNode) tree.get("checkpoints")).remove(1);
    tree.remove("sha256"); // changed on purpose
    mapper.writeValue(run.resolve(Manifest.FILE).toFile(), tree);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
