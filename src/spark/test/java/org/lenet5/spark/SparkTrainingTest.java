package org.lenet5.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.SmallSample;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.Dataset;
import org.lenet5.exercise.Cluster;
import org.lenet5.exercise.Experiment;
import org.lenet5.exercise.Jobs;
import org.lenet5.exercise.Runner;
import org.lenet5.exercise.Suite;
import org.lenet5.run.RunData;
import org.lenet5.run.RunFolders;
import org.lenet5.run.RunListener;
import org.lenet5.run.RunResult;
import org.lenet5.run.RunUsageException;
import org.lenet5.run.TrainingRun;
import org.lenet5.training.TrainingConfig;

/** Trainings and suites on Spark's executors come to the bits that this JVM comes to alone. */
class SparkTrainingTest {
  private static final Dataset DATA = SmallSample.of(105, 20);
  private static final SparkCluster CLUSTER =
      new SparkCluster(new JavaSparkContext(Shared.SPARK.sparkContext()), false);

  @TempDir private Path home;

  @AfterAll
  static void close() {
    CLUSTER.close();
  }

  private static TrainingConfig config(String... flags) {
    Map<String, String> set =
        new LinkedHashMap<>(Map.of("epochs", "2", "threads", "1", "augment", "flip", "ema", "0.9"));
    for (int i = 0; i < flags.length; i += 2) {
      set.put(flags[i], flags[i + 1]);
    }
    return TrainingConfig.of(set);
  }

  private static TrainingRun.Options onSpark() {
    return TrainingRun.Options.DEFAULT.on(CLUSTER);
  }

  private RunResult train(String name, TrainingConfig config, TrainingRun.Options options) {
    return new TrainingRun(RunData.of(DATA), RunListener.NONE, options)
        .start(name, config, RunFolders.in(home));
  }

  private static List<String> digests(RunResult result) {
    return digests(result.manifest());
  }

  private static List<String> digests(Manifest run) {
    return run.epochs().stream()
        .map(each -> each.variablesSha256() + " " + each.trainLoss() + " " + each.testLoss())
        .toList();
  }

  @Test
  void oneReplicaIsTheLocalRunToTheLastBit() {
    assertThat(digests(train("spark", config("sync-steps", "4"), onSpark())))
        .isEqualTo(digests(train("here", config(), TrainingRun.Options.DEFAULT)));
  }

  @Test
  void executorsComeToTheBitsOfThisProcess() {
    TrainingConfig config =
        config("replicas", "3", "sync-steps", "2", "warmup-steps", "3", "outer-momentum", "0.5");
    RunResult spark = train("spark", config, onSpark());
    assertThat(digests(spark))
        .isEqualTo(digests(train("here", config, TrainingRun.Options.DEFAULT)));
    assertThat(spark.model()).isPresent();
    assertThat(home.resolve("graphs/spark/metrics.csv")).isNotEmptyFile();
  }

  @Test
  void goesOnFromTheDriversCheckpointWithinAnEpoch() {
    TrainingConfig config = config("replicas", "2", "sync-steps", "2");
    TrainingRun.Options stepwise = new TrainingRun.Options(1, 5, 1).on(CLUSTER);
    TrainingRun[] training = new TrainingRun[1];
    RunListener stopping =
        new RunListener() {
          @Override
          public void advance(int images, double loss) {
            training[0].stop(); // within the first round: it ends with it
          }
        };
    training[0] = new TrainingRun(RunData.of(DATA), stopping, stepwise);
    RunResult stopped = training[0].start("stopped", config, RunFolders.in(home));
    assertThat(stopped.stopped()).isTrue();
    assertThat(stopped.end().steps()).isEqualTo(4);
    RunResult whole =
        new TrainingRun(RunData.of(DATA), RunListener.NONE, stepwise)
            .resume("stopped", RunFolders.in(home));
    assertThat(digests(whole))
        .isEqualTo(digests(train("here", config, TrainingRun.Options.DEFAULT)));
  }

