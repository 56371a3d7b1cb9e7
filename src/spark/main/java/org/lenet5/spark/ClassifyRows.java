package org.lenet5.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.image.DecodedImage;

/**
 * What a task does with its rows: takes some, decodes their images, lets the model see all of them
 * at once, and gives each row back with {@link Results#COLUMNS} behind its own. A task keeps {@code
 * spark.task.cpus} threads busy, and one that is to stop does so within a group.
 */
final class ClassifyRows implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  // Images in a group are decoded one after the other, but all that were read are in memory.
  private static final long MOST_BYTES = 64 << 20;

  private final ShippedModel model;
  private final Broadcast<SerializableConfiguration> hadoop;
  private final ImageKind kind;
  private final int column;
  private final int[] kept;
  private final int top;
  private final int group;
  private final int maxFailures;
  private final LongAccumulator done;
  private final LongAccumulator failed;

  /**
   * The work on rows.
   *
   * @param column of the image, by its number
   * @param kept columns to give back, by their numbers
   * @param top classes to name
   * @param group images computed at a time
   * @param maxFailures attempts that a task has ({@code spark.task.maxFailures})
   * @param done counts images
   * @param failed counts those with an error
   */
  ClassifyRows(
      ShippedModel model,
      Broadcast<SerializableConfiguration> hadoop,
      ImageKind kind,
      int column,
      int[] kept,
      int top,
      int group,
      int maxFailures,
      LongAccumulator done,
      LongAccumulator failed) {
    this.model = model;
    this.hadoop = hadoop;
    this.kind = kind;
    this.column = column;
    this.kept = kept;
    this.top = top;
    this.group = group;
    this.maxFailures = maxFailures;
    this.done = done;
    this.failed = failed;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return rows.hasNext() ? new Task(rows, TaskContext.get()) : rows;
  }

  /** The rows of one task. */
  private final class Task implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final TaskContext context;
    private final Classifier classifier;
    private final PictureReader reader;
    private final ForkJoinPool threads;
    private final Queue<Row> ready = new ArrayDeque<>();

    Task(Iterator<Row> rows, TaskContext context) {
      this.rows = rows;
      this.context = context;
      ExecutorModels.Lease lease = ExecutorModels.lease(model);
      classifier = lease.classifier();
      // Of its own, so that it is not spread over cores that are other tasks'.
      threads = new ForkJoinPool(context.cpus());
      context.addTaskCompletionListener(
          (TaskCompletionListener)
              end -> {
                threads.shutdownNow();
                lease.close();
              });
      reader =
          new PictureReader(
              kind,
              classifier.imageShape(),
              hadoop.value().value(),
              context.attemptNumber() + 1 >= maxFailures);
    }

    @Override
    public boolean hasNext() {
      if (ready.isEmpty() && rows.hasNext()) {
        work();
      }
      return !ready.isEmpty();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.remove();
    }

    private void work() {
      List<Row> some = new ArrayList<>();
      for (long bytes = 0; some.size() < group && bytes < MOST_BYTES && rows.hasNext(); ) {
        Row row = rows.next();
        some.add(row);
        bytes += row.get(column) instanceof byte[] content ? content.length : 0;
      }
      Object[][] results = onThreads(() -> results(some));
      requireWanted();
      for (int i = 0; i < results.length; i++) {
        ready.add(joined(some.get(i), results[i]));
        done.add(1);
        failed.add(results[i][results[i].length - 1] == null ? 0 : 1);
      }
    }

    private Object[][] results(List<Row> some) {
      PictureReader.Read[] read = new PictureReader.Read[some.size()];
      IntStream.range(0, read.length)
          .parallel()
          .forEach(
              i -> {
                requireWanted();
                try {
                  read[i] = reader.read(some.get(i).get(column));
                } catch (IOException e) {
                  throw new UncheckedIOException(
                      some.get(i).get(column) + ": cannot be read: " + e.getMessage(), e);
                }
              });
      List<DecodedImage> images =
          Arrays.stream(read)
              .filter(each -> each.error() == null)
              .map(each -> each.image())
              .toList();
      Iterator<Prediction> predictions = classifier.classifyDecoded(images).iterator();
      return Arrays.stream(read)
          .map(
              each ->
                  each.error() == null
                      ? Results.of(predictions.next(), top, model.sha256())
                      : Results.failed(each.error(), model.sha256()))
          .toArray(Object[][]::new);
    }

    private Row joined(Row row, Object[] results) {
      Object[] values = new Object[kept.length + results.length];
      for (int i = 0; i < kept.length; i++) {
        values[i] = row.get(kept[i]);
      }
      System.arraycopy(results, 0, values, kept.length, results.length);
      return RowFactory.create(values);
    }

    private void requireWanted() {
      if (context.isInterrupted()) {
        throw new TaskKilledException("the task is not wanted any more");
      }
    }

    private <T> T onThreads(Callable<T> work) {
      try {
        return threads.submit(work).get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TaskKilledException("interrupted");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        if (e.getCause() instanceof Error cause) {
          throw cause;
        }
        throw new IllegalStateException(e);
      }
    }
  }
}
