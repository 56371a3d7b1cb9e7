package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lenet5.SmallSample;
import org.lenet5.data.Dataset;
import org.tensorflow.ndarray.FloatNdArray;

class TrainerTest {
  private static final Dataset DATA = SmallSample.of(105, 40);

  private static TrainingConfig config(String... flags) {
    Map<String, String> set = new LinkedHashMap<>(Map.of("epochs", "2", "threads", "2"));
    for (int i = 0; i < flags.length; i += 2) {
      set.put(flags[i], flags[i + 1]);
    }
    return TrainingConfig.of(set);
  }

  private static TrainingConfig everything(OptimizerKind optimizer) {
    return config(
        "optimizer",
        optimizer.word(),
        "augment",
        "flip,crop",
        "dropout",
        "0.25",
        "validation",
        "0.1",
        "normalize",
        "cifar10",
        "schedule",
        optimizer == OptimizerKind.FTRL ? "constant" : "step:1:0.5",
        "warmup",
        optimizer == OptimizerKind.FTRL ? "0" : "0.5",
        "weight-decay",
        "0.01",
        "clip-norm",
        "1",
        "label-smoothing",
        "0.1",
        "ema",
        "0.9");
  }

  private record Trained(List<EpochResult> epochs, Map<String, FloatNdArray> variables) {}

