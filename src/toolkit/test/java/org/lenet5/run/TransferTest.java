package org.lenet5.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.SmallSample;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.image.ImageShape;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.ndarray.FloatNdArray;

/** Trainings that begin with another run's weights, and layers that are not trained. */
class TransferTest {
  private static final Dataset SAMPLE = SmallSample.of(60, 20);

  /** Two of the sample's classes. */
  private static final Dataset TWO =
      Dataset.of("two", halves(SAMPLE.train()), halves(SAMPLE.test()), List.of("low", "high"));

  @TempDir private Path home;
  private RunFolders folders;
  private final List<String> messages = new ArrayList<>();

  @BeforeEach
  void inAFolder() {
    folders = RunFolders.in(home);
  }

  private static LabeledImages halves(LabeledImages images) {
    ImageShape shape = images.shape();
    byte[] pixels = new byte[images.size() * shape.bytes()];
    int[] labels = new int[images.size()];
    for (int i = 0; i < labels.length; i++) {
      images.copyTo(i, pixels, i * shape.bytes());
      labels[i] = images.label(i) / 5;
    }
    return LabeledImages.copyOf(shape, pixels, labels);
  }

  private TrainingRun on(Dataset data) {
    return new TrainingRun(
        RunData.of(data),
        new RunListener() {
          @Override
          public void onMessage(String line) {
            messages.add(line);
          }
        });
  }

  private static TrainingConfig config(String... flags) {
    Map<String, String> settings =
        new LinkedHashMap<>(Map.of("epochs", "1", "batch-size", "20", "threads", "2"));
    for (int i = 0; i < flags.length; i += 2) {
      settings.put(flags[i], flags[i + 1]);
    }
    return TrainingConfig.of(settings);
  }

  private RunResult train(String name, Dataset data, String... flags) {
    return on(data).start(name, config(flags), folders);
  }

  private Map<String, String> digests(RunResult run, int epoch) {
    Map<String, String> digests = new TreeMap<>();
    CheckpointFile.load(
            run.checkpoints().resolve("ckpt-" + epoch),
            CheckpointFile.shapes(run.checkpoints().resolve("ckpt-" + epoch)))
        .forEach((name, value) -> digests.put(name, VariableDigests.sha256(Map.of(name, value))));
    return digests;
  }

