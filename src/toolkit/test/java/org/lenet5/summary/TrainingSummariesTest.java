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
import org.lenet5.chart.ImageGridPicture;
import org.lenet5.chart.SampleEpochs;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.model.LayerGraph;
import org.lenet5.model.Model;
import org.lenet5.model.Normalization;
import org.lenet5.training.EpochResult;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RunMetadata;
import org.tensorflow.proto.Summary;

class TrainingSummariesTest {
  private static final Instant START = Instant.parse("2026-01-31T11:59:00Z");

  private static final TrainingSummaries.Run RUN = run(15);

  @TempDir Path folder;

  @Test
  void startsWithGraphConfigurationLayoutAndBatch() throws IOException {
    try (TrainingSummaries summaries = TrainingSummaries.start(folder, START, RUN)) {
      List<Event> events = EventFileReader.readAll(summaries.file());
      assertThat(events).hasSize(3).allMatch(event -> event.getStep() == 0);
      GraphDef graph = GraphDef.parseFrom(events.get(1).getGraphDef());
      assertThat(graph).isEqualTo(RUN.layers());
      Map<String, Summary.Value> values = values(events.get(2));
      assertThat(values)
          .containsOnlyKeys(
              "Configuration",
              "custom_scalars__config__",
              "_hparams_/session_start_info",
              "All operations of the training",
              "Pictures/Batch");
      Summary.Value operations = values.get("All operations of the training");
      assertThat(operations.getMetadata().getPluginData().getPluginName())
          .isEqualTo("graph_run_metadata_graph");
      assertThat(RunMetadata.parseFrom(operations.getTensor().getStringVal(0)).getFunctionGraphs(0))
          .extracting(RunMetadata.FunctionGraphs::getPreOptimizationGraph)
          .isEqualTo(RUN.operations());
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
            "Loss/train",
            "Loss/test",
            "Accuracy/train",
            "Accuracy/test",
            "Accuracy/test balanced",
            "Accuracy/test macro F1",
            "Training/Learning rate",
            "Training/Images per second",
            "Weights/C1/kernel",
            "Weights/C1/bias",
            "Weights/F8/kernel",
            "Weights/F8/bias",
            "Pictures/C1 kernels",
            "Pictures/Confusion matrix");
    // TensorBoard opens the first two groups.
    assertThat(values.keySet().stream().map(tag -> tag.split("/")[0]).distinct().sorted().limit(2))
        .containsExactly("Accuracy", "Loss");
    for (String[] twins :
        new String[][] {
          {"Loss train", "Loss/train"},
          {"Loss test", "Loss/test"},
          {"Train Accuracy", "Accuracy/train"},
          {"Test Accuracy", "Accuracy/test"}
        }) {
      assertThat(values.get(twins[1]).getSimpleValue())
          .isEqualTo(values.get(twins[0]).getSimpleValue());
    }
    assertThat(values.get("Loss train").getSimpleValue()).isEqualTo((float) epoch.trainLoss());
    assertThat(values.get("Loss test").getSimpleValue()).isEqualTo((float) epoch.test().loss());
    assertThat(values.get("Train Accuracy").getSimpleValue())
        .isEqualTo((float) epoch.train().accuracy());
    assertThat(values.get("Test Accuracy").getSimpleValue())
        .isEqualTo((float) epoch.test().accuracy());
    assertThat(values.get("Training/Learning rate").getSimpleValue())
        .isEqualTo((float) epoch.learningRate());
    assertThat(values.get("Training/Images per second").getSimpleValue())
        .isEqualTo((float) epoch.imagesPerSecond());
    assertThat(values.get("Weights/F8/kernel").getHisto().getNum()).isEqualTo(420);
    assertThat(values.get("Pictures/C1 kernels").getImage().getWidth()).isPositive();
    assertThat(values.get("Pictures/Confusion matrix").getImage().getWidth()).isPositive();
  }

