package org.lenet5.spark;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToIntFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.lenet5.data.Dataset;
import org.lenet5.exercise.Cluster;
import org.lenet5.exercise.Runner;
import org.lenet5.exercise.Suite;
import org.lenet5.io.OneLine;
import org.lenet5.run.RunData;
import org.lenet5.run.RunFolders;
import org.lenet5.training.Replicas;
import org.lenet5.training.TrainingConfig;

/**
 * Spark's executors as machines that train. Thread-safe.
 *
 * <p>A data set is sent to each executor once, as a file, and known there by its SHA-256.
 */
public final class SparkCluster implements Cluster {
  private final JavaSparkContext context;
  private final boolean owned;
  private final Map<String, SentData> sent = new ConcurrentHashMap<>(); // by the file's SHA-256
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * A cluster that a program is connected to.
   *
   * @param owned whether the connection ends with this object
   */
  public SparkCluster(JavaSparkContext context, boolean owned) {
    this.context = context;
    this.owned = owned;
  }

  @Override
  public int tasks() {
    int cpus = context.getConf().getInt("spark.task.cpus", 1);
    return Math.max(1, context.defaultParallelism() / cpus);
  }

  @Override
  public Replicas replicas(String run, TrainingConfig config, Dataset data) {
    return new SparkReplicas(context, run, config, send(data));
  }

  @Override
  public Runner runner(
      RunFolders home, RunData data, int keep, ToIntFunction<Suite.Run> until, String results) {
    return new SparkRunner(
        context,
        this::send,
        home,
        data,
        keep,
        until,
        results == null ? null : SharedResults.in(context, results));
  }

  private SentData send(Dataset data) {
    SentData packed = SentData.pack(data);
    SentData first = sent.putIfAbsent(packed.sha256(), packed);
    if (first != null) {
      packed.delete();
      return first;
    }
    context.addFile(packed.file());
    return packed;
  }

  /** How the user interface and the event log call this thread's jobs and their stages. */
  static void name(JavaSparkContext context, String group, String name) {
    context.setJobGroup(group, OneLine.of(name), true);
    context.setCallSite(OneLine.of(name));
  }

  /** What this thread does has no name any more. */
  static void unname(JavaSparkContext context) {
    context.clearJobGroup();
    context.clearCallSite();
  }

  /** What made a job fail, below what Spark says of it. */
  static Throwable root(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Why Spark failed, in one line. */
  static String reason(Throwable failure) {
    return root(failure) instanceof Exception exception
        ? OneLine.of(OneLine.reason(exception))
        : OneLine.of(String.valueOf(root(failure)));
  }

  /** Deletes what was sent, here; ends the connection if it is this object's. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      if (owned) {
        context.close();
      }
      sent.values().forEach(SentData::delete);
    }
  }
}
