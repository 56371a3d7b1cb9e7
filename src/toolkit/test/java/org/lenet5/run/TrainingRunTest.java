package org.lenet5.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.classify.Classifier;
import org.lenet5.data.DataException;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.image.ImageShape;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Position;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;

/** A program's training, through what is public. */
class TrainingRunTest {
  private static final TrainingConfig CONFIG =
      TrainingConfig.of(Map.of("epochs", "2", "batch-size", "10", "threads", "1"));
  private static final ImageShape SHAPE = new ImageShape(32, 32, 3);
  private static final Dataset DATA =
      Dataset.of("shades", shades(40, 1), shades(20, 2), List.of("dark", "light"));

  @TempDir private Path home;
  private RunFolders folders;

  @BeforeEach
  void inAFolder() {
    folders = RunFolders.in(home);
  }

  /** Noise, dark and light by turns. */
  private static LabeledImages shades(int count, long seed) {
    Random random = new Random(seed);
    byte[] pixels = new byte[count * SHAPE.bytes()];
    int[] labels = new int[count];
    for (int i = 0; i < pixels.length; i++) {
      int image = i / SHAPE.bytes();
      labels[image] = image % 2;
      pixels[i] = (byte) (random.nextInt(64) + 128 * labels[image]);
    }
    return LabeledImages.copyOf(SHAPE, pixels, labels);
  }

  /** Keeps what it is told. */
  private static class Told implements RunListener {
    final List<String> events = new ArrayList<>();
    final List<String> messages = new ArrayList<>();

    @Override
    public void onOpen(String run) {
      events.add("open " + run);
    }

    @Override
    public void onStart(RunStart start) {
      events.add("start after " + start.from() + " of " + start.epochs());
    }

    @Override
    public void onMessage(String line) {
      messages.add(line);
    }

    @Override
    public void onEpoch(EpochResult result) {
      events.add("epoch " + result.epoch());
    }

    @Override
    public void begin(int epoch, String pass, long images) {
      events.add(pass + " " + images);
    }
  }

  private static TrainingRun run(RunListener listener) {
    return new TrainingRun(RunData.of(DATA), listener);
  }

  private static String digest(RunResult result) {
    List<Manifest.Epoch> epochs = result.manifest().epochs();
    return epochs.get(epochs.size() - 1).variablesSha256();
  }

  /** Three seconds: how many steps that is differs each time, and is written down. */
  @Test
  void aTimeLimitPlansWhatAReplayRepeats() {
    TrainingConfig config = CONFIG.with(Map.of("minutes", "0.05", "schedule", "cosine"));
    RunResult result =
        new TrainingRun(RunData.of(DATA), RunListener.NONE).start("timed", config, folders);
    Manifest run = result.manifest();
    TrainingConfig written = TrainingConfig.of(run.settings());
    assertThat(written.get(Settings.STEPS).isSaid()).isTrue();
    // Four steps an epoch.
    assertThat(run.epochs()).hasSize((int) (written.get(Settings.STEPS).steps(0) + 3) / 4);
    assertThat(run.epochs()).hasSize(written.epochs());
    assertThat(run.wantedEpochs()).isEqualTo(run.epochs().size());
    assertThat(
            new Replay(folders, folders.checkpoints("timed"), run, DATA, run.epochs().size())
                .run(RunListener.NONE))
        .isEmpty();
    assertThatThrownBy(
            () ->
                new TrainingRun(RunData.of(DATA), RunListener.NONE)
                    .resume("timed", Map.of("epochs", "1000"), folders))
        .isInstanceOf(RunUsageException.class)
        .hasMessageContaining("as run timed has --steps");
    // Who asks for the same time limit, as a suite does with all settings, gets what was planned.
    Map<String, String> all = config.toBuilder().dataset("shades").build().flags();
    RunResult again =
        new TrainingRun(RunData.of(DATA), RunListener.NONE).resume("timed", all, folders);
    assertThat(again.manifest().epochs()).isEqualTo(run.epochs());
  }