  @Test
  void whatExecutorsCannotDoIsRefused() {
    assertThatThrownBy(() -> train("timed", config("minutes", "1"), onSpark()))
        .isInstanceOf(RunUsageException.class)
        .hasMessageStartingWith("--minutes 1.0: must be 0 with --spark");
    RunResult teacher = train("teacher", config("epochs", "1"), TrainingRun.Options.DEFAULT);
    assertThatThrownBy(() -> train("pupil", config("teacher", teacher.run()), onSpark()))
        .isInstanceOf(RunUsageException.class)
        .hasMessageStartingWith("--teacher teacher: must be none with --spark");
  }

  @Test
  void isFoundByItsInterface() {
    assertThat(ServiceLoader.load(Cluster.Provider.class).findFirst())
        .get()
        .isInstanceOf(SparkClusters.class);
  }

  private static Suite.Run run(String name, String... flags) {
    return new Suite.Run(name, new Experiment(name, "Mine", Map.of()), config(flags));
  }

  /** Keeps how runs ended. */
  private static final class Ends implements Jobs.Listener {
    private final List<String> ends = new ArrayList<>();

    @Override
    public void started(Suite.Run run) {}

    @Override
    public void line(Suite.Run run) {}

    @Override
    public synchronized void done(Suite.Run run) {
      ends.add(run.name());
    }

    @Override
    public synchronized void failed(Suite.Run run, int exitCode, String message) {
      ends.add(run.name() + " " + exitCode + " " + message);
    }
  }

  private List<String> train(RunFolders folders, int until, Suite.Run... runs) {
    Ends ends = new Ends();
    Runner runner =
        CLUSTER.runner(
            folders, RunData.of(DATA), 1, each -> Math.min(until, each.config().epochs()));
    try (Jobs jobs = new Jobs(runner)) {
      jobs.train(List.of(runs), CLUSTER.tasks(), ends);
    }
    return ends.ends;
  }

  @Test
  void runsOfASuiteAreThoseOfThisMachine() throws Exception {
    RunFolders folders = RunFolders.in(home);
    Suite.Run adam = run("adam");
    Suite.Run sgd = run("sgd", "optimizer", "sgd");
    Suite.Run wild = run("wild", "optimizer", "sgd", "learning-rate", "1e30");
    // As a search does: one epoch first, then to the end.
    assertThat(train(folders, 1, adam, sgd)).containsExactlyInAnyOrder("adam", "sgd");
    assertThat(Manifest.read(folders.checkpoints().resolve("sgd")).epochs()).hasSize(1);
    assertThat(folders.checkpoints().resolve("sgd/saved_model")).doesNotExist();
    assertThat(train(folders, 2, adam, sgd, wild))
        .hasSize(3)
        .contains("adam", "sgd")
        .anyMatch(end -> end.startsWith("wild 4 training diverged in epoch 1 of 2, step"));
    for (Suite.Run each : List.of(adam, sgd)) {
      Manifest there = Manifest.read(folders.checkpoints().resolve(each.name()));
      assertThat(digests(there))
          .isEqualTo(
              digests(train("here/" + each.name(), each.config(), TrainingRun.Options.DEFAULT)));
      assertThat(names(folders.checkpoints().resolve(each.name())))
          .contains("run.json", "saved_model/1/saved_model.pb")
          .doesNotContain(".lock");
      assertThat(names(folders.graphs().resolve(each.name()))).contains("metrics.csv", "loss.png");
    }
    // Nothing is left beside the runs.
    try (Stream<Path> all = Files.list(folders.checkpoints())) {
      assertThat(all.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("adam", "sgd", "wild", "here");
    }
  }

  private static List<String> names(Path folder) throws Exception {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.map(each -> folder.relativize(each).toString()).toList();
    }
  }
}
