package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lenet5.SmallSample;
import org.lenet5.data.Dataset;
import org.tensorflow.ndarray.FloatNdArray;

/** Local SGD: replicas that train shares of a round and are averaged. */
class ReplicasTest {
  private static final Dataset DATA = SmallSample.of(105, 20); // 11 batches, the last one of 5

  private static TrainingConfig config(String... flags) {
    Map<String, String> set = new LinkedHashMap<>(Map.of("epochs", "2", "threads", "2"));
    for (int i = 0; i < flags.length; i += 2) {
      set.put(flags[i], flags[i + 1]);
    }
    return TrainingConfig.of(set);
  }

  /** All that a share depends on: augmentation, dropout, rates, statistics and averages. */
  private static TrainingConfig everything(String... flags) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("network", "lenet5-bn");
    all.put("optimizer", "adamw");
    all.put("augment", "flip,crop,mixup:0.2");
    all.put("dropout", "0.25");
    all.put("schedule", "cosine");
    all.put("warmup", "0.5");
    all.put("ema", "0.9");
    all.put("clip-norm", "1");
    return config(flags).with(all);
  }

  private record Trained(List<EpochResult> epochs, Map<String, FloatNdArray> variables) {}

  private static Trained train(TrainingConfig config) {
    List<EpochResult> epochs = new ArrayList<>();
    try (Trainer trainer = new Trainer(config, DATA, 1, PassListener.NONE)) {
      trainer.train(0, List.of(epochs::add));
      return new Trained(epochs, trainer.variables());
    }
  }

  /** Trains shares as other machines would: by trainers of their own, in any order, each twice. */
  private static final class Others implements Replicas {
    private final List<Trainer> machines = new ArrayList<>();
    private final List<List<Share>> rounds = new ArrayList<>();

    Others(TrainingConfig config, int count) {
      for (int i = 0; i < count; i++) {
        machines.add(new Trainer(config, DATA, 1, PassListener.NONE, Optional.empty(), true));
      }
    }

    @Override
    public List<TrainedShare> train(SortedMap<String, float[]> variables, List<Share> shares) {
      rounds.add(shares);
      TrainedShare[] trained = new TrainedShare[shares.size()];
      for (int i = shares.size() - 1; i >= 0; i--) {
        Trainer first = machines.get((i + rounds.size()) % machines.size());
        Trainer again = machines.get((i + rounds.size() + 1) % machines.size());
        trained[i] = first.train(shares.get(i), variables);
        assertSame(again.train(shares.get(i), variables), trained[i]);
      }
      return List.of(trained);
    }

    @Override
    public void close() {
      machines.forEach(Trainer::close);
    }
  }

  private static void assertSame(TrainedShare one, TrainedShare other) {
    assertThat(one.images()).isEqualTo(other.images());
    assertThat(one.losses()).isEqualTo(other.losses());
    assertThat(one.variables().keySet()).isEqualTo(other.variables().keySet());
    one.variables()
        .forEach((name, value) -> assertThat(value).isEqualTo(other.variables().get(name)));
  }

  private static Trained train(TrainingConfig config, Others others) {
    List<EpochResult> epochs = new ArrayList<>();
    try (Trainer trainer = new Trainer(config, DATA, 1, PassListener.NONE)) {
      trainer.trainElsewhere(others);
      trainer.train(0, List.of(epochs::add));
      return new Trained(epochs, trainer.variables());
    }
  }

  private static void assertSame(Trained one, Trained other) {
    assertThat(one.variables()).isEqualTo(other.variables());
    assertThat(one.epochs())
        .usingRecursiveComparison()
        .ignoringFields("time", "trainSeconds", "evaluationSeconds", "variables")
        .isEqualTo(other.epochs());
  }

  @Test
  void oneReplicaElsewhereIsTheLocalRunToTheLastBit() {
    TrainingConfig config = everything("sync-steps", "4");
    try (Others others = new Others(config, 2)) {
      assertSame(train(config, others), train(everything()));
      assertThat(others.rounds).hasSize(6).allSatisfy(shares -> assertThat(shares).hasSize(1));
    }
  }

  @Test
  void aRoundOfAnEpochIsTheLocalEpoch() {
    TrainingConfig config = config("sync-steps", "epoch");
    try (Others others = new Others(config, 2)) {
      assertSame(train(config, others), train(config("sync-steps", "1")));
      assertThat(others.rounds).hasSize(2);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SGD", "ADAM", "RMSPROP"})
  void whoTrainsTheSharesChangesNoBit(OptimizerKind optimizer) {
    TrainingConfig config =
        config(
            "optimizer",
            optimizer.word(),
            "replicas",
            "3",
            "sync-steps",
            "2",
            "warmup-steps",
            "3",
            "outer-momentum",
            "0.5",
            "dropout",
            "0.25");
    try (Others others = new Others(config, 2)) {
      assertSame(train(config, others), train(config));
      // After three steps alone six batches and two; then six and five in the second epoch.
      assertThat(others.rounds)
          .extracting(round -> round.stream().map(Share::batches).toList())
          .containsExactly(List.of(2, 2, 2), List.of(1, 1), List.of(2, 2, 2), List.of(1, 2, 2));
    }
  }

  /** The joint batch of three replicas has 30 images; the last one of an epoch 15, of 10 and 5. */
  @Test
  void aRoundOfOneStepOfSgdIsTheStepOfAllBatchesTogether() {
    Map<String, FloatNdArray> joint =
        train(config("optimizer", "sgd", "learning-rate", "0.1", "batch-size", "30")).variables();
    Map<String, FloatNdArray> replicas =
        train(
                config(
                    "optimizer", "sgd", "learning-rate", "0.1", "replicas", "3", "sync-steps", "1"))
            .variables();
    joint.forEach(
        (name, value) ->
            value
                .scalars()
                .forEachIndexed(
                    (at, scalar) ->
                        assertThat(replicas.get(name).getFloat(at))
                            .as(name)
                            .isCloseTo(scalar.getFloat(), within(1e-6f))));
  }

  @Test
  void roundsMoveTheWeightsAndReplicasDiffer() {
    Map<String, FloatNdArray> local = train(config()).variables();
    Map<String, FloatNdArray> two = train(config("replicas", "2")).variables();
    Map<String, FloatNdArray> often = train(config("replicas", "2", "sync-steps", "1")).variables();
    Map<String, FloatNdArray> momentum =
        train(config("replicas", "2", "sync-steps", "1", "outer-momentum", "0.5")).variables();
    assertThat(List.of(two, often)).doesNotContain(local);
    assertThat(often).isNotEqualTo(two);
    assertThat(momentum.get("C1/kernel")).isNotEqualTo(often.get("C1/kernel"));
    assertThat(momentum).containsKey("C1/kernel-outer").doesNotContainKey("C1/kernel-m-outer");
  }

  /** Of a training that is warm-up alone there are no rounds. */
  @Test
  void warmUpIsTheLocalRun() {
    assertThat(train(config("replicas", "4", "warmup-steps", "22")).variables())
        .isEqualTo(train(config()).variables());
  }

  @Test
  void frozenLayersKeepTheirBits() {
    TrainingConfig config =
        config("replicas", "3", "sync-steps", "1", "freeze", "C1,C2", "outer-momentum", "0.9");
    try (Trainer trainer = new Trainer(config, DATA, 1, PassListener.NONE)) {
      Map<String, FloatNdArray> before = trainer.variables();
      trainer.train(0, List.of());
      assertThat(trainer.variables().get("C1/kernel")).isEqualTo(before.get("C1/kernel"));
      assertThat(trainer.variables().get("C2/bias")).isEqualTo(before.get("C2/bias"));
      assertThat(trainer.variables().get("C3/bias")).isNotEqualTo(before.get("C3/bias"));
    }
  }

  @Test
  void goesOnAfterAnyRoundAsIfItHadNotStopped() {
    TrainingConfig config =
        config("replicas", "3", "sync-steps", "2", "warmup-steps", "4", "outer-momentum", "0.5");
    Map<String, FloatNdArray> whole = train(config).variables();
    Map<Position, Map<String, FloatNdArray>> kept = new LinkedHashMap<>();
    try (Trainer trainer = new Trainer(config, DATA, 1, PassListener.NONE)) {
      trainer.train(
          Position.afterEpochs(0),
          List.of(),
          LastListener.NONE,
          new StepListener() {
            @Override
            public boolean wants(int before, int steps) {
              return true;
            }

            @Override
            public void onStep(Position position, Map<String, FloatNdArray> variables) {
              kept.put(position, variables);
            }
          },
          Patience.of(config));
    }
    assertThat(kept.keySet())
        .extracting(Position::steps)
        .containsExactly(1, 2, 3, 4, 10, 11, 6, 11);
    kept.keySet().removeIf(position -> !Set.of(2, 4, 10, 6).contains(position.steps()));
    kept.forEach(
        (position, variables) -> {
          try (Trainer resumed = new Trainer(config, DATA, 2, PassListener.NONE)) {
            resumed.restore(variables);
            resumed.train(
                position, List.of(), LastListener.NONE, StepListener.NONE, Patience.of(config));
            assertThat(resumed.variables()).isEqualTo(whole);
          }
        });
  }

  @Test
  void aLossThatIsNotFiniteIsSaidWithItsStep() {
    TrainingConfig config =
        config("replicas", "2", "sync-steps", "3", "optimizer", "sgd", "learning-rate", "1e30");
    try (Trainer trainer = new Trainer(config, DATA, 1, PassListener.NONE)) {
      assertThatThrownBy(() -> trainer.train(0, List.of()))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("epoch 1 of 2, step 2 of 11");
    }
  }

  @Test
  void settingsThatDoNotGoTogetherAreRefused() {
    assertThatThrownBy(() -> config("outer-momentum", "0.5"))
        .hasMessage("--outer-momentum 0.5: needs --replicas of at least 2, which it averages");
    assertThatThrownBy(() -> config("replicas", "2", "minutes", "1"))
        .hasMessageStartingWith("--minutes 1.0: must be 0 with --replicas 2");
    assertThatThrownBy(() -> config("replicas", "0"))
        .hasMessage("--replicas 0: must be from 1 to 1000");
    assertThatThrownBy(() -> config("sync-steps", "0"))
        .hasMessage("--sync-steps 0: must be epoch or a number of at least 1");
    assertThat(Collections.singleton(config("sync-steps", "07").flags().get("sync-steps")))
        .containsExactly("7");
  }
}