  private static Trained train(TrainingConfig config, int workers) {
    List<EpochResult> epochs = new ArrayList<>();
    try (Trainer trainer = new Trainer(config, DATA, workers, PassListener.NONE)) {
      trainer.train(0, List.of(epochs::add));
      return new Trained(epochs, trainer.variables());
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSameSeedGivesTheSameWeightsToTheLastBit(OptimizerKind optimizer) {
    Trained one = train(everything(optimizer), 1);
    Trained other = train(everything(optimizer), 8);

    assertThat(other.variables()).isEqualTo(one.variables());
    assertThat(other.epochs())
        .usingRecursiveComparison()
        .ignoringFields("time", "trainSeconds", "evaluationSeconds", "variables")
        .isEqualTo(one.epochs());
  }

  @ParameterizedTest
  @EnumSource
  void goesOnFromItsVariablesAsIfItHadNotStopped(OptimizerKind optimizer) {
    Trained whole = train(everything(optimizer), 1);
    Map<String, FloatNdArray> afterOne =
        train(everything(optimizer).with(Map.of("epochs", "1")), 2).variables();
    try (Trainer resumed = new Trainer(everything(optimizer), DATA, 2, PassListener.NONE)) {
      resumed.restore(afterOne);
      resumed.train(1, List.of());
      assertThat(resumed.variables()).isEqualTo(whole.variables());
    }
  }

  /** With the statistics of batch normalization, and rates that need to know the end. */
  private static TrainingConfig recipe() {
    return everything(OptimizerKind.ADAMW)
        .with(Map.of("network", "lenet5-bn", "schedule", "one-cycle", "warmup", "0.5"));
  }

  @Test
  void aRecipeGoesOnWithinAnEpochAsIfItHadNotStopped() {
    Trained whole = train(recipe(), 8);
    Map<Position, Map<String, FloatNdArray>> kept = new LinkedHashMap<>();
    try (Trainer trainer = new Trainer(recipe(), DATA, 1, PassListener.NONE)) {
      trainer.train(
          Position.afterEpochs(0),
          List.of(),
          LastListener.NONE,
          new StepListener() {
            @Override
            public boolean wants(int before, int steps) {
              return steps == 4;
            }

            @Override
            public void onStep(Position position, Map<String, FloatNdArray> variables) {
              kept.put(position, variables);
            }
          },
          Patience.of(recipe()));
      assertThat(trainer.variables()).isEqualTo(whole.variables());
    }
    assertThat(kept).hasSize(2);
    kept.forEach(
        (position, variables) -> {
          try (Trainer resumed = new Trainer(recipe(), DATA, 2, PassListener.NONE)) {
            resumed.restore(variables);
            resumed.train(
                position, List.of(), LastListener.NONE, StepListener.NONE, Patience.of(recipe()));
            assertThat(resumed.variables()).isEqualTo(whole.variables());
          }
        });
  }

  @Test
  void saidStepsEndWithinAnEpoch() {
    // 11 steps an epoch of 105 images: one whole epoch and 4 steps of the next.
    Trained trained = train(config("steps", "15", "epochs", "9", "schedule", "linear"), 1);
    assertThat(trained.epochs()).extracting(EpochResult::images).containsExactly(105, 40);
    assertThat(trained.epochs()).extracting(EpochResult::isLast).containsExactly(false, true);
    assertThat(trained.epochs().get(0).learningRate()).isCloseTo(0.001 * 5 / 15, within(1e-9));
    assertThat(trained.epochs().get(1).learningRate()).isCloseTo(0.001 * 1 / 15, within(1e-9));
  }

  /** Planned after the first epoch, or taken from where that was written down. */
  @Test
  void whatWasPlannedIsTheSameAgain() {
    TrainingConfig config = recipe().with(Map.of("steps", "40"));
    Map<String, FloatNdArray> planned;
    TrainingConfig written;
    try (Trainer trainer = new Trainer(config, DATA, 1, PassListener.NONE)) {
      int anEpoch = trainer.stepsAnEpoch();
      trainer.train(
          0,
          List.of(
              result -> {
                if (result.epoch() == 1) {
                  trainer.plan(anEpoch, anEpoch + 7);
                }
              }));
      planned = trainer.variables();
      written = trainer.config();
      assertThat(written.get(Settings.STEPS).toString())
          .isEqualTo("40,%d@%d".formatted(anEpoch + 7, anEpoch));
      assertThat(written.epochs()).isEqualTo(2);
    }
    assertThat(train(TrainingConfig.of(written.flags()), 1).variables()).isEqualTo(planned);
  }

  @Test
  void tryingOutLeavesNoTrace() {
    TrainingConfig config = recipe();
    Map<String, FloatNdArray> plain = train(config, 1).variables();
    try (Trainer trainer = new Trainer(config, DATA, 1, PassListener.NONE)) {
      TimeFit fit = trainer.tryOut(0.01);
      assertThat(fit.secondsStep()).isPositive();
      assertThat(fit.secondsEnd()).isPositive();
      trainer.train(0, List.of());
      assertThat(trainer.variables()).isEqualTo(plain);
    }
  }

  @Test
  void ftrlKeepsItsRate() {
    for (Map<String, String> flags :
        List.of(Map.of("schedule", "cosine"), Map.of("warmup", "0.5"))) {
      assertThatThrownBy(() -> config("optimizer", "ftrl").with(flags))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("--optimizer ftrl: must have --schedule constant");
    }
  }

  @Test
  void theLastListenerIsToldAfterAllOthers() {
    List<String> told = new ArrayList<>();
    try (Trainer trainer = new Trainer(config(), DATA, 1, PassListener.NONE)) {
      trainer.train(
          Position.afterEpochs(0),
          List.of(result -> told.add("one"), result -> told.add("other")),
          result -> told.add("last " + result.epoch()),
          StepListener.NONE,
          Patience.of(config()));
    }
    assertThat(told).containsExactly("one", "other", "last 1", "one", "other", "last 2");
  }

  @Test
  void eachSettingOfTheArithmeticChangesTheWeights() {
    FloatNdArray base = train(config(), 1).variables().get("F8/kernel");
    for (String[] setting :
        new String[][] {
          {"seed", "43"},
          {"augment", "flip"},
          {"augment", "crop"},
          {"dropout", "0.25"},
          {"normalize", "cifar10"},
          {"loss", "l1"},
          {"optimizer", "sgd"},
          {"learning-rate", "0.002"},
          {"batch-size", "11"},
          {"subset", "odd"},
          {"sampler", "balanced"},
          {"class-weights", "balanced"},
          {"validation", "0.2"},
          {"schedule", "linear"},
          {"warmup", "1"},
          {"weight-decay", "0.1"},
          {"clip-norm", "0.1"},
          {"label-smoothing", "0.1"},
          {"epochs", "1"}
        }) {
      assertThat(train(config(setting), 1).variables().get("F8/kernel"))
          .as(String.join(" ", setting))
          .isNotEqualTo(base);
    }
  }

  /** Another thread is another part of the batch, and no further layer. */
  @Test
  void thePartsOfABatchAreOneScopeOfTheGraph() {
    Set<String> one = scopes(config("threads", "1"));
    assertThat(scopes(config("threads", "3"))).containsAll(one);
    assertThat(one).contains("C1", "C2", "C3", "F6", "F7", "F8", "batch", "gradients", "optimizer");
    assertThat(scopes(config("threads", "3")).stream().filter(scope -> scope.matches(".*_\\d+")))
        .isEmpty();
  }

  private static Set<String> scopes(TrainingConfig config) {
    try (Trainer trainer = new Trainer(config, DATA, 1, PassListener.NONE)) {
      return trainer.graphDef().getNodeList().stream()
          .filter(node -> node.getName().contains("/"))
          .map(node -> node.getName().replaceFirst("/.*", ""))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void theNotebooksNormalizationChangesNothing() {
    assertThat(train(config("normalize", "notebook"), 1).variables())
        .isEqualTo(train(config(), 1).variables());
  }

  @Test
  void heldOutImagesAreNotTrainedOn() {
    try (Trainer trainer = new Trainer(config("validation", "0.2"), DATA, 1, PassListener.NONE)) {
      assertThat(trainer.trainingImages().size() + trainer.validationImages()).isEqualTo(105);
      assertThat(trainer.validationImages()).isBetween(18, 24);
    }
    assertThat(train(config("validation", "0.2"), 1).epochs().get(0).validation()).isPresent();
    assertThat(train(config(), 1).epochs().get(0).validation()).isEmpty();
  }

  @Test
  void learns() {
    List<EpochResult> epochs = train(config("epochs", "30"), 1).epochs();
    assertThat(epochs.get(0).trainLoss()).isBetween(2.2, 2.4); // ln 10 = 2.303
    assertThat(epochs.get(29).trainLoss()).isLessThan(1.7);
    assertThat(epochs.get(29).train().accuracy()).isGreaterThan(0.4);
  }

  @Test
  void aLossThatIsNoNumberStopsTheRunAtItsStep() {
    assertThatThrownBy(() -> train(config("optimizer", "sgd", "learning-rate", "1e30"), 1))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("epoch 1 of 2, step 2 of 11: the loss is NaN")
        .hasMessageContaining("--learning-rate");
  }

  @Test
  void aFailingListenerStopsTheRun() {
    List<Integer> seen = new ArrayList<>();
    RuntimeException failure = new IllegalStateException("the disk is full");
    try (Trainer trainer = new Trainer(config(), DATA, 2, PassListener.NONE)) {
      assertThatThrownBy(
              () ->
                  trainer.train(
                      0,
                      List.of(
                          result -> seen.add(result.epoch()),
                          result -> {
                            throw failure;
                          },
                          result -> seen.add(-1))))
          .isSameAs(failure);
    }
    assertThat(seen).containsExactly(1);
  }
}
