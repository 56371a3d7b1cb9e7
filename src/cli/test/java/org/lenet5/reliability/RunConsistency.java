package org.lenet5.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lenet5.chart.EpochCharts;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.Predictions;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.RunRecorder;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.io.AtomicFiles;
import org.lenet5.model.Model;
import org.lenet5.report.MetricsCsv;
import org.lenet5.summary.EventFileReader;
import org.lenet5.summary.EventFiles;
import org.lenet5.summary.TrainingSummaries;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** Holds every file of a finished run against its run.json, to the last bit. */
final class RunConsistency {
  // A CheckpointState message as text, as this program writes it and Python reads it.
  private static final Pattern STATE =
      Pattern.compile(
          "model_checkpoint_path: \"([^\"\\\\]+)\"\n((?:all_model_checkpoint_paths: \"[^\"\\\\]+\"\n)+)");

  private final String run;
  private final Path graphs;
  private final Path checkpoints;
  private final Manifest manifest;
  private final List<String> faults = new ArrayList<>();

  private RunConsistency(Path root, String run) {
    this.run = run;
    graphs = root.resolve("graphs").resolve(run);
    checkpoints = root.resolve("checkpoints").resolve(run);
    manifest = Manifest.read(checkpoints);
  }

  /** What is not as run.json says, a line each. */
  static List<String> faults(Path root, String run) throws IOException {
    RunConsistency check = new RunConsistency(root, run);
    check.files();
    check.state();
    check.savedModel();
    check.perEpoch();
    check.events();
    check.redrawn();
    return check.faults;
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      faults.add(checkpoints.getFileName() + ": " + otherwise);
    }
  }

  private Manifest.Checkpoint last() {
    return manifest.checkpoints().get(manifest.checkpoints().size() - 1);
  }

  private void files() throws IOException {
    Set<String> expected =
        new TreeSet<>(
            Set.of(
                ".lock",
                "checkpoint",
                "digests.csv",
                "predictions.bin",
                "run.copy.json",
                "run.json",
                "saved_model"));
    for (Manifest.Checkpoint each : manifest.checkpoints()) {
      expected.addAll(each.files().keySet());
      try {
        RunRecorder.requireIntact(checkpoints, each);
      } catch (RunException e) {
        require(false, e.getMessage());
      }
    }
    Set<String> found = names(checkpoints);
    require(found.equals(expected), "the files are " + found + ", not " + expected);
    require(
        Files.mismatch(checkpoints.resolve(Manifest.FILE), checkpoints.resolve(Manifest.COPY)) < 0,
        "the copy of run.json is another");
    require(
        names(checkpoints.resolve("saved_model")).equals(Set.of("1", "README.md")),
        "saved_model holds " + names(checkpoints.resolve("saved_model")));
    Set<String> looked =
        names(graphs).stream()
            .map(name -> name.replaceFirst("^(events\\.out\\.tfevents).*", "$1"))
            .collect(Collectors.toCollection(TreeSet::new));
    require(
        looked.equals(Set.of("accuracy.png", "events.out.tfevents", "loss.png", "metrics.csv")),
        "graphs holds " + looked);
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private void state() throws IOException {
    String text = Files.readString(checkpoints.resolve("checkpoint"));
    Matcher state = STATE.matcher(text);
    if (!state.matches()) {
      require(false, "the state file is no CheckpointState: " + text);
      return;
    }
    require(state.group(1).equals(last().name()), "the state file's newest is " + state.group(1));
    List<String> all =
        state
            .group(2)
            .lines()
            .map(line -> line.replaceFirst("all_model_checkpoint_paths: \"(.*)\"", "$1"))
            .toList();
    List<String> kept = manifest.checkpoints().stream().map(Manifest.Checkpoint::name).toList();
    require(all.equals(kept), "the state file names " + all + ", run.json " + kept);
  }

  private void savedModel() throws IOException {
    Map<String, Shape> shapes =
        Model.leNet5(
                manifest.data().classes().size(),
                TrainingConfig.of(manifest.settings()).normalization())
            .variables();
    Map<String, FloatNdArray> served =
        CheckpointFile.load(checkpoints.resolve("saved_model/1/variables/variables"), shapes);
    Manifest.Checkpoint exported = manifest.exported().orElseThrow();
    Map<String, FloatNdArray> trained =
        CheckpointFile.weights(checkpoints.resolve(exported.name()), shapes);
    require(served.equals(trained), "the SavedModel's weights are not those of " + exported.name());
    require(
        Files.readString(checkpoints.resolve("saved_model/README.md"))
            .contains("Weights after epoch " + exported.epoch() + " of " + last().epoch()),
        "the model card is of another epoch");
  }

  private void perEpoch() throws IOException {
    int epochs = manifest.epochs().size();
    require(last().epoch() == epochs, "the newest checkpoint is of epoch " + last().epoch());
    require(
        VariableDigests.read(checkpoints)
            .keySet()
            .equals(IntStream.rangeClosed(1, epochs).boxed().collect(Collectors.toSet())),
        "digests.csv has the epochs " + VariableDigests.read(checkpoints).keySet());
    long bytes = Files.size(checkpoints.resolve(Predictions.FILE));
    require(
        bytes == (long) epochs * manifest.data().test(), "predictions.bin has " + bytes + " bytes");
  }

  private void events() throws IOException {
    Map<Long, Float> expected = new TreeMap<>();
    manifest.epochs().forEach(e -> expected.put((long) e.epoch(), (float) e.trainLoss()));
    Map<Long, Float> found = new TreeMap<>();
    for (Path file : EventFiles.list(graphs)) {
      for (Event event : EventFileReader.readAll(file)) {
        for (Summary.Value value : event.getSummary().getValueList()) {
          if (value.getTag().equals(TrainingSummaries.TRAIN_LOSS)) {
            float loss =
                value.hasTensor() ? value.getTensor().getFloatVal(0) : value.getSimpleValue();
            require(
                found.put(event.getStep(), loss) == null, "step " + event.getStep() + " is twice");
          }
        }
      }
    }
    require(found.equals(expected), "the events say " + found + ", run.json " + expected);
  }

  /** What can be made from run.json alone is the same when it is made again. */
  private void redrawn() throws IOException {
    List<MetricsCsv.Row> rows = manifest.epochs().stream().map(MetricsCsv.Row::of).toList();
    Path again = Files.createTempDirectory("again");
    try {
      new MetricsCsv(again.resolve("metrics.csv"), rows).publish();
      new EpochCharts(
              again,
              run + " on " + manifest.data().name(),
              rows.stream().map(MetricsCsv.Row::point).toList())
          .publish();
      for (String name : List.of("metrics.csv", "loss.png", "accuracy.png")) {
        require(
            Files.exists(graphs.resolve(name))
                && Files.mismatch(again.resolve(name), graphs.resolve(name)) < 0,
            name + " is not what run.json says");
      }
    } finally {
      AtomicFiles.deleteTree(again);
    }
  }
}
