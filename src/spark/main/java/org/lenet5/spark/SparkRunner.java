package org.lenet5.spark;

import java.io.IOException;
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
  private final SharedResults results; // null if there are none
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
      ToIntFunction<Suite.Run> until,
      SharedResults results) {
    this.context = context;
    this.sending = sending;
    this.home = home;
    this.data = data;
    this.keep = keep;
    this.until = until;
    this.results = results;
  }

  @Override
  public Optional<Ended> train(Suite.Run run, Progress progress) {
    Found images = found(run.config());
    RunOrder order = RunOrder.of(run, images.images().sha256(), keep, until.applyAsInt(run), home);
    synchronized (this) {
      if (stopped) {
        return Optional.empty();
      }
      running++;
    }
    try {
      progress.started();
      Optional<RunDelivery> there =
          results == null ? Optional.empty() : results.find(order, progress::message);
      there.ifPresent(any -> progress.message("is trained already: " + results.name(order)));
      RunDelivery delivery = there.isPresent() ? there.get() : trained(order, images, progress);
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

  @SuppressWarnings("try") // Somebody listens while the job runs.
  private RunDelivery trained(RunOrder order, Found images, Progress progress) {
    SparkCluster.name(
        context, group, "Train run %s up to epoch %d".formatted(order.name(), order.until()));
    String id = UUID.randomUUID().toString();
    Came came;
    try (EpochPlugin.Listening epochs = EpochPlugin.listen(id, progress::epoch)) {
      Task task = new Task(id, images, results);
      came = context.parallelize(List.of(order), 1).map(task).collect().get(0);
    } finally {
      SparkCluster.unname(context);
    }
    if (results != null && came.delivery().isLasting()) {
      String fault = came.fault().isEmpty() ? notHere(order) : came.fault();
      if (!fault.isEmpty()) {
        progress.message("is not in --spark-results: " + fault);
      }
    }
    return came.delivery();
  }

  // Where the machines share nothing, what a task has written is on its own disk.
  private String notHere(RunOrder order) {
    try {
      return results.has(order)
          ? ""
          : "its machine wrote %s, which this one does not see".formatted(results.name(order));
    } catch (IOException e) {
      return OneLine.of(OneLine.reason(e));
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
  private record Task(String id, Found images, SharedResults results)
      implements Function<RunOrder, Came> {
    private static final long serialVersionUID = 1L;

    @Override
    public Came call(RunOrder order) throws IOException {
      if (results != null) {
        // An executor may be lost when it has written the result, or the same be trained elsewhere.
        Optional<RunDelivery> there = results.find(order, damaged -> {});
        if (there.isPresent()) {
          return new Came(there.get(), "");
        }
      }
      Natives.load();
      RunDelivery delivery = order.train(images, epoch -> EpochPlugin.tell(id, epoch));
      if (results == null || !delivery.isLasting()) {
        return new Came(delivery, "");
      }
      try {
        results.write(delivery);
        return new Came(delivery, "");
      } catch (IOException e) {
        // A run is worth more than its copy. A task that is being ended has nobody to tell.
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        return new Came(delivery, OneLine.of(OneLine.reason(e)));
      }
    }
  }

  /**
   * What a task brings back.
   *
   * @param fault why it could not be left where all see it; empty if it could, or was not to
   */
  private record Came(RunDelivery delivery, String fault) implements Serializable {
    private static final long serialVersionUID = 1L;
  }
}
