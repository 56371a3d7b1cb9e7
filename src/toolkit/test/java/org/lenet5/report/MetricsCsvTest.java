package org.lenet5.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.chart.SampleEpochs;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Evaluation;

class MetricsCsvTest {
  private static final String HEADER =
      "epoch,wall_time,train_loss,test_loss,train_accuracy,test_accuracy,learning_rate,"
          + "train_seconds,evaluation_seconds,images_per_second";
  private static final String MEANS = ",test_balanced_accuracy,test_macro_f1";
  private static final String LINE =
      "1,2026-01-31T12:01:00.123Z,2.3,2.2,0.1,0.2,0.001,8.0,1.5,625.0";

  // Recalls 3/4 and 5/8, F1 3/5 and 5/7.
  private static final int[][] CONFUSION = {{3, 1}, {3, 5}};

  @TempDir Path folder;

  @Test
  void writesTheContractsColumns() throws IOException {
    MetricsCsv metrics = new MetricsCsv(file(), List.of());
    assertThat(file()).doesNotExist();
    metrics.onEpoch(result(2.3, 2.2, 0.1, 0.2, 0.001, 8));
    assertThat(Files.readString(file()))
        .isEqualTo(HEADER + MEANS + "\n" + LINE + ",0.6875,0.6571428571428571\n");
  }

  @Test
  void addsValidationOnlyWhereThereIsSome() throws IOException {
    MetricsCsv metrics = new MetricsCsv(file(), List.of());
    EpochResult epoch = SampleEpochs.epochWithValidation(1);
    metrics.onEpoch(epoch);
    assertThat(Files.readAllLines(file()).get(0))
        .isEqualTo(
            HEADER
                + ",validation_loss,validation_accuracy"
                + MEANS
                + ",validation_balanced_accuracy,validation_macro_f1");
    Evaluation validation = epoch.validation().orElseThrow();
    assertThat(Files.readAllLines(file()).get(1))
        .contains("," + validation.loss() + "," + validation.accuracy() + ",")
        .endsWith(
            ",%s,%s"
                .formatted(
                    validation.classMeans().balancedAccuracy(), validation.classMeans().macroF1()));
  }

  @Test
  void epochsOfVersion01HaveNone() throws IOException {
    MetricsCsv.Row known = MetricsCsv.Row.of(SampleEpochs.epoch(1));
    MetricsCsv.Row old =
        new MetricsCsv.Row(
            known.point(),
            known.wallTime(),
            known.learningRate(),
            known.trainSeconds(),
            known.evaluationSeconds(),
            known.imagesPerSecond(),
            Optional.empty(),
            Optional.empty());
    MetricsCsv resumed = new MetricsCsv(file(), List.of(old));
    resumed.onEpoch(SampleEpochs.epoch(2));
    List<String> lines = Files.readAllLines(file());
    assertThat(lines.get(0)).isEqualTo(HEADER + MEANS);
    assertThat(lines.get(1)).endsWith("," + known.imagesPerSecond() + ",,");
    assertThat(lines.get(2)).matches(".*,[0-9.]+,[0-9.]+");
  }

  @Property(tries = 200, seed = "20260131")
  void numbersComeBackExactly(
      @ForAll double trainLoss,
      @ForAll double testLoss,
      @ForAll double trainAccuracy,
      @ForAll double testAccuracy,
      @ForAll double rate,
      @ForAll double seconds)
      throws IOException {
    Path temp = Files.createTempDirectory("metrics");
    try {
      Path file = temp.resolve("metrics.csv");
      new MetricsCsv(file, List.of())
          .onEpoch(result(trainLoss, testLoss, trainAccuracy, testAccuracy, rate, seconds));
      assertThat(numbers(file))
          .containsExactly(
              trainLoss,
              testLoss,
              trainAccuracy,
              testAccuracy,
              rate,
              seconds,
              1.5,
              5000 / seconds,
              0.6875,
              0.6571428571428571);
    } finally {
      Files.deleteIfExists(temp.resolve("metrics.csv"));
      Files.delete(temp);
    }
  }

  @Test
  void aNumberThatIsNotFiniteComesBackToo() throws IOException {
    new MetricsCsv(file(), List.of())
        .onEpoch(result(Double.NaN, Double.POSITIVE_INFINITY, 0, 0, 0, 1));
    assertThat(numbers(file()).subList(0, 2)).containsExactly(Double.NaN, Double.POSITIVE_INFINITY);
  }

  /** The second line's cells from train_loss on. */
  private static List<Double> numbers(Path file) throws IOException {
    return Stream.of(Files.readAllLines(file).get(1).split(","))
        .skip(2)
        .map(Double::valueOf)
        .toList();
  }

  @Test
  void aResumedRunKeepsTheEpochsBeforeIt() throws IOException {
    MetricsCsv whole = new MetricsCsv(folder.resolve("whole.csv"), List.of());
    List<MetricsCsv.Row> earlier = new ArrayList<>();
    for (int epoch = 1; epoch <= 5; epoch++) {
      whole.onEpoch(SampleEpochs.epoch(epoch));
      if (epoch <= 3) {
        earlier.add(MetricsCsv.Row.of(SampleEpochs.epoch(epoch)));
      }
    }
    MetricsCsv resumed = new MetricsCsv(file(), earlier);
    assertThat(file()).as("unchanged until an epoch ends").doesNotExist();
    resumed.onEpoch(SampleEpochs.epoch(4));
    resumed.onEpoch(SampleEpochs.epoch(5));
    assertThat(file()).hasSameTextualContentAs(folder.resolve("whole.csv"));
  }

  @Test
  void withoutEpochsThereIsNoFile() throws IOException {
    Files.writeString(file(), HEADER + "\n" + LINE + "\n");
    new MetricsCsv(file(), List.of()).publish();
    assertThat(file()).doesNotExist();
  }

  private Path file() {
    return folder.resolve("metrics.csv");
  }

  private static EpochResult result(
      double trainLoss,
      double testLoss,
      double trainAccuracy,
      double testAccuracy,
      double rate,
      double seconds) {
    return new EpochResult(
        1,
        Instant.parse("2026-01-31T12:01:00.123456Z"),
        trainLoss,
        new Evaluation(0, trainAccuracy, new int[0], new int[0][0]),
        new Evaluation(testLoss, testAccuracy, new int[0], CONFUSION),
        Optional.empty(),
        rate,
        seconds,
        1.5,
        5000,
        false,
        Map.of());
  }
}
