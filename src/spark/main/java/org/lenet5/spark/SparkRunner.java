package org.lenet5.spark;

import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.data.Dataset;
import org.lenet5.exercise.RunDelivery;
import org.lenet5.exercise.RunOrder;
import org.lenet5.exercise.Runner;
import org.lenet5.exercise.Suite;
import org.lenet5.io.OneLine;
import org.lenet5.run.RunData;
import org.lenet5.run.RunFolders;
import org.lenet5.training.TrainingConfig;

/** Trains each run as a Spark job of one task, which brings back all files of the run. */
final class SparkRunner implements Runner {
  private static final int FAILED = 1;
  private static final int CANCEL_AGAIN_MILLIS = 200;

  private final JavaSparkContext context;
  private final java.util.function.Function<Dataset, SentData> sending;
  private final RunFolders home;
  private final RunData data;
  private final int keep;
  private final ToIntFunction<Suite.Run> until;
  private final String group = "lenet5 " + UUID.randomUUID();
  private final Map<List<Object>, Found> found = new HashMap<>(); // by what decides the images
  private int running; // jobs
  private boolean stopped;

  SparkRunner(
      JavaSparkContext context,
      java.util.function.Function<Dataset, SentData> sending,
      RunFolders home,
      RunData data,
      int keep,
      ToIntFunction<Suite.Run> until) {
    this.context = context;
    this.sending = sending;
    this.home = home;
    this.data = data;
    this.keep = keep;
    this.until = until;
  }

  @Override
  public Optional<Ended> train(Suite.Run run, Progress progress) {
    RunOrder order = RunOrder.of(run, keep, until.applyAsInt(run), home);
    Found images = found(run.config());
    synchronized (this) {
      if (stopped) {
        return Optional.empty();
      }
      running++;
    }
    try {
      progress.started();
      context.setJobGroup(group, "%s: up to epoch %d".formatted(run.name(), order.until()), true);
      RunDelivery delivery =
          context.parallelize(List.of(order), 1).map(new Task(images)).collect().get(0);
      return Optional.of(delivery.publish(order, home));
    } catch (UncheckedIOException | RunException e) {
      return Optional.of(new Ended(FAILED, OneLine.of(e.getMessage())));
    } catch (Exception e) { // Scala code throws checked ones without saying so
      return Optional.of(new Ended(FAILED, SparkCluster.reason(e)));
    } finally {
      synchronized (this) {
        running--;
        notifyAll();
      }
    }
  }

  private synchronized Found found(TrainingConfig config) {
    return found.computeIfAbsent(
        List.of(config.dataset(), config.pictures()),
        any -> {
          RunData.Found here = data.find(config);
          return new Found(
              sending.apply(here.data()),
              here.folder().map(Object::toString).orElse(null),
              here.dataset(),
              List.copyOf(here.skipped()));
        });
  }

  /**
   * Ends the tasks at once; what they had done is lost, and done again by a later start. A delivery
   * that has arrived is published.
   */
  @Override
  public synchronized void stop() {
    stopped = true;
    while (running > 0 && !context.sc().isStopped()) {
      context.cancelJobGroup(group);
      try {
        wait(CANCEL_AGAIN_MILLIS); // a job may have been on its way
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** What a run gets in place of the images on the driver. */
  private record Found(SentData images, String folder, String dataset, List<String> skipped)
      implements RunData, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public RunData.Found find(TrainingConfig config) {
      return new RunData.Found(
          images.open(), Optional.ofNullable(folder).map(Path::of), dataset, skipped);
    }

    @Override
    public RunData.Found find(Manifest run, Consumer<String> remarks) {
      return find(TrainingConfig.of(run.settings()));
    }
  }

  /** A run, on an executor. */
  private record Task(Found images) implements Function<RunOrder, RunDelivery> {
    private static final long serialVersionUID = 1L;

    @Override
    public RunDelivery call(RunOrder order) {
      Natives.load();
      return order.train(images);
    }
  }
}
