package org.lenet5.cli;

import java.util.Optional;
import org.lenet5.exercise.Cluster;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that have a cluster train many runs. */
final class SparkSuiteFlags {
  @Mixin private SparkFlag spark;

  @Option(
      names = "--spark-results",
      paramLabel = "PATH",
      description =
          "With --spark: also leave what came of each run in this folder, which the cluster's"
              + " machines share (hdfs://..., or a path that all have), and take from there what is"
              + " trained already. Default: nowhere.")
  private String results;

  /** Refuses what does not go together. */
  void require() {
    WrongUsage.require(
        results == null || spark.isGiven(),
        "--spark-results " + results + ": needs --spark, whose tasks fill it");
  }

  /** The cluster, connected, if one is asked for; as {@link SparkFlag#connect}. */
  Optional<Cluster> connect(String name, int threads) {
    return spark.isGiven() ? Optional.of(spark.connect(name, threads)) : Optional.empty();
  }

  /** Where runs' results are shared; null for nowhere. */
  String results() {
    return results;
  }
}
