package org.lenet5.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
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
    List<String> messages = new ArrayList<>();
    RunListener listening =
        new RunListener() {
          @Override
          public void onMessage(String line) {
            messages.add(line);
          }
        };
    RunResult spark =
        new TrainingRun(RunData.of(DATA), listening, onSpark())
            .start("spark", config("sync-steps", "4"), RunFolders.in(home));
    assertThat(digests(spark))
        .isEqualTo(digests(train("here", config(), TrainingRun.Options.DEFAULT)));
    assertThat(messages)
        .containsExactly(
            "--sync-steps 4: changes nothing, as there is one replica; --replicas W trains W",
            "There is one replica, which other machines train as this one alone would;"
                + " --replicas W shares the batches among W");
  }

  @Test
  void executorsComeToTheBitsOfThisProcess() {
    TrainingConfig config =
        config("replicas", "3", "sync-steps", "2", "warmup-steps", "3", "outer-momentum", "0.5");
    RunResult[] trained = new RunResult[1];
    assertThat(Shared.names(() -> trained[0] = train("spark", config, onSpark())))
        .isNotEmpty()
        .allMatch(
            each -> each.matches("Train run spark: epoch \\d, steps \\d+ to \\d+, \\d at a time"));
    RunResult spark = trained[0];
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
    private final List<String> messages = new ArrayList<>();
    private final List<String> epochs = new ArrayList<>();
    private final CountDownLatch told = new CountDownLatch(1); // of the first epoch

    @Override
    public void started(Suite.Run run) {}

    @Override
    public void line(Suite.Run run) {}

    @Override
    public synchronized void epoch(Suite.Run run, Manifest.Epoch epoch) {
      epochs.add(run.name() + " " + epoch.epoch() + " " + epoch.variablesSha256());
      told.countDown();
    }

    @Override
    public synchronized void message(Suite.Run run, String line) {
      messages.add(run.name() + " " + line);
    }

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
    return train(folders, null, until, runs).ends;
  }

  private static Ends train(RunFolders folders, Path results, int until, Suite.Run... runs) {
    Ends ends = new Ends();
    Runner runner =
        CLUSTER.runner(
            folders,
            RunData.of(DATA),
            1,
            each -> Math.min(until, each.config().epochs()),
            results == null ? null : results.toString());
    try (Jobs jobs = new Jobs(runner)) {
      jobs.train(List.of(runs), CLUSTER.tasks(), ends);
    }
    return ends;
  }

  @Test
  void runsOfASuiteAreThoseOfThisMachine() throws Exception {
    RunFolders folders = RunFolders.in(home);
    Suite.Run adam = run("adam");
    Suite.Run sgd = run("sgd", "optimizer", "sgd");
    Suite.Run wild = run("wild", "optimizer", "sgd", "learning-rate", "1e30");
    // As a search does: one epoch first, then to the end.
    assertThat(Shared.names(() -> train(folders, 1, adam, sgd)))
        .contains("Train run adam up to epoch 1", "Train run sgd up to epoch 1")
        .allMatch(each -> each.matches("Train run (adam|sgd) up to epoch 1"));
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

  @Test
  void anotherDriverGoesOnFromSharedResults() throws Exception {
    Path results = home.resolve("results of all");
    Suite.Run[] runs = {
      run("adam"),
      run("sgd", "optimizer", "sgd"),
      run("wild", "optimizer", "sgd", "learning-rate", "1e30"),
      run("refused", "freeze", "C9")
    };
    RunFolders first = RunFolders.in(home.resolve("first"));
    Ends trained = train(first, results, 1, runs);
    assertThat(trained.ends).hasSize(4).contains("adam", "sgd");
    assertThat(trained.messages).isEmpty();
    // What another start may not end so is not kept.
    List<Path> files = archives(results);
    assertThat(files).hasSize(3);

    RunFolders second = RunFolders.in(home.resolve("second"));
    Ends found = train(second, results, 1, runs);
    assertThat(found.ends).containsExactlyInAnyOrderElementsOf(trained.ends);
    assertThat(found.messages)
        .hasSize(3)
        .allMatch(each -> each.matches("(adam|sgd|wild) is trained already: file:/.*\\.run"));
    assertThat(digests(second)).isEqualTo(digests(first)).hasSize(2);
    assertThat(names(second.checkpoints())).isEqualTo(names(first.checkpoints()));

    Path adam = archive(found, "adam");
    Path sgd = archive(found, "sgd");
    byte[] damaged = Files.readAllBytes(adam);
    damaged[damaged.length / 2] ^= 1;
    Files.write(adam, damaged);
    Files.delete(adam.resolveSibling("." + adam.getFileName() + ".crc")); // not noticed by Hadoop
    Files.copy(archive(found, "wild"), sgd, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(sgd.resolveSibling("." + sgd.getFileName() + ".crc"));
    String name = sgd.getFileName().toString().replace(".run", "");
    Path killed = Files.writeString(results.resolve("." + name + ".0.part"), "not finished");
    RunFolders third = RunFolders.in(home.resolve("third"));
    Ends again = train(third, results, 1, runs[0], runs[1]);
    assertThat(again.messages)
        .hasSize(2)
        .anyMatch(each -> each.matches("adam file:/.* is damaged: .*; training it again"))
        .anyMatch(each -> each.matches("sgd file:/.* is of something else; training it again"));
    assertThat(digests(third)).isEqualTo(digests(first));
    assertThat(killed).doesNotExist();
    assertThat(archives(results)).containsExactlyInAnyOrderElementsOf(files);
    assertThat(train(third, results, 1, runs).messages)
        .filteredOn(each -> each.contains("is trained already"))
        .hasSize(3);
  }

  @Test
  void whatIsStoppedIsNotPublishedAndIsTrainedByTheNextStart() throws Exception {
    RunFolders folders = RunFolders.in(home);
    Path results = home.resolve("results");
    CountDownLatch ended = new CountDownLatch(1);
    SparkListener tasks =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            ended.countDown();
          }
        };
    Shared.SPARK.sparkContext().addSparkListener(tasks);
    Ends ends = new Ends();
    Runner runner = CLUSTER.runner(folders, RunData.of(DATA), 1, each -> 9999, results.toString());
    try (Jobs jobs = new Jobs(runner)) {
      CompletableFuture<Void> stop =
          CompletableFuture.runAsync(
              () -> {
                await(ends.told);
                jobs.stop();
              });
      jobs.train(List.of(run("a", "epochs", "9999")), 1, ends);
      stop.join();
    }
    assertThat(ends.ends).isEmpty();
    assertThat(ends.epochs.get(0)).matches("a 1 [0-9a-f]{64}"); // while the task went on
    // The thread has ended, too, and not only the job that waited for it.
    await(ended);
    Shared.SPARK.sparkContext().removeSparkListener(tasks);
    assertThat(folders.checkpoints().resolve("a")).doesNotExist();
    assertThat(folders.graphs().resolve("a")).doesNotExist();
    assertThat(archives(results)).isEmpty();
    assertThat(train(folders, results, 1, run("a", "epochs", "9999")).ends).containsExactly("a");
    assertThat(Manifest.read(folders.checkpoints().resolve("a")).epochs()).hasSize(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void sharedResultsNeedAFolder() throws Exception {
    Path file = Files.writeString(home.resolve("file"), "in the way");
    assertThatThrownBy(() -> train(RunFolders.in(home), file, 1, run("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--spark-results " + file + ": ");
  }

  private static Path archive(Ends found, String run) {
    String message =
        found.messages.stream().filter(each -> each.startsWith(run)).findFirst().orElseThrow();
    return Path.of(message.substring(message.indexOf("file:") + "file:".length()));
  }

  private static List<Path> archives(Path results) throws Exception {
    try (Stream<Path> all = Files.list(results)) {
      return all.filter(each -> !each.toString().endsWith(".crc")).sorted().toList();
    }
  }

  private static List<List<String>> digests(RunFolders folders) {
    return Stream.of("adam", "sgd")
        .map(each -> digests(Manifest.read(folders.checkpoints().resolve(each))))
        .toList();
  }

  private static List<String> names(Path folder) throws Exception {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.map(each -> folder.relativize(each).toString()).toList();
    }
  }
}