  @Test
  void writesValidationWhereThereIsSome() {
    EpochResult epoch = SampleEpochs.epochWithValidation(2);
    Map<String, Summary.Value> values = values(written(epoch));
    assertThat(values.get("Loss validation").getSimpleValue())
        .isEqualTo((float) epoch.validation().orElseThrow().loss());
    assertThat(values.get("Validation Accuracy").getSimpleValue())
        .isEqualTo((float) epoch.validation().orElseThrow().accuracy());
    assertThat(values).containsKeys("Loss/validation", "Accuracy/validation");
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

  /** HPARAMS shows the first of two values: the old one must go, and the old end with it. */
  @Test
  void aRunThatGoesOnForLongerSaysSoFromItsStart() {
    Path before;
    try (TrainingSummaries summaries = TrainingSummaries.start(folder, START, run(2))) {
      epochs(summaries, 1, 1);
      summaries.onEpoch(SampleEpochs.lastEpoch(2));
      before = summaries.file();
    }
    List<String> remarks = new ArrayList<>();
    Instant later = START.plusSeconds(600);
    try (TrainingSummaries summaries =
        TrainingSummaries.resume(folder, measured(2), later, run(4), remarks::add)) {
      // A TensorBoard that has the old file open would not see what is appended to its successor.
      assertThat(summaries.file()).isNotEqualTo(before);
      epochs(summaries, 3, 3);
      summaries.onEpoch(SampleEpochs.lastEpoch(4));
    }
    assertThat(remarks).isEmpty();
    List<Event> all =
        EventFiles.list(folder).stream()
            .flatMap(file -> EventFileReader.readAll(file).stream())
            .filter(event -> !event.hasFileVersion())
            .toList();
    Path whole = folder.resolve("whole");
    try (TrainingSummaries summaries = TrainingSummaries.start(whole, START, run(4))) {
      epochs(summaries, 1, 3);
      summaries.onEpoch(SampleEpochs.lastEpoch(4));
      assertThat(all)
          .isEqualTo(
              EventFileReader.readAll(summaries.file()).stream()
                  .filter(event -> !event.hasFileVersion())
                  .toList());
    }
    // Resumed once more with the same settings: nothing is written anew.
    List<Path> files = EventFiles.list(folder);
    try (TrainingSummaries summaries =
        TrainingSummaries.resume(folder, measured(4), later, run(4), remarks::add)) {
      assertThat(summaries.file()).isEqualTo(files.get(1));
    }
    assertThat(EventFiles.list(folder)).isEqualTo(files);
    assertThat(remarks).isEmpty();
  }

  @Test
  void aRunOfTheFirstVersionGoesOnUnderTheTagsOfThisOne() {
    Map<String, String> old =
        Map.of(
            "Training/Learning rate", "Learning rate",
            "Training/Images per second", "Images per second",
            "Pictures/C1 kernels", "C1 kernels",
            "Pictures/Confusion matrix", "Confusion matrix",
            "Pictures/Batch", "Batch");
    Path file;
    List<Event> wanted;
    try (TrainingSummaries summaries = TrainingSummaries.start(folder, START, RUN)) {
      epochs(summaries, 1, 2);
      file = summaries.file();
      wanted = EventFileReader.readAll(file);
    }
    List<Event> first = new ArrayList<>();
    for (Event event : wanted) {
      Summary.Builder summary = Summary.newBuilder();
      for (Summary.Value value : event.getSummary().getValueList()) {
        String tag = value.getTag().replaceFirst("^Weights/", "");
        if (!tag.matches("All operations.*|(Loss|Accuracy)/\\w+")) {
          summary.addValue(value.toBuilder().setTag(old.getOrDefault(tag, tag)));
        }
      }
      first.add(event.hasSummary() ? event.toBuilder().setSummary(summary).build() : event);
    }
    EventFiles.replace(file, first);
    // An evaluation's file is left as it is.
    Event evaluation =
        Events.at(START, 2)
            .setSummary(Summary.newBuilder().addValue(Events.scalar("Confusion matrix", 1)))
            .build();
    EventFileWriter.create(folder, START.plusSeconds(60), List.of(evaluation)).close();
    Instant later = START.plusSeconds(600);
    TrainingSummaries.resume(folder, measured(2), later, RUN, remark -> {}).close();
    List<Path> files = EventFiles.list(folder);
    assertThat(EventFileReader.readAll(files.get(0))).isEqualTo(wanted);
    assertThat(EventFileReader.readAll(files.get(1))).contains(evaluation);
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
            "run",
            "sample",
            RUN.configuration(),
            RUN.layers(),
            RUN.operations(),
            SampleEpochs.CLASSES,
            List.of("C9/kernel"),
            RUN.batch(),
            RUN.lastEpoch());
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

  private static TrainingSummaries.Run run(int epochs) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("optimizer", "adam");
    configuration.put("epochs", Integer.toString(epochs));
    return new TrainingSummaries.Run(
        "run",
        "sample",
        configuration,
        LayerGraph.of(Model.leNet5(10, Normalization.NONE)),
        GraphDef.newBuilder().addNode(NodeDef.newBuilder().setName("images")).build(),
        SampleEpochs.CLASSES,
        List.of("C1/kernel", "C1/bias", "F8/kernel", "F8/bias"),
        List.of(new ImageGridPicture.Row("Original", NdArrays.ofBytes(Shape.of(2, 32, 32, 3)))),
        Integer.parseInt(configuration.get("epochs")));
  }
}
