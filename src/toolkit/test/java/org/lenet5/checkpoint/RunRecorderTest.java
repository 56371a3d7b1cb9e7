package org.lenet5.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.SmallSample;
import org.lenet5.data.Dataset;
import org.lenet5.io.Sha256;
import org.lenet5.training.EpochListener;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Evaluation;
import org.lenet5.training.LastListener;
import org.lenet5.training.PassListener;
import org.lenet5.training.Position;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;

class RunRecorderTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(Map.of("epochs", "3", "threads", "1"));
  private static final List<EpochResult> EPOCHS = new ArrayList<>();
  private static Map<String, Shape> shapes;

  @TempDir Path folder;

  @BeforeAll
  static void train() {
    Dataset data = SmallSample.of(20, 10);
    try (Trainer trainer = new Trainer(CONFIG, data, 1, PassListener.NONE)) {
      trainer.train(0, List.of(EPOCHS::add));
      shapes = trainer.shapes();
    }
  }

  private static Manifest manifest() {
    return new Manifest(
        "a",
        "2026-01-02T03:04:05Z",
        CONFIG.flags(),
        new Manifest.Data("sample", "00", 20, 0, 10, List.of("cat", "dog"), null, null),
        Map.of("lenet5", "1"),
        "CPU",
        65_156,
        List.of(),
        List.of());
  }

  private Manifest recorded(int keep) {
    RunRecorder recorder = RunRecorder.start(folder, keep, manifest());
    EPOCHS.forEach(recorder::afterEpoch);
    return recorder.manifest();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void keepsTheLastCheckpointsAndSaysWhich() throws IOException {
    Manifest manifest = recorded(2);

    assertThat(names())
        .containsExactly(
            "checkpoint",
            "ckpt-2.data-00000-of-00001",
            "ckpt-2.index",
            "ckpt-3.data-00000-of-00001",
            "ckpt-3.index",
            "run.copy.json",
            "run.json");
    assertThat(Files.readString(folder.resolve("checkpoint")))
        .isEqualTo(
            "model_checkpoint_path: \"ckpt-3\"\n"
                + "all_model_checkpoint_paths: \"ckpt-2\"\n"
                + "all_model_checkpoint_paths: \"ckpt-3\"\n");
    assertThat(manifest.epochs()).hasSize(3);
    assertThat(manifest.checkpoints())
        .extracting(Manifest.Checkpoint::name)
        .containsExactly("ckpt-2", "ckpt-3");
  }

  @Test
  void whatIsReadIsWhatWasWrittenToTheLastBit() {
    Manifest manifest = recorded(5);

    assertThat(Manifest.read(folder)).isEqualTo(manifest);
    for (int i = 0; i < 3; i++) {
      Map<String, FloatNdArray> read =
          RunRecorder.load(folder, manifest, manifest.checkpoints().get(i), shapes);
      assertThat(read).isEqualTo(EPOCHS.get(i).variables());
      assertThat(VariableDigests.sha256(read))
          .isEqualTo(manifest.epochs().get(i).variablesSha256());
    }
  }

  @Test
  void aCheckpointOfAnEpochThatDoesNotCountIsDropped() throws IOException {
    Manifest manifest = recorded(5);
    RunRecorder resumed =
        RunRecorder.resume(folder, 5, manifest, Position.afterEpochs(1), manifest.settings());
    resumed.afterEpoch(EPOCHS.get(1));
    assertThat(names())
        .contains("ckpt-1.index", "ckpt-2.index")
        .doesNotContain("ckpt-3.index", "ckpt-3.data-00000-of-00001");
    assertThat(Manifest.read(folder).epochs()).hasSize(2);
  }

  @Test
  void aResumeDoesWhatAKillLeftUndone() throws IOException {
    RunRecorder recorder = RunRecorder.start(folder, 1, manifest());
    recorder.afterEpoch(EPOCHS.get(0));
    recorder.onStep(new Position(1, 1, 2.5, 0.5), EPOCHS.get(0).variables());
    Map<String, byte[]> before = contents();
    recorder.afterEpoch(EPOCHS.get(1));
    Map<String, byte[]> after = contents();

    // Killed once run.json counted the epoch, and before anything that follows.
    for (String name : names()) {
      if (!name.startsWith("run.")) {
        Files.delete(folder.resolve(name));
      }
    }
    for (Map.Entry<String, byte[]> each : before.entrySet()) {
      if (!each.getKey().startsWith("run.")) {
        Files.write(folder.resolve(each.getKey()), each.getValue());
      }
    }
    for (String name : List.of("ckpt-2.index", "ckpt-2.data-00000-of-00001")) {
      Files.write(folder.resolve(name), after.get(name));
    }
    assertThat(names()).contains("step.json", "ckpt-1-step-1.index", "ckpt-1.index");

    Manifest killed = Manifest.read(folder);
    RunRecorder.Restored restored = RunRecorder.restore(folder, killed, 2, shapes);
    assertThat(restored.from()).isEqualTo(Position.afterEpochs(2));
    RunRecorder.resume(folder, 1, killed, restored.from(), killed.settings());
    assertThat(contents()).usingRecursiveComparison().isEqualTo(after);
  }

  private Map<String, byte[]> contents() throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (String name : names()) {
      contents.put(name, Files.readAllBytes(folder.resolve(name)));
    }
    return contents;
  }

  @Test
  void withoutAnIntactCheckpointTheStateFileGoes() throws IOException {
    Manifest manifest = recorded(1);
    RunRecorder.resume(folder, 1, manifest, Position.afterEpochs(0), manifest.settings());
    assertThat(names()).containsExactly("run.copy.json", "run.json");
  }

  @Test
  void theBestOnHeldOutImagesIsAlwaysKept() throws IOException {
    Manifest begun = manifest();
    Manifest.Data held =
        new Manifest.Data("sample", "00", 16, 4, 10, List.of("a", "b"), null, null);
    RunRecorder recorder =
        RunRecorder.start(
            folder,
            1,
            new Manifest(
                "a",
                begun.created(),
                begun.settings(),
                held,
                begun.versions(),
                "CPU",
                65_156,
                List.of(),
                List.of()));
    double[] accuracies = {0.25, 0.75, 0.75, 0.5, 0.25, 1};
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < accuracies.length; i++) {
      recorder.afterEpoch(withValidation(EPOCHS.get(i % EPOCHS.size()), i + 1, accuracies[i]));
      kept.add(
          Manifest.read(folder).checkpoints().stream()
              .map(Manifest.Checkpoint::name)
              .collect(Collectors.joining(" ")));
    }
    // The earlier of equals stays; the newest that is the best itself needs no other.
    assertThat(kept)
        .containsExactly(
            "ckpt-1", "ckpt-2", "ckpt-2 ckpt-3", "ckpt-2 ckpt-4", "ckpt-2 ckpt-5", "ckpt-6");
    assertThat(Manifest.read(folder).best().orElseThrow().epoch()).isEqualTo(6);
    assertThat(Manifest.read(folder).bestEpoch()).hasValue(6);
    assertThat(names()).contains("ckpt-6.index").doesNotContain("ckpt-2.index", "ckpt-5.index");
  }

  private static EpochResult withValidation(EpochResult result, int epoch, double accuracy) {
    return new EpochResult(
        epoch,
        result.time(),
        result.trainLoss(),
        result.train(),
        result.test(),
        Optional.of(new Evaluation(2, accuracy, new int[0], new int[][] {{1}})),
        result.learningRate(),
        result.trainSeconds(),
        result.evaluationSeconds(),
        result.images(),
        result.isLast(),
        result.variables());
  }

  @Test
  void aManifestOfVersion01IsRead() throws IOException {
    Manifest manifest = recorded(2);
    Path file = folder.resolve("run.json");
    String now = Files.readString(file);
    assertThat(now).contains("\"folder\" : null");
    // Without the line that it did not have, and sealed as it was.
    ObjectNode object = (ObjectNode) new ObjectMapper().readTree(now);
    ((ObjectNode) object.get("data")).remove("folder");
    object.remove("sha256");
    object.put("sha256", Sha256.of(object.toString().getBytes(StandardCharsets.UTF_8)));
    Files.writeString(file, object.toString());
    assertThat(Manifest.read(folder)).isEqualTo(manifest);
  }

  @Test
  void whatMakesAnEpochCountCannotStandAmongTheListeners() {
    assertThat(EpochListener.class.isAssignableFrom(RunRecorder.class)).isFalse();
    assertThat(LastListener.class.isAssignableFrom(RunRecorder.class)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ckpt-3.index", "ckpt-3.data-00000-of-00001"})
  void aDamagedCheckpointIsRefusedBeforeTensorFlowSeesIt(String name) throws IOException {
    Manifest manifest = recorded(5);
    Path file = folder.resolve(name);
    byte[] good = Files.readAllBytes(file);
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 4;
    for (byte[] bad : List.of(flipped, java.util.Arrays.copyOf(good, good.length - 1))) {
      Files.write(file, bad);
      assertThatThrownBy(
              () -> RunRecorder.load(folder, manifest, manifest.checkpoints().get(2), shapes))
          .isInstanceOf(RunException.class)
          .hasMessageContaining("ckpt-3 is damaged");
    }
    Files.delete(file);
    assertThatThrownBy(() -> RunRecorder.requireIntact(folder, manifest.checkpoints().get(2)))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("there is no file " + name);
    RunRecorder.requireIntact(folder, manifest.checkpoints().get(1));
  }

  @Test
  void aVariableThatIsMissingOrOfAnotherShapeIsNamed() {
    Manifest manifest = recorded(1);
    Manifest.Checkpoint last = manifest.checkpoints().get(0);
    Map<String, Shape> more = new LinkedHashMap<>(shapes);
    more.put("C9/kernel", Shape.of(1));
    assertThatThrownBy(() -> RunRecorder.load(folder, manifest, last, more))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("C9/kernel");
    assertThatThrownBy(
            () -> RunRecorder.load(folder, manifest, last, Map.of("C1/bias", Shape.of(7))))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("C1/bias has shape [6], expected [7]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}", "[]", "null", "{\"run\": \"a\"}", "\0\0"})
  void aDamagedManifestIsNamed(String text) throws IOException {
    Files.writeString(folder.resolve("run.json"), text);
    assertThatThrownBy(() -> Manifest.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("run.json")
        .hasMessageNotContaining("\n");
  }

  @Test
  void noFlippedBitAndNoCutOfAManifestPasses() throws IOException {
    Manifest manifest = recorded(2);
    everyDamage(folder.resolve("run.json"), () -> Manifest.read(folder), manifest);
  }

  @Test
  void noFlippedBitAndNoCutOfAPlaceWithinAnEpochPasses() throws IOException {
    RunRecorder recorder = RunRecorder.start(folder, 2, manifest());
    recorder.onStep(new Position(0, 1, 23.125, 0.5), EPOCHS.get(0).variables());
    StepCheckpoint step = StepCheckpoint.read(folder).orElseThrow();
    everyDamage(folder.resolve("step.json"), () -> StepCheckpoint.read(folder).orElseThrow(), step);
  }

  /** Flips a bit of each byte, and cuts the file at many: it is refused or says the same. */
  private static void everyDamage(Path file, Supplier<Object> read, Object right)
      throws IOException {
    byte[] good = Files.readAllBytes(file);
    int refused = 0;
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << i % Byte.SIZE);
      refused += refuses(file, bad, read, right) ? 1 : 0;
      if (i % 16 == 0) {
        refuses(file, java.util.Arrays.copyOf(good, i), read, right);
      }
    }
    assertThat(refused).isGreaterThan(good.length / 2); // the rest is space
    Files.write(file, good);
    assertThat(read.get()).isEqualTo(right);
  }

  private static boolean refuses(Path file, byte[] bad, Supplier<Object> read, Object right)
      throws IOException {
    Files.write(file, bad);
    try {
      assertThat(read.get()).isEqualTo(right);
      return false;
    } catch (RunException e) {
      assertThat(e).hasMessageContaining(file + " is damaged");
      return true;
    }
  }

  @Test
  void theCopyOfADamagedManifestIsTakenAndSaid() throws IOException {
    Manifest manifest = recorded(2);
    List<String> remarks = new ArrayList<>();
    assertThat(Manifest.readOrCopy(folder, remarks::add)).isEqualTo(manifest);
    assertThat(remarks).isEmpty();

    Files.writeString(folder.resolve("run.json"), "{");
    assertThat(Manifest.readOrCopy(folder, remarks::add)).isEqualTo(manifest);
    assertThat(remarks).hasSize(1);
    assertThat(remarks.get(0)).contains("run.json is damaged", "taking its copy run.copy.json");

    Files.writeString(folder.resolve("run.copy.json"), "{");
    assertThatThrownBy(() -> Manifest.readOrCopy(folder, remarks::add))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("run.json is damaged");
  }

  @Test
  void predictionsThatAreNotWhatTheEpochMeasuredAreUnknown() throws IOException {
    Dataset data = SmallSample.of(20, 10);
    Predictions written = new Predictions(folder, List.of(), data);
    EPOCHS.forEach(written::onEpoch);
    List<Manifest.Epoch> epochs = recorded(2).epochs();
    assertThat(new Predictions(folder, epochs, data).unknown()).isEmpty();

    byte[] good = Files.readAllBytes(folder.resolve("predictions.bin"));
    byte[] bad = good.clone();
    bad[12] = (byte) (bad[12] == data.test().label(2) ? bad[12] + 1 : data.test().label(2));
    Files.write(folder.resolve("predictions.bin"), bad);
    assertThat(new Predictions(folder, epochs, data).unknown()).containsExactly(2);
    bad[12] = 77;
    Files.write(folder.resolve("predictions.bin"), bad);
    assertThat(new Predictions(folder, epochs, data).unknown()).containsExactly(2);
    Files.write(folder.resolve("predictions.bin"), java.util.Arrays.copyOf(good, 19));
    assertThat(new Predictions(folder, epochs, data).unknown()).containsExactly(2, 3);
  }

  @Test
  void noRunIsSaid() {
    assertThat(Manifest.isIn(folder)).isFalse();
    assertThatThrownBy(() -> Manifest.read(folder))
        .isInstanceOf(RunException.class)
        .hasMessage("there is no run in " + folder + " (no run.json)");
  }

  @Test
  void aFolderThatIsGoneStopsTheRunWithTheFilesName() throws IOException {
    RunRecorder recorder = RunRecorder.start(folder.resolve("run"), 2, manifest());
    Files.delete(folder.resolve("run/run.json"));
    Files.delete(folder.resolve("run/run.copy.json"));
    Files.delete(folder.resolve("run"));
    Files.writeString(folder.resolve("run"), "in the way");
    assertThatThrownBy(() -> recorder.afterEpoch(EPOCHS.get(0)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot write " + folder.resolve("run/ckpt-1"))
        .hasMessageNotContaining("\n");
  }
}