  private static Map<String, String> of(Map<String, String> digests, String... layers) {
    return digests.entrySet().stream()
        .filter(each -> List.of(layers).contains(each.getKey().replaceFirst("/.*", "")))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  @Test
  void frozenLayersKeepTheBitsThatTheyCameWith() {
    RunResult first = train("first", SAMPLE, "seed", "7");
    RunResult second = train("second", TWO, "from", "first", "freeze", "C1,C2,C3");
    assertThat(messages)
        .contains("From first after epoch 1: C1 C2 C3 F6 F7; made anew: F8 (other shapes)");
    Map<String, String> before = digests(first, 1);
    Map<String, String> after = digests(second, 1);
    for (String layer : List.of("C1", "C2", "C3")) {
      assertThat(after)
          .containsEntry(layer + "/kernel", before.get(layer + "/kernel"))
          .containsEntry(layer + "/bias", before.get(layer + "/bias"))
          .doesNotContainKeys(layer + "/kernel-m", layer + "/kernel-v", layer + "/bias-m");
    }
    assertThat(after).containsKeys("F6/kernel-m", "F8/bias-v");
    assertThat(after.get("F6/kernel")).isNotEqualTo(before.get("F6/kernel"));
    assertThat(second.manifest().settings())
        .containsEntry("from", "first")
        .containsEntry("freeze", "C1,C2,C3");
    Manifest.Source source = second.manifest().sources().from();
    assertThat(source.name()).isEqualTo("first");
    assertThat(source.epoch()).isEqualTo(1);
    assertThat(source.sha256()).matches("[0-9a-f]{64}");
    assertThat(Manifest.read(second.checkpoints())).isEqualTo(second.manifest());
  }

  @Test
  void aHeadForOtherClassesOfTheSameNumberIsMadeAnew() {
    train("first", TWO);
    Dataset others = Dataset.of("others", TWO.train(), TWO.test(), List.of("cold", "warm"));
    train("second", others, "from", "first");
    assertThat(messages).anyMatch(line -> line.endsWith("F7; made anew: F8 (other classes)"));
  }

  @Test
  void allThatIsTakenIsTheSameAsBefore() {
    RunResult first = train("first", SAMPLE, "seed", "7");
    // A rate so small that no weight moves by a bit.
    RunResult second =
        train("second", SAMPLE, "from", "first", "optimizer", "sgd", "learning-rate", "1e-30");
    assertThat(messages).contains("From first after epoch 1: C1 C2 C3 F6 F7 F8");
    String[] layers = {"C1", "C2", "C3", "F6", "F7", "F8"};
    Map<String, String> taken = of(digests(first, 1), layers);
    taken.keySet().removeIf(name -> name.contains("-")); // Adam's state is not taken
    assertThat(digests(second, 1)).isEqualTo(taken);
  }

  @Test
  void statisticsOfBatchNormalizationAreTakenAndKeptWhileFrozen() {
    RunResult first = train("first", SAMPLE, "network", "lenet5-bn");
    RunResult second =
        train("second", SAMPLE, "network", "lenet5-bn", "from", "first", "freeze", "C1,F6");
    assertThat(of(digests(second, 1), "C1", "F6"))
        .hasSize(12)
        .allSatisfy((name, digest) -> assertThat(digest).isEqualTo(digests(first, 1).get(name)));
    assertThat(digests(second, 1).get("C2/mean")).isNotEqualTo(digests(first, 1).get("C2/mean"));
  }

  @Test
  void lenet5BeginsWithTheServedWeightsOfItsNormalizedForm() {
    RunResult first = train("first", SAMPLE, "network", "lenet5-bn");
    RunResult second =
        train("second", SAMPLE, "from", "first", "optimizer", "sgd", "learning-rate", "1e-30");
    Map<String, FloatNdArray> folded =
        first
            .manifest()
            .model()
            .folded(
                CheckpointFile.load(
                    first.checkpoints().resolve("ckpt-1"), first.manifest().model().variables()));
    assertThat(digests(second, 1)).isEqualTo(VariableDigests.of(folded));
  }

  @Test
  void aResumeNeedsTheOriginNoMoreAndAReplayDoes() {
    train("first", SAMPLE, "seed", "7");
    RunResult straight = train("straight", TWO, "from", "first", "epochs", "3");
    train("second", TWO, "from", "first", "epochs", "2");
    assertThat(replay("straight", 3).run(RunListener.NONE)).isEmpty();

    new StoredRun(folders, "first").delete();
    RunResult resumed = on(TWO).resume("second", Map.of("epochs", "3"), folders);
    assertThat(resumed.manifest().epochs().get(2).variablesSha256())
        .isEqualTo(straight.manifest().epochs().get(2).variablesSha256());
    assertThat(resumed.manifest().sources()).isEqualTo(straight.manifest().sources());
    assertThatThrownBy(() -> replay("second", 1))
        .isInstanceOf(RunException.class)
        .hasMessageStartingWith(
            "run second began with the weights of first after epoch 1, which are gone: ");

    train("first", SAMPLE, "seed", "8");
    assertThatThrownBy(() -> replay("second", 1))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("which have changed: their SHA-256 is ");
  }

  private Replay replay(String run, int epochs) {
    Path folder = folders.checkpoints().resolve(run);
    return new Replay(folders, folder, Manifest.read(folder), TWO, epochs);
  }

  @Test
  void aStopWithinTheFirstEpochLosesNothingOfTheOrigin() {
    train("first", SAMPLE, "seed", "7");
    RunResult straight = train("straight", TWO, "from", "first");
    TrainingRun stopped = on(TWO);
    stopped.stop();
    RunResult half = stopped.start("second", config("from", "first"), folders);
    assertThat(half.stopped()).isTrue();
    RunResult whole = on(TWO).resume("second", folders);
    assertThat(whole.manifest().epochs().get(0).variablesSha256())
        .isEqualTo(straight.manifest().epochs().get(0).variablesSha256());
  }

  @Test
  void aCheckpointByItsPathIsKnownByItsRunToo() {
    RunResult first = train("first", TWO, "epochs", "2");
    Path prefix = first.checkpoints().resolve("ckpt-1");
    RunResult second = train("second", TWO, "from", prefix + ".index");
    assertThat(second.manifest().settings()).containsEntry("from", prefix.toString());
    assertThat(messages).contains("From " + prefix + " after epoch 1: C1 C2 C3 F6 F7 F8");
    assertThat(on(TWO).start(config("from", prefix.toString()), folders).run())
        .contains("_from-ckpt-1");
  }

  @Test
  void aCheckpointMadeElsewhereIsTakenLayerByLayer() {
    RunResult first = train("first", TWO);
    Map<String, FloatNdArray> weights =
        CheckpointFile.load(
            first.checkpoints().resolve("ckpt-1"), first.manifest().model().variables());
    weights.keySet().removeIf(name -> name.startsWith("F"));
    Path prefix = home.resolve("elsewhere");
    CheckpointFile.write(prefix.toString(), weights);
    train("second", TWO, "from", prefix.toString(), "freeze", "C1,C2,C3");
    assertThat(messages)
        .contains(
            "From "
                + prefix
                + ": C1 C2 C3; made anew: F6 (no such layer), F7 (no such layer), F8 (no such"
                + " layer)");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
    train("first", TWO);
    assertRefused(
        "--from nothing: there is neither such a run in "
            + folders.checkpoints()
            + " nor such a checkpoint",
        "from",
        "nothing");
    assertRefused(
        "--from first: network own has no layer of the same name and shapes: K (no such layer)",
        "from",
        "first",
        "network",
        "own = K dense classes linear");
    assertRefused(
        "--freeze C1,C9: there is no layer C9 that could be trained; must be of C1, C2, C3, F6, F7,"
            + " F8",
        "freeze",
        "C1,C9");
    assertRefused(
        "--freeze S1: there is no layer S1 that could be trained; must be of C1, C2, C3, F6, F7, F8",
        "freeze",
        "S1");
    assertRefused(
        "--freeze C1,C2,C3,F6,F7,F8: must leave a layer to train", "freeze", "C1,C2,C3,F6,F7,F8");
    assertThatThrownBy(() -> config("freeze", "C1,,C2"))
        .hasMessage("--freeze C1,,C2: must be names with commas between them, each once");
    assertThat(folders.checkpoints().resolve("second")).doesNotExist();
  }

  private void assertRefused(String message, String... flags) {
    assertThatThrownBy(() -> train("second", TWO, flags))
        .isInstanceOf(RunUsageException.class)
        .hasMessage(message);
  }

  @Test
  void pixelsThatWereScaledOtherwiseAreSaid() {
    train("first", TWO, "normalize", "cifar10");
    train("second", TWO, "from", "first");
    assertThat(messages)
        .contains("first learnt with --normalize cifar10: here pixels are scaled otherwise");
  }
}
