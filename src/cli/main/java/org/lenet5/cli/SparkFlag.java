package org.lenet5.cli;

import java.util.ServiceLoader;
import org.lenet5.exercise.Cluster;
import picocli.CommandLine.Option;

/** The flag that has a cluster train. */
final class SparkFlag {
  @Option(
      names = "--spark",
      paramLabel = "MASTER",
      description =
          "Train on Apache Spark: local[N], spark://HOST:PORT or another master that it knows;"
              + " changes no result (docs/spark-training.md). Default: on this machine.")
  private String master;

  boolean isGiven() {
    return master != null;
  }

  /**
   * Connects to the cluster that the flag names. Spark is no part of this program: the starter puts
   * it on the class path where the flag stands.
   *
   * @param name of what is done, for people who look at the cluster
   * @param threads of each run
   */
  Cluster connect(String name, int threads) {
    Cluster.Provider provider =
        ServiceLoader.load(Cluster.Provider.class)
            .findFirst()
            .orElseThrow(
                () ->
                    new WrongUsage(
                        "--spark "
                            + master
                            + ": lenet5-spark and Spark must be on the class path, as scripts/lenet5"
                            + " puts them"));
    return WrongUsage.unless(() -> provider.connect(master, name, threads));
  }
}