  @Test
  void trainsOwnImagesUnderANameThatSaysWhatTheyAre() {
    Told told = new Told();
    RunResult result = run(told).start(CONFIG, folders);
    assertThat(result.run()).startsWith("shades-adam-0.001");
    assertThat(result.stopped()).isFalse();
    assertThat(result.end()).isEqualTo(Position.afterEpochs(2));
    assertThat(told.events)
        .startsWith("open " + result.run(), "start after epoch 0 of 2", "train 40")
        .containsSubsequence("epoch 1", "train 40", "eval test 20", "eval training 40")
        .endsWith("epoch 2");
    assertThat(result.graphs())
        .isDirectoryContaining("glob:**/metrics.csv")
        .isDirectoryContaining("glob:**/loss.png")
        .isDirectoryContaining("glob:**/events.out.tfevents.*");
    assertThat(result.checkpoints())
        .isDirectoryContaining("glob:**/predictions.bin")
        .isDirectoryContaining("glob:**/digests.csv");
    assertThat(Manifest.read(result.checkpoints())).isEqualTo(result.manifest());
    assertThat(result.manifest().settings()).containsEntry("dataset", "shades");
    try (Classifier classifier = Classifier.load(result.checkpoints())) {
      assertThat(classifier.classes()).containsExactly("dark", "light");
    }
    RunResult second = run(new Told()).start(CONFIG, folders);
    assertThat(second.run()).isEqualTo(result.run() + "_2");
    assertThat(digest(second)).isEqualTo(digest(result));
  }

  /** Lets another thread stop the run within the step that it is told of. */
  private static final class StoppedFromElsewhere extends Told {
    private TrainingRun run;
    private boolean done;

