package org.lenet5.spark;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.lenet5.exercise.Cluster;

/** Connects to Spark, for {@code --spark MASTER}. Settings of Spark's own are system properties. */
public final class SparkClusters implements Cluster.Provider {
  private static final Pattern LOCAL = Pattern.compile("local(\\[(\\d+|\\*)(,\\d+)?\\])?");

  // On these the speed of steps depends as in the program's own start, and the last bits of
  // numbers.
  private static final List<String> ENVIRONMENT =
      List.of(
          "TF_MKL_OPTIMIZE_PRIMITIVE_MEMUSE",
          "MALLOC_MMAP_THRESHOLD_",
          "MALLOC_TRIM_THRESHOLD_",
          "TF_ENABLE_ONEDNN_OPTS",
          "ONEDNN_MAX_CPU_ISA",
          "DNNL_MAX_CPU_ISA",
          "ONEDNN_DEFAULT_FPMATH_MODE",
          "DNNL_DEFAULT_FPMATH_MODE");

  @Override
  public Cluster connect(String master, String name, int threads) {
    SparkConf conf = conf(master, name, threads);
    try {
      return new SparkCluster(new JavaSparkContext(conf), true);
    } catch (Exception e) { // Scala code throws checked ones without saying so
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalArgumentException(
          "--spark " + master + ": Spark cannot be started: " + SparkCluster.reason(e), e);
    }
  }

  private static SparkConf conf(String master, String name, int threads) {
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("LeNet5: " + name)
            .setIfMissing("spark.ui.showConsoleProgress", "false")
            .setIfMissing("spark.log.level", "ERROR");
    String plugins = conf.get("spark.plugins", "");
    conf.set(
        "spark.plugins", (plugins.isEmpty() ? "" : plugins + ",") + EpochPlugin.class.getName());
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      int cores = cores(local.group(2));
      return conf.set("spark.task.cpus", Integer.toString(Math.min(threads, cores)))
          .setIfMissing("spark.ui.enabled", "false")
          .setIfMissing("spark.driver.host", "localhost")
          .setIfMissing("spark.driver.bindAddress", "127.0.0.1");
    }
    if (!conf.contains("spark.jars")) {
      throw new IllegalArgumentException(
          "--spark "
              + master
              + ": the executors need lenet5-spark-job.jar and TensorFlow's natives:"
              + " JAVA_OPTS=-Dspark.jars=A.jar,B.jar (docs/spark-training.md)");
    }
    conf.set("spark.task.cpus", Integer.toString(threads))
        // TensorFlow's memory is not Java's.
        .setIfMissing("spark.executor.memoryOverhead", "1g");
    for (String each : ENVIRONMENT) {
      if (System.getenv(each) != null) {
        conf.setExecutorEnv(each, System.getenv(each));
      }
    }
    return conf;
  }

  private static int cores(String text) {
    return text == null
        ? 1
        : text.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(text);
  }
}
