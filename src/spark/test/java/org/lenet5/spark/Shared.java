package org.lenet5.spark;

import org.apache.spark.sql.SparkSession;

/** The one SparkSession of this module's tests; it ends with the JVM. */
final class Shared {
  static final SparkSession SPARK = LocalSpark.start("tests", 2);

  static {
    SPARK.conf().set("spark.sql.shuffle.partitions", "2");
  }

  private Shared() {}
}
