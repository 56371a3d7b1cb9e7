package org.lenet5.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.chart.SampleEpochs;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Evaluation;

class MetricsCsvTest {
  private static final String HEADER =
      "epoch,wall_time,train_loss,test_loss,train_accuracy,test_accuracy,learning_rate,"
          + "train_seconds,evaluation_seconds,images_per_second";
  private static final String LINE =
      "1,2026-01-31T12:01:00.123Z,2.3,2.2,0.1,0.2,0.001,8.0,1.5,625.0";

  @TempDir Path folder;

  @Test
  void writesTheContractsColumns() throws IOException {
    MetricsCsv metrics = new MetricsCsv(file(), List.of());
    assertThat(file()).doesNotExist();
    metrics.onEpoch(result(2.3, 2.2, 0.1, 0.2, 0.001, 8));
    assertThat(Files.readString(file())).isEqualTo(HEADER + "\n" + LINE + "\n");
  }

  @Test
  void addsValidationOnlyWhereThereIsSome() throws IOException {
    MetricsCsv metrics = new MetricsCsv(file(), List.of());
    metrics.onEpoch(SampleEpochs.epochWithValidation(1));
    assertThat(Files.readAllLines(file()).get(0))
        .isEqualTo(HEADER + ",validation_loss,validation_accuracy");
    assertThat(MetricsCsv.read(file())).isEqualTo(metrics.rows());
    assertThat(metrics.rows().get(0).point().validation()).isPresent();
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
      MetricsCsv metrics = new MetricsCsv(temp.resolve("metrics.csv"), List.of());
      metrics.onEpoch(result(trainLoss, testLoss, trainAccuracy, testAccuracy, rate, seconds));
      assertThat(MetricsCsv.read(temp.resolve("metrics.csv"))).isEqualTo(metrics.rows());
    } finally {
      Files.deleteIfExists(temp.resolve("metrics.csv"));
      Files.delete(temp);
    }
  }

  @Test
  void aNumberThatIsNotFiniteComesBackToo() {
    MetricsCsv metrics = new MetricsCsv(file(), List.of());
    metrics.onEpoch(result(Double.NaN, Double.POSITIVE_INFINITY, 0, 0, 0, 0));
    assertThat(MetricsCsv.read(file())).isEqualTo(metrics.rows());
  }

  @Test
  void aResumedRunKeepsTheEpochsBeforeIt() throws IOException {
    MetricsCsv whole = new MetricsCsv(folder.resolve("whole.csv"), List.of());
    MetricsCsv killed = new MetricsCsv(file(), List.of());
    for (int epoch = 1; epoch <= 5; epoch++) {
      whole.onEpoch(SampleEpochs.epoch(epoch));
      if (epoch <= 4) {
        killed.onEpoch(SampleEpochs.epoch(epoch));
      }
    }
    MetricsCsv resumed = MetricsCsv.resume(file(), 3);
    assertThat(resumed.rows()).hasSize(3);
    assertThat(MetricsCsv.read(file())).as("unchanged until an epoch ends").hasSize(4);
    resumed.onEpoch(SampleEpochs.epoch(4));
    resumed.onEpoch(SampleEpochs.epoch(5));
    assertThat(file()).hasSameTextualContentAs(folder.resolve("whole.csv"));
  }

  @Test
  void resumingWithoutAFileStartsOne() {
    assertThat(MetricsCsv.resume(file(), 3).rows()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "2,x,2.3,2.2,0.1,0.2,0.001,8.0,1.5,625.0 ; line 3: wall_time is \"x\"",
        "two,2026-01-31T12:01:00Z,2.3,2.2,0.1,0.2,0.001,8.0,1.5,625.0 ; line 3: epoch is \"two\"",
        "0,2026-01-31T12:01:00Z,2.3,2.2,0.1,0.2,0.001,8.0,1.5,625.0 ; line 3: epoch is \"0\"",
        "2,2026-01-31T12:01:00Z,2.3,2.2,,0.2,0.001,8.0,1.5,625.0 ; line 3: train_accuracy is \"\"",
        "2,2026-01-31T12:01:00Z,2.3 ; line 3: 3 cells where the header has 10",
        "1,2026-01-31T12:01:00Z,2.3,2.2,0.1,0.2,0.001,8.0,1.5,625.0 ; line 3: epoch 1 does not",
        "`` ; line 3: 1 cells where the header has 10",
      })
  void refusesADamagedLine(String line, String complaint) throws IOException {
    Files.writeString(file(), HEADER + "\n" + LINE + "\n" + line + "\n");
    assertRefused(complaint);
  }

  @Test
  void refusesALineCutOff() throws IOException {
    Files.writeString(file(), HEADER + "\n" + LINE.substring(0, LINE.length() - 2));
    assertRefused("line 2: cut off");
  }

  @Test
  void refusesAnotherHeaderOrNone() throws IOException {
    Files.writeString(file(), "a,b\n");
    assertRefused("line 1: the header is not epoch,");
    Files.writeString(file(), "");
    assertRefused("line 1: the header is missing");
  }

  @Test
  void refusesBytesThatAreNoText() throws IOException {
    Files.write(file(), new byte[] {(byte) 0xFF, 0, '"', 'a'});
    assertRefused("");
  }

  private void assertRefused(String complaint) {
    assertThatThrownBy(() -> MetricsCsv.resume(file(), 5))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot read " + file() + ": " + complaint)
        .hasMessageNotContaining("\n");
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
        new Evaluation(testLoss, testAccuracy, new int[0], new int[0][0]),
        Optional.empty(),
        rate,
        seconds,
        1.5,
        5000,
        Map.of());
  }
}