    @Override
    public void advance(int images, double loss) {
      if (done) {
        return;
      }
      done = true;
      CountDownLatch stopped = new CountDownLatch(1);
      new Thread(
              () -> {
                run.stop();
                stopped.countDown();
              })
          .start();
      try {
        assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void stoppedFromAnotherThreadItGoesOnToTheSameBits() {
    RunResult whole = run(RunListener.NONE).start("whole", CONFIG, folders);
    StoppedFromElsewhere listener = new StoppedFromElsewhere();
    listener.run = run(listener);
    RunResult stopped = listener.run.start("stopped", CONFIG, folders);
    assertThat(stopped.stopped()).isTrue();
    assertThat(stopped.end().epochs()).isZero();
    assertThat(stopped.end().steps()).isEqualTo(1);
    assertThat(stopped.model()).isEmpty();
    assertThat(stopped.manifest().epochs()).isEmpty();

    Told told = new Told();
    RunResult resumed = run(told).resume("stopped", folders);
    assertThat(told.events).contains("start after step 1 of epoch 1 of 2", "train 30");
    assertThat(resumed.stopped()).isFalse();
    assertThat(digest(resumed)).isEqualTo(digest(whole));
    assertThat(resumed.model()).hasValueSatisfying(model -> assertThat(model).isDirectory());
  }

  @Test
  void stoppedBeforeItBeginsItEndsAfterAStep() {
    TrainingRun run = run(RunListener.NONE);
    run.stop();
    RunResult result = run.start("early", CONFIG, folders);
    assertThat(result.stopped()).isTrue();
    assertThat(result.end().steps()).isEqualTo(1);
  }

  @Test
  void goesOnForMoreEpochsAndBringsBackWhatIsLost() throws Exception {
    RunResult first = run(RunListener.NONE).start("longer", CONFIG, folders);
    Path predictions = first.checkpoints().resolve("predictions.bin");
    byte[] before = Files.readAllBytes(predictions);
    Files.delete(predictions);
    RunResult longer = run(RunListener.NONE).resume("longer", Map.of("epochs", "3"), folders);
    assertThat(longer.manifest().epochs()).hasSize(3);
    assertThat(Arrays.copyOf(Files.readAllBytes(predictions), before.length)).isEqualTo(before);
    assertThat(Files.readAllLines(longer.graphs().resolve("metrics.csv"))).hasSize(4);
  }

  @Test
  void whatTheListenerThrowsEndsTheRunAndIsThrown() {
    IllegalStateException mine = new IllegalStateException("mine");
    TrainingRun failing =
        run(
            new RunListener() {
              @Override
              public void onEpoch(EpochResult result) {
                throw mine;
              }
            });
    assertThatThrownBy(() -> failing.start("failing", CONFIG, folders)).isSameAs(mine);
    Told told = new Told();
    RunResult resumed = run(told).resume("failing", folders);
    assertThat(told.events).contains("start after epoch 1 of 2");
    assertThat(digest(resumed))
        .isEqualTo(digest(run(RunListener.NONE).start("plain", CONFIG, folders)));
  }

  @Test
  void whatCannotBeIsRefusedBeforeAnythingIsWritten() {
    assertThatThrownBy(() -> run(RunListener.NONE).start("../up", CONFIG, folders))
        .isInstanceOf(RunUsageException.class)
        .hasMessageContaining("--run ../up: must be letters");
    assertThatThrownBy(() -> run(RunListener.NONE).resume("none", folders))
        .isInstanceOf(UnknownRunException.class)
        .hasMessage("--run none: there is no such run in " + folders.checkpoints());
    assertThatThrownBy(() -> new TrainingRun.Options(0, 5, 0))
        .hasMessage("--workers 0: must be from 1 to 64");
    assertThatThrownBy(
            () ->
                new TrainingRun(RunData.in(home), RunListener.NONE)
                    .start("x", CONFIG.with(Map.of("dataset", "emnist")), folders))
        .isInstanceOf(RunUsageException.class)
        .hasMessageStartingWith("--dataset emnist: must be one of sample, cifar10");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void aRunGoesOnOnlyAsItWasBegun() {
    TrainingRun once = run(RunListener.NONE);
    once.start("mine", CONFIG, folders);
    assertThatThrownBy(() -> once.start("other", CONFIG, folders))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> run(RunListener.NONE).start("mine", CONFIG, folders))
        .isInstanceOf(RunUsageException.class)
        .hasMessageContaining("there is such a run already");
    assertThatThrownBy(
            () -> run(RunListener.NONE).resume("mine", Map.of("optimizer", "sgd"), folders))
        .isInstanceOf(RunUsageException.class)
        .hasMessageContaining("--optimizer sgd (it has adam)");
    assertThatThrownBy(() -> run(RunListener.NONE).resume("mine", Map.of("epochs", "1"), folders))
        .isInstanceOf(RunUsageException.class)
        .hasMessage("--epochs 1: run mine has 2 already");
    Dataset others = Dataset.of("shades", DATA.test(), DATA.train(), DATA.classNames());
    assertThatThrownBy(
            () ->
                new TrainingRun(RunData.of(others), RunListener.NONE)
                    .resume("mine", Map.of("epochs", "3"), folders))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("but it is now " + others.sha256());
  }

  @Test
  void aRunThatIsBeingTrainedIsLeftAlone() {
    RunListener meanwhile =
        new RunListener() {
          @Override
          public void onEpoch(EpochResult result) {
            assertThatThrownBy(() -> run(RunListener.NONE).resume("busy", folders))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("is being trained by process");
          }
        };
    assertThat(run(meanwhile).start("busy", CONFIG, folders).stopped()).isFalse();
  }

  @Test
  void aReplayIsIdenticalAndSaysWhatIsNot() {
    RunResult result = run(RunListener.NONE).start("twice", CONFIG, folders);
    Told told = new Told();
    Replay same = new Replay(folders, result.checkpoints(), result.manifest(), DATA, 2);
    assertThat(same.otherDifferences()).isEmpty();
    assertThat(same.run(told)).isEmpty();
    assertThat(told.events).contains("epoch 1", "epoch 2");
    Dataset others = Dataset.of("shades", DATA.test(), DATA.train(), DATA.classNames());
    Replay other = new Replay(folders, result.checkpoints(), result.manifest(), others, 2);
    assertThat(other.otherDifferences()).hasSize(1).first().asString().startsWith("the data is ");
    assertThat(other.run(RunListener.NONE))
        .hasValueSatisfying(text -> assertThat(text).startsWith("epoch 1 differs: first C1/"));
  }
}
