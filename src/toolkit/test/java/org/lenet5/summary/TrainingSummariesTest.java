package org.lenet5.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.chart.SampleEpochs;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.training.EpochResult;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.Summary;
import org.tensorflow.types.TFloat32;

class TrainingSummariesTest {
  private static final Instant START = Instant.parse("2026-01-31T11:59:00Z");

  // Made once: TensorFlow serializes a node's attributes in no fixed order.
  private static final TrainingSummaries.Run RUN = makeRun();

  @TempDir Path folder;

  @Test
  void startsWithGraphConfigurationLayoutAndBatch() throws IOException {
    try (TrainingSummaries summaries = TrainingSummaries.start(folder, START, RUN)) {
      List<Event> events = EventFileReader.readAll(summaries.file());
      assertThat(events).hasSize(3).allMatch(event -> event.getStep() == 0);
      GraphDef graph = GraphDef.parseFrom(events.get(1).getGraphDef());
      assertThat(graph.getNode(0).getName()).isEqualTo("images");
      assertThat(values(events.get(2)))
          .containsOnlyKeys(
              "Configuration", "custom_scalars__config__", "_hparams_/session_start_info", "Batch");
    }
  }

  @Test
  void writesAnEpochAsOneEventAtItsNumber() {
    EpochResult epoch = SampleEpochs.epoch(3);
    Event event = written(epoch);
    assertThat(event.getStep()).isEqualTo(3);
    assertThat(event.getWallTime()).isEqualTo(epoch.time().toEpochMilli() / 1e3 + 0.000456);
    Map<String, Summary.Value> values = values(event);
    assertThat(values)
        .containsOnlyKeys(
            "Loss train",
            "Loss test",
            "Train Accuracy",
            "Test Accuracy",
            "Learning rate",
            "Images per second",
            "C1/kernel",
            "C1/bias",
            "F8/kernel",
            "F8/bias",
            "C1 kernels",
            "Confusion matrix");
    assertThat(values.get("Loss train").getSimpleValue()).isEqualTo((float) epoch.trainLoss());
    assertThat(values.get("Loss test").getSimpleValue()).isEqualTo((float) epoch.test().loss());
    assertThat(values.get("Train Accuracy").getSimpleValue())
        .isEqualTo((float) epoch.train().accuracy());
    assertThat(values.get("Test Accuracy").getSimpleValue())
        .isEqualTo((float) epoch.test().accuracy());
    assertThat(values.get("Learning rate").getSimpleValue())
        .isEqualTo((float) epoch.learningRate());
    assertThat(values.get("Images per second").getSimpleValue())
        .isEqualTo((float) epoch.imagesPerSecond());
    assertThat(values.get("F8/kernel").getHisto().getNum()).isEqualTo(420);
    assertThat(values.get("C1 kernels").getImage().getWidth()).isPositive();
    assertThat(values.get("Confusion matrix").getImage().getWidth()).isPositive();
  }

  @Test
  void writesValidationWhereThereIsSome() {
    EpochResult epoch = SampleEpochs.epochWithValidation(2);
    Map<String, Summary.Value> values = values(written(epoch));
    assertThat(values.get("Loss validation").getSimpleValue())
        .isEqualTo((float) epoch.validation().orElseThrow().loss());
    assertThat(values.get("Validation Accuracy").getSimpleValue())
        .isEqualTo((float) epoch.validation().orElseThrow().accuracy());
  }

