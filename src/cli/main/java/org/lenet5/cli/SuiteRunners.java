package org.lenet5.cli;

import java.util.Optional;
import java.util.function.ToIntFunction;
import org.lenet5.exercise.Cluster;
import org.lenet5.exercise.Processes;
import org.lenet5.exercise.Runner;
import org.lenet5.exercise.Suite;
import org.lenet5.run.RunFolders;

/** Who trains the runs of a suite: processes of this machine, or a cluster. */
final class SuiteRunners implements AutoCloseable {
  private static final int USUAL_KEEP = 5; // as train has it

  private final Folders folders;
  private final String suite;
  private final int jobs;
  private final Optional<Cluster> cluster;
  private final String results;

  private SuiteRunners(
      Folders folders, String suite, int jobs, Optional<Cluster> cluster, String results) {
    this.folders = folders;
    this.suite = suite;
    this.jobs = jobs;
    this.cluster = cluster;
    this.results = results;
  }

  /**
   * Connects to the cluster, if one is asked for.
   *
   * @param suite the folder of the runs below graphs and checkpoints
   * @param jobs runs at a time; null for as many as there is room for
   * @param threads of each run
   */
  static SuiteRunners of(
      Folders folders, String suite, Integer jobs, SparkSuiteFlags spark, int threads) {
    Optional<Cluster> cluster = spark.connect(suite, threads);
    int room = cluster.map(Cluster::tasks).orElse(Runtime.getRuntime().availableProcessors());
    return new SuiteRunners(folders, suite, jobs == null ? room : jobs, cluster, spark.results());
  }

  /** Runs at a time. */
  int jobs() {
    return jobs;
  }

  /** Each run to its end. */
  Runner trainWhole() {
    return cluster
        .map(there -> on(there, USUAL_KEEP, run -> run.config().epochs()))
        .orElseGet(() -> new Processes(run -> RunProcess.command(folders, suite, run)));
  }

  /** Each run up to an epoch, for a search that may go on with it. */
  Runner trainUntil(ToIntFunction<Suite.Run> until) {
    return cluster
        .map(there -> on(there, 1, until))
        .orElseGet(
            () ->
                new Processes(
                    run ->
                        RunProcess.command(
                            folders,
                            suite,
                            run,
                            "--keep",
                            "1",
                            "--until",
                            Integer.toString(until.applyAsInt(run)))));
  }

  private Runner on(Cluster there, int keep, ToIntFunction<Suite.Run> until) {
    RunFolders home =
        new RunFolders(folders.graphs().resolve(suite), folders.checkpoints().resolve(suite));
    return WrongUsage.unless(() -> there.runner(home, folders, keep, until, results));
  }

  @Override
  public void close() {
    cluster.ifPresent(Cluster::close);
  }
}
