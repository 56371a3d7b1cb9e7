package org.lenet5.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.data.DataException;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.image.ImageShape;
import org.lenet5.io.Sha256;
import org.lenet5.training.EpochResult;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;

/** Runs that learn from another run's answers, or a SavedModel's. */
class TeachingTest {
  private static final Dataset DATA = shades(3, "dark", "grey", "light");

  @TempDir private Path home;
  private RunFolders folders;
  private final List<String> messages = new ArrayList<>();

  @BeforeEach
  void inAFolder() {
    folders = RunFolders.in(home);
  }

  /** Noise around a level for each class. */
  private static Dataset shades(int channels, String... classes) {
    return Dataset.of(
        "shades",
        images(channels, classes.length, 60, 1),
        images(channels, classes.length, 30, 2),
        List.of(classes));
  }

  private static LabeledImages images(int channels, int classes, int count, long seed) {
    ImageShape shape = new ImageShape(32, 32, channels);
    Random random = new Random(seed);
    byte[] pixels = new byte[count * shape.bytes()];
    int[] labels = new int[count];
    for (int i = 0; i < pixels.length; i++) {
      int image = i / shape.bytes();
      labels[image] = image % classes;
      pixels[i] = (byte) (random.nextInt(120) + 60 * labels[image]);
    }
    return LabeledImages.copyOf(shape, pixels, labels);
  }

  private TrainingRun on(Dataset data, int checkpointEvery) {
    return new TrainingRun(
        RunData.of(data),
        new RunListener() {
          @Override
          public void onMessage(String line) {
            messages.add(line);
          }
        },
        new TrainingRun.Options(1, 5, checkpointEvery));
  }

  private static TrainingConfig config(String... flags) {
    Map<String, String> settings =
        new LinkedHashMap<>(Map.of("epochs", "1", "batch-size", "20", "threads", "2"));
    for (int i = 0; i < flags.length; i += 2) {
      settings.put(flags[i], flags[i + 1]);
    }
    return TrainingConfig.of(settings);
  }

  private RunResult train(String name, String... flags) {
    return on(DATA, 0).start(name, config(flags), folders);
  }

  private static List<String> bits(RunResult run) {
    return run.manifest().epochs().stream().map(Manifest.Epoch::variablesSha256).toList();
  }

  private static double trainLoss(RunResult run) {
    return last(run).trainLoss();
  }

  @Test
  void theRunRecordsItsTeacher() {
    RunResult big = train("big", "network", "lenet5-bn", "seed", "7", "normalize", "cifar10");
    RunResult plain = train("plain");
    RunResult small = train("small", "teacher", "big", "temperature", "3");
    assertThat(messages).contains("Learns from big after epoch 1: temperature 3.0, weight 0.9");
    assertThat(small.manifest().settings())
        .containsEntry("teacher", "big")
        .containsEntry("temperature", "3.0")
        .containsEntry("teacher-weight", "0.9");
    Manifest.Source source = small.manifest().sources().teacher();
    assertThat(source.name()).isEqualTo("big");
    assertThat(source.epoch()).isEqualTo(1);
    assertThat(source.sha256())
        .isEqualTo(
            VariableDigests.sha256(
                CheckpointFile.weights(
                    big.checkpoints().resolve("ckpt-1"), big.manifest().model().variables())));
    assertThat(small.manifest().sources().from()).isNull();
    assertThat(Manifest.read(small.checkpoints())).isEqualTo(small.manifest());
    assertThat(bits(small)).isNotEqualTo(bits(plain));
    assertThat(replay("small").run(RunListener.NONE)).isEmpty();
  }

  private Replay replay(String run) {
    Path folder = folders.checkpoints().resolve(run);
    Manifest manifest = Manifest.read(folder);
    return new Replay(folders, folder, manifest, DATA, manifest.epochs().size());
  }

  @Test
  void aTeacherOfNoWeightChangesNoBit() {
    train("big", "seed", "7");
    RunResult plain = train("plain");
    RunResult taught = train("taught", "teacher", "big", "teacher-weight", "0");
    assertThat(bits(taught)).isEqualTo(bits(plain));
    assertThat(taught.manifest().sources().teacher().name()).isEqualTo("big");
  }

