package org.lenet5.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.sql.SparkSession;
import org.lenet5.io.TemporaryFolder;

/** Spark in this very JVM, for a first try without a cluster. */
public final class LocalSpark {
  private LocalSpark() {}

  /**
   * Starts a session without a user interface, reachable from this machine alone; the caller stops
   * it. There is one in a JVM at a time: a second call gives the same.
   *
   * @param name of the application, as the event log shows it
   * @param threads tasks at a time, at least 1
   */
  public static SparkSession start(String name, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads (" + threads + ") must be at least 1");
    }
    return SparkSession.builder()
        .appName(name)
        .master("local[" + threads + "]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.warehouse.dir", warehouse())
        .getOrCreate();
  }

  // Else Spark makes a folder spark-warehouse wherever it is started. Goes with the process.
  private static String warehouse() {
    try {
      return TemporaryFolder.create().path().toUri().toString();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder: " + e.getMessage(), e);
    }
  }
}