  @Test
  void aRunKilledWhileWritingIsContinuedAsIfItHadNot() throws IOException {
    Path whole;
    try (TrainingSummaries summaries =
        TrainingSummaries.start(folder.resolve("whole"), START, RUN)) {
      epochs(summaries, 1, 5);
      whole = summaries.file();
    }
    Path killed;
    try (TrainingSummaries summaries =
        TrainingSummaries.start(folder.resolve("killed"), START, RUN)) {
      epochs(summaries, 1, 4);
      killed = summaries.file();
    }
    Files.write(killed, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
    // The last checkpoint is that of epoch 3.
    List<String> remarks = new ArrayList<>();
    try (TrainingSummaries summaries =
        TrainingSummaries.resume(folder.resolve("killed"), measured(3), START, RUN, remarks::add)) {
      assertThat(summaries.file()).isEqualTo(killed);
      epochs(summaries, 4, 5);
    }
    assertThat(remarks).isEmpty();
    assertThat(killed).hasSameBinaryContentAs(whole);
    assertThat(EventFiles.list(folder.resolve("killed"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gone", "cut", "damaged"})
  void curvesThatWereLostAreWrittenAgain(String how) throws IOException {
    Path before;
    List<Event> all;
    try (TrainingSummaries summaries = TrainingSummaries.start(folder, START, RUN)) {
      epochs(summaries, 1, 3);
      before = summaries.file();
      all = EventFileReader.readAll(before);
    }
    byte[] bytes = Files.readAllBytes(before);
    switch (how) {
      case "gone" -> Files.delete(before);
      case "cut" -> Files.write(before, java.util.Arrays.copyOf(bytes, bytes.length / 2));
      default -> {
        bytes[bytes.length / 2] ^= 1;
        Files.write(before, bytes);
      }
    }
    // As evaluate does: newer, and not the one to go on with.
    EventFileWriter.create(folder, START.plusSeconds(60), List.of()).close();
    List<String> remarks = new ArrayList<>();
    try (TrainingSummaries summaries =
        TrainingSummaries.resume(folder, measured(3), START, RUN, remarks::add)) {
      List<Event> now = EventFileReader.readAll(summaries.file());
      assertThat(now).hasSize(6);
      for (int i = 3; i < 6; i++) {
        Map<String, Summary.Value> is = values(now.get(i));
        Map<String, Summary.Value> was = values(all.get(i));
        assertThat(now.get(i).getStep()).isEqualTo(i - 2);
        for (String tag : List.of("Loss train", "Loss test", "Train Accuracy", "Test Accuracy")) {
          assertThat(is.get(tag)).isEqualTo(was.get(tag));
        }
      }
    }
    assertThat(remarks).last().asString().contains("had lost epoch");
    if (how.equals("damaged")) {
      assertThat(remarks.get(0)).contains("is damaged", "it is now " + folder + "/damaged.");
    }
    assertThat(EventFiles.list(folder)).hasSize(2);
  }

  /** What run.json keeps of the first epochs. */
  private static List<Manifest.Epoch> measured(int epochs) {
    return IntStream.rangeClosed(1, epochs)
        .mapToObj(SampleEpochs::epoch)
        .map(
            e ->
                new Manifest.Epoch(
                    e.epoch(),
                    e.time().toString(),
                    e.trainLoss(),
                    e.test().loss(),
                    e.train().accuracy(),
                    e.test().accuracy(),
                    e.validation().map(v -> v.loss()).orElse(null),
                    e.validation().map(v -> v.accuracy()).orElse(null),
                    e.learningRate(),
                    e.trainSeconds(),
                    e.evaluationSeconds(),
                    e.imagesPerSecond(),
                    "00"))
        .toList();
  }

  @Test
  void aVariableThatIsNotThereStopsTheRun() {
    TrainingSummaries.Run run =
        new TrainingSummaries.Run(
            RUN.configuration(),
            RUN.graphDef(),
            SampleEpochs.CLASSES,
            List.of("C9/kernel"),
            RUN.originals(),
            RUN.augmented());
    try (TrainingSummaries summaries = TrainingSummaries.start(folder, START, run)) {
      assertThatThrownBy(() -> summaries.onEpoch(SampleEpochs.epoch(1)))
          .hasMessageContaining("C9/kernel");
      assertThat(EventFileReader.readAll(summaries.file())).hasSize(3);
    }
  }

  @Test
  void closesTwice() {
    TrainingSummaries summaries = TrainingSummaries.start(folder, START, RUN);
    summaries.close();
    summaries.close();
  }

  private Event written(EpochResult epoch) {
    try (TrainingSummaries summaries = TrainingSummaries.start(folder, START, RUN)) {
      summaries.onEpoch(epoch);
      List<Event> events = EventFileReader.readAll(summaries.file());
      assertThat(events).hasSize(4);
      return events.get(3);
    }
  }

  private static void epochs(TrainingSummaries summaries, int from, int to) {
    for (int epoch = from; epoch <= to; epoch++) {
      summaries.onEpoch(SampleEpochs.epoch(epoch));
    }
  }

  private static Map<String, Summary.Value> values(Event event) {
    return event.getSummary().getValueList().stream()
        .collect(Collectors.toMap(Summary.Value::getTag, value -> value));
  }

  private static TrainingSummaries.Run makeRun() {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("optimizer", "adam");
    try (Graph graph = new Graph()) {
      Ops.create(graph).withName("images").placeholder(TFloat32.class);
      return new TrainingSummaries.Run(
          configuration,
          graph.toGraphDef().toByteArray(),
          SampleEpochs.CLASSES,
          List.of("C1/kernel", "C1/bias", "F8/kernel", "F8/bias"),
          NdArrays.ofBytes(Shape.of(2, 32, 32, 3)),
          NdArrays.ofBytes(Shape.of(2, 32, 32, 3)));
    }
  }
}