  @Test
  void averagesAreWhatTeaches() {
    RunResult big = train("big", "ema", "0.9");
    Manifest.Source source = train("small", "teacher", "big").manifest().sources().teacher();
    Path prefix = big.checkpoints().resolve("ckpt-1");
    assertThat(source.sha256())
        .isEqualTo(
            VariableDigests.sha256(
                CheckpointFile.weights(prefix, big.manifest().model().variables())))
        .isNotEqualTo(
            VariableDigests.sha256(
                CheckpointFile.load(prefix, big.manifest().model().variables())));
  }

  /** What a run would export, its SavedModel is: loaded as such it teaches the same. */
  @Test
  void theSavedModelOfARunTeachesTheSame() throws Exception {
    RunResult big = train("big", "network", "lenet5-bn", "seed", "7");
    RunResult byRun = train("by-run", "teacher", "big", "augment", "flip,crop,mixup:1");
    Path model = big.model().orElseThrow();
    RunResult byModel =
        train("by-model", "teacher", model.toString(), "augment", "flip,crop,mixup:1");
    assertThat(trainLoss(byModel)).isCloseTo(trainLoss(byRun), within(1e-5));
    Manifest.Source source = byModel.manifest().sources().teacher();
    assertThat(source)
        .isEqualTo(
            new Manifest.Source(
                model.toString(), 0, Sha256.of(model.resolve("assets.extra/SHA256SUMS"))));
    assertThat(replay("by-model").run(RunListener.NONE)).isEmpty();
  }

  @Test
  void classesAreTakenByTheirNames() {
    Dataset others = shades(3, "light", "dark", "grey"); // for the same levels
    String[] flags = {"epochs", "6", "batch-size", "10"};
    RunResult big = on(others, 0).start("big", config(flags), folders);
    assertThat(last(big).testAccuracy()).isGreaterThan(0.9);
    // Taught by its answers alone: what it calls light is light, and here that is another level.
    String[] taught = with(flags, "teacher", "big", "teacher-weight", "1");
    assertThat(last(on(DATA, 0).start("small", config(taught), folders)).testAccuracy())
        .isLessThan(0.3);
  }

  private static Manifest.Epoch last(RunResult run) {
    return run.manifest().epochs().get(run.manifest().epochs().size() - 1);
  }

  @Test
  void aResumeHasTheBitsOfARunThatWasNotStopped() {
    train("big", "network", "lenet5-bn", "seed", "7");
    String[] flags = {"teacher", "big", "augment", "flip,crop", "ema", "0.9", "batch-size", "8"};
    RunResult straight = train("straight", with(flags, "epochs", "3"));

    RunResult first = train("second", with(flags, "epochs", "1"));
    assertThat(bits(first)).isEqualTo(bits(straight).subList(0, 1));
    RunResult on = on(DATA, 0).resume("second", Map.of("epochs", "3"), folders);
    assertThat(bits(on)).isEqualTo(bits(straight));
    assertThat(on.manifest().sources()).isEqualTo(straight.manifest().sources());

    // Stopped within the first epoch, then within the second.
    TrainingRun stopped = on(DATA, 0);
    stopped.stop();
    assertThat(stopped.start("third", config(with(flags, "epochs", "3")), folders).end().steps())
        .isEqualTo(1);
    TrainingRun[] again = new TrainingRun[1];
    again[0] =
        new TrainingRun(
            RunData.of(DATA),
            new RunListener() {
              @Override
              public void advance(int images, double loss) {
                if (++steps == 10) { // of 8 an epoch
                  again[0].stop();
                }
              }

              private int steps;

              @Override
              public void onEpoch(EpochResult result) {}
            });
    RunResult middle = again[0].resume("third", folders);
    assertThat(middle.stopped()).isTrue();
    assertThat(middle.end().epochs()).isEqualTo(1);
    assertThat(middle.end().steps()).isPositive();
    assertThat(bits(on(DATA, 0).resume("third", folders))).isEqualTo(bits(straight));
  }

