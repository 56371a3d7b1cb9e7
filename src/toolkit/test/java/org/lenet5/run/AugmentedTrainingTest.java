package org.lenet5.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.SmallSample;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.Batch;
import org.lenet5.data.BatchStream;
import org.lenet5.data.Dataset;
import org.lenet5.training.LastListener;
import org.lenet5.training.PassListener;
import org.lenet5.training.Patience;
import org.lenet5.training.Position;
import org.lenet5.training.StepListener;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.ndarray.FloatNdArray;

/** Trainings with each augmentation repeat, go on within an epoch, and are replayed exactly. */
class AugmentedTrainingTest {
  private static final Dataset DATA = SmallSample.of(64, 20);
  private static final String ALL =
      "flip,crop:2,shift:0.1,rotate:15,trivial,color:0.4,cutout:8,erase:0.5,mixup:0.2,cutmix:1";

  @TempDir private Path folder;

  private static TrainingConfig config(String... flags) {
    Map<String, String> all = new LinkedHashMap<>(Map.of("epochs", "1", "threads", "1"));
    for (int i = 0; i < flags.length; i += 2) {
      all.put(flags[i], flags[i + 1]);
    }
    return TrainingConfig.of(all);
  }

  /** Keeps where a training was after its third step. */
  private static final class AfterThree implements StepListener {
    private Position position;
    private Map<String, FloatNdArray> variables;

    @Override
    public boolean wants(int before, int steps) {
      return steps == 3;
    }

    @Override
    public void onStep(Position at, Map<String, FloatNdArray> values) {
      position = at;
      variables = values;
    }
  }

  // Each augmentation at least once; VariedBatchesTest has each alone.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "flip,crop:2,shift:0.1,rotate:15",
        "trivial,color:0.4,cutout:8,erase:0.5",
        "mixup:0.2",
        "cutmix:1"
      })
  void goesOnWithinAnEpochWithOtherWorkersToTheSameBits(String augment) {
    TrainingConfig config = config("augment", augment);
    AfterThree kept = new AfterThree();
    Map<String, FloatNdArray> whole;
    List<Double> losses = new ArrayList<>();
    try (Trainer trainer = new Trainer(config, DATA, 1, PassListener.NONE)) {
      trainer.train(
          Position.afterEpochs(0),
          List.of(result -> losses.add(result.trainLoss())),
          LastListener.NONE,
          kept,
          Patience.of(config));
      whole = trainer.variables();
    }
    try (Trainer trainer = new Trainer(config, DATA, 3, PassListener.NONE)) {
      trainer.restore(kept.variables);
      trainer.train(
          kept.position,
          List.of(result -> losses.add(result.trainLoss())),
          LastListener.NONE,
          StepListener.NONE,
          Patience.of(config));
      assertThat(trainer.variables()).isEqualTo(whole);
    }
    assertThat(losses.get(1)).isEqualTo(losses.get(0));
  }

  @Test
  void aReplayGivesTheSameBits() {
    RunFolders folders = RunFolders.in(folder);
    TrainingConfig config = config("augment", ALL, "epochs", "2");
    RunResult result =
        new TrainingRun(RunData.of(DATA), RunListener.NONE).start("varied", config, folders);
    Manifest manifest = Manifest.read(result.checkpoints());
    assertThat(manifest.settings()).containsEntry("augment", ALL);
    assertThat(new Replay(folders, result.checkpoints(), manifest, DATA, 2).run(RunListener.NONE))
        .isEmpty();
  }

  /** Keeps the loss of the first step. */
  private static final class FirstLoss implements PassListener {
    private double loss = Double.NaN;

    @Override
    public void advance(int images, double batchLoss) {
      loss = Double.isNaN(loss) ? batchLoss : loss;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"mixup:1;0", "cutmix:1;0.1", "flip,mixup:0.4,cutmix:1;0"})
  void theLossWeighsBothLabels(String augment, String smoothing) {
    TrainingConfig config = config("augment", augment, "label-smoothing", smoothing);
    FirstLoss first = new FirstLoss();
    try (Trainer trainer = new Trainer(config, DATA, 1, first)) {
      double expected = 0;
      try (BatchStream batches = trainer.batches(0, config.augmentation())) {
        Batch batch = batches.next();
        FloatNdArray probabilities = trainer.probabilities(batch.images());
        for (int i = 0; i < batch.size(); i++) {
          expected += loss(batch, i, probabilities, Double.parseDouble(smoothing)) / batch.size();
        }
      }
      trainer.train(0, List.of());
      assertThat(first.loss).isCloseTo(expected, within(1e-5));
    }
  }

  private static double loss(Batch batch, int i, FloatNdArray probabilities, double smoothing) {
    Batch.SecondLabels second = batch.mixed().orElseThrow();
    double own = second.weights().getFloat(i);
    double loss = 0;
    for (int c = 0; c < 10; c++) {
      double target =
          (batch.labels().getInt(i) == c ? own : 0)
              + (second.labels().getInt(i) == c ? 1 - own : 0);
      target = (1 - smoothing) * target + smoothing / 10;
      loss -= target * Math.log(probabilities.getFloat(i, c));
    }
    return loss;
  }
}
