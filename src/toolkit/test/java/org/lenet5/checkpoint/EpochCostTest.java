package org.lenet5.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.SmallSample;
import org.lenet5.data.Dataset;
import org.lenet5.report.MetricsCsv;
import org.lenet5.training.EpochListener;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Evaluation;
import org.lenet5.training.Position;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;

/** The bytes that an epoch writes, early in a run and late. */
class EpochCostTest {
  private static final Map<String, FloatNdArray> VARIABLES =
      Map.of("C1/bias", NdArrays.vectorOf(1f, 2f, 3f, 4f, 5f, 6f));

  @TempDir Path root;

  @Test
  void anEpochAfterFiveThousandCostsWhatOneAfterFiftyDoes() throws IOException {
    long early = bytesAnEpoch(50, 20);
    // So many that run.json is written whole once.
    long late = bytesAnEpoch(5000, 105);
    assertThat(late).isBetween(early / 4, early * 2);
    assertThat(late).isLessThan(100_000);
  }

  private static EpochResult epoch(int number) {
    return new EpochResult(
        number,
        Instant.parse("2026-01-31T12:01:00.123Z"),
        2.3012345678901234,
        new Evaluation(0, 0.1234, new int[0], new int[0][0]),
        new Evaluation(2.2012345678901234, 0.2, new int[10], new int[][] {{10}}),
        Optional.empty(),
        0.001,
        8.123456789,
        1.512345678,
        5000,
        false,
        VARIABLES);
  }

  /** The mean over {@code counted} epochs after the {@code done}th. */
  private long bytesAnEpoch(int done, int counted) throws IOException {
    Path folder = root.resolve("after-" + done);
    Dataset data = SmallSample.of(20, 10);
    Manifest.Epoch first = Manifest.Epoch.of(epoch(1));
    List<Manifest.Epoch> earlier =
        IntStream.rangeClosed(1, done)
            .mapToObj(number -> ManifestFormatTest.epoch(number, first))
            .toList();
    Manifest manifest =
        new Manifest(
            "a",
            "2026-01-02T03:04:05Z",
            TrainingConfig.builder().epochs(10_000).threads(1).build().flags(),
            new Manifest.Data("sample", "00", 20, 0, 10, List.of("cat", "dog"), null, null),
            Map.of("lenet5", "1"),
            "CPU",
            65_156,
            earlier,
            List.of());
    RunRecorder recorder =
        RunRecorder.resume(folder, 2, manifest, Position.afterEpochs(done), manifest.settings());
    MetricsCsv csv =
        new MetricsCsv(
            folder.resolve("metrics.csv"), earlier.stream().map(MetricsCsv.Row::of).toList());
    Predictions predictions = new Predictions(folder, earlier, data);
    VariableDigests digests = new VariableDigests(folder, done);
    csv.publish();
    predictions.publish();
    digests.publish();
    List<EpochListener> all = List.of(csv, predictions, digests);
    Map<Path, Found> before = files(folder);
    long written = 0;
    for (int i = 1; i <= counted; i++) {
      EpochResult result = epoch(done + i);
      all.forEach(each -> each.onEpoch(result));
      recorder.afterEpoch(result);
      Map<Path, Found> after = files(folder);
      for (Map.Entry<Path, Found> each : after.entrySet()) {
        written += each.getValue().since(before.get(each.getKey()));
      }
      before = after;
    }
    assertThat(Manifest.read(folder).epochs()).hasSize(done + counted);
    return written / counted;
  }

  /** A file that was replaced was written whole, another one as far as it grew. */
  private record Found(Object key, long size) {
    long since(Found before) {
      return before != null && key != null && key.equals(before.key) ? size - before.size : size;
    }
  }

  private static Map<Path, Found> files(Path folder) throws IOException {
    Map<Path, Found> found = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.toList()) {
        BasicFileAttributes about = Files.readAttributes(each, BasicFileAttributes.class);
        found.put(each, new Found(about.fileKey(), about.size()));
      }
    }
    return found;
  }
}