  private static String[] with(String[] flags, String... more) {
    List<String> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void goingOnAndReplayNeedTheSameTeacher() {
    train("big", "seed", "7");
    RunResult small = train("small", "teacher", "big");
    new StoredRun(folders, "big").delete();
    for (Runnable each :
        List.<Runnable>of(
            () -> on(DATA, 0).resume("small", Map.of("epochs", "2"), folders),
            () -> replay("small").run(RunListener.NONE))) {
      assertThatThrownBy(each::run)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(
              "run small learns from big after epoch 1, which is gone or damaged: --teacher big:");
    }
    train("big", "seed", "8");
    for (Runnable each :
        List.<Runnable>of(
            () -> on(DATA, 0).resume("small", Map.of("epochs", "2"), folders),
            () -> replay("small").run(RunListener.NONE))) {
      assertThatThrownBy(each::run)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("which has changed: its SHA-256 is ")
          .hasMessageEndingWith("it was " + small.manifest().sources().teacher().sha256());
    }
    assertThatThrownBy(() -> on(DATA, 0).resume("small", Map.of("teacher", "none"), folders))
        .isInstanceOf(RunUsageException.class)
        .hasMessageContaining("--teacher none (it has big)");
  }

  @Test
  void whatCannotTeachIsRefusedBeforeAnythingIsWritten() throws Exception {
    RunResult big = train("big");
    assertRefused(
        RunUsageException.class,
        "--teacher nobody: there is neither such a run in "
            + folders.checkpoints()
            + " nor a folder with such a SavedModel",
        DATA,
        "nobody");
    assertRefused(
        RunUsageException.class, "--teacher small: a run cannot be its own teacher", DATA, "small");
    assertRefused(
        RunUsageException.class,
        "--teacher big: knows the classes dark, grey, light; those of shades are dark, light",
        shades(3, "dark", "light"),
        "big");
    assertRefused(
        RunUsageException.class,
        "--teacher big: takes images of [32,32,3], those of shades are [32,32,1]; --image-size"
            + " 32x32 --color rgb makes them so",
        shades(1, "dark", "grey", "light"),
        "big");
    Path model = big.model().orElseThrow();
    assertRefused(
        DataException.class,
        "--teacher " + home + ": " + home + " holds no SavedModel",
        DATA,
        home.toString());

    Path pb = model.resolve("saved_model.pb");
    byte[] whole = Files.readAllBytes(pb);
    byte[] damaged = whole.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(pb, damaged);
    assertRefused(
        DataException.class,
        "--teacher " + model + ": " + pb + " is damaged: its SHA-256 is ",
        DATA,
        model.toString());
    Files.delete(model.resolve("assets.extra/SHA256SUMS"));
    Files.write(pb, withoutLogits(whole));
    assertRefused(
        DataException.class,
        "--teacher " + model + ": " + pb + " has no output logits",
        DATA,
        model.toString());
    Files.write(pb, whole);
    Path variables = model.resolve("variables/variables.data-00000-of-00001");
    Files.write(variables, new byte[100]);
    assertRefused(
        DataException.class,
        "--teacher " + model + ": TensorFlow cannot load " + model + ": ",
        DATA,
        model.toString());
    Files.delete(model.resolve("assets.extra/labels.txt"));
    assertRefused(
        DataException.class,
        "--teacher "
            + model
            + ": "
            + model.resolve("assets.extra/labels.txt")
            + " is missing: the classes' names, a name a line",
        DATA,
        model.toString());

    Path checkpoint = big.checkpoints().resolve("ckpt-1.data-00000-of-00001");
    byte[] weights = Files.readAllBytes(checkpoint);
    weights[1000] ^= 1;
    Files.write(checkpoint, weights);
    assertRefused(
        DataException.class,
        "--teacher big: " + big.checkpoints().resolve("ckpt-1") + " is damaged: the SHA-256 of ",
        DATA,
        "big");
  }

  private static byte[] withoutLogits(byte[] model) throws Exception {
    SavedModel.Builder saved = SavedModel.parseFrom(model).toBuilder();
    MetaGraphDef.Builder graph = saved.getMetaGraphsBuilder(0);
    SignatureDef signature =
        graph.getSignatureDefOrThrow("serving_default").toBuilder().removeOutputs("logits").build();
    graph.putSignatureDef("serving_default", signature);
    return saved.build().toByteArray();
  }

  private void assertRefused(
      Class<? extends Exception> kind, String message, Dataset data, String teacher) {
    assertThatThrownBy(() -> on(data, 0).start("small", config("teacher", teacher), folders))
        .isInstanceOf(kind)
        .hasMessageStartingWith(message);
    assertThat(folders.checkpoints().resolve("small")).doesNotExist();
    assertThat(folders.graphs().resolve("small")).doesNotExist();
  }
}
