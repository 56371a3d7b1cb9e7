package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.report.MetricsCsv;
import org.lenet5.summary.EventFileReader;
import org.lenet5.summary.EventFiles;
import org.lenet5.summary.HParamsTags;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** What a run has written, without what depends on the time. */
public record RunFolder(
    List<Manifest.Epoch> epochs,
    List<Manifest.Checkpoint> checkpoints,
    Manifest.Partial partial,
    List<MetricsCsv.Row> rows,
    List<String> events,
    List<String> files) {

  /** Reads a run; throws if anything in it is damaged or left half done. */
  public static RunFolder read(Path home, String run) throws IOException {
    Path graphs = home.resolve("graphs").resolve(run);
    Path checkpoints = home.resolve("checkpoints").resolve(run);
    Manifest manifest = Manifest.read(checkpoints);
    List<Path> eventFiles = EventFiles.list(graphs);
    assertThat(eventFiles).hasSize(1);
    return new RunFolder(
        manifest.epochs().stream().map(RunFolder::timeless).toList(),
        manifest.checkpoints(),
        manifest.partial(),
        MetricsCsv.read(graphs.resolve("metrics.csv")).stream().map(RunFolder::timeless).toList(),
        EventFileReader.readAll(eventFiles.get(0)).stream()
            .flatMap(event -> timeless(event).stream())
            .toList(),
        Stream.concat(
                digests(graphs, "events|metrics"),
                digests(checkpoints, "run.json|.lock|saved_model"))
            .toList());
  }

  private static Manifest.Epoch timeless(Manifest.Epoch e) {
    return new Manifest.Epoch(
        e.epoch(),
        "",
        e.trainLoss(),
        e.testLoss(),
        e.trainAccuracy(),
        e.testAccuracy(),
        e.validationLoss(),
        e.validationAccuracy(),
        e.learningRate(),
        0,
        0,
        0,
        e.variablesSha256());
  }

  private static MetricsCsv.Row timeless(MetricsCsv.Row row) {
    return new MetricsCsv.Row(row.point(), java.time.Instant.EPOCH, row.learningRate(), 0, 0, 0);
  }

  // A line for each value: what differs is then short enough to read.
  private static List<String> timeless(Event event) {
    return event.getSummary().getValueList().stream()
        .filter(value -> !value.getTag().equals("Images per second"))
        .filter(value -> !HParamsTags.TIMED.contains(value.getTag()))
        .map(value -> "%d %s %s".formatted(event.getStep(), value.getTag(), shown(value)))
        .toList();
  }

  private static String shown(Summary.Value value) {
    return value.hasSimpleValue()
        ? Float.toString(value.getSimpleValue())
        : Integer.toHexString(Arrays.hashCode(value.toByteArray()));
  }

  // Every other file to the last bit, and none that is not published.
  private static Stream<String> digests(Path folder, String without) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.sorted().toList()) {
        String name = file.getFileName().toString();
        if (Optional.of(name).filter(each -> each.matches("(" + without + ").*")).isEmpty()) {
          assertThat(name).doesNotStartWith(".");
          lines.add(name + " " + org.lenet5.checkpoint.Digest.of(file));
        }
      }
    }
    return lines.stream();
  }
}
