package org.lenet5.data;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.IntNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;

/**
 * One epoch's batches, made ahead of time by worker threads. The last batch may be smaller.
 *
 * <p>A batch depends on the images, the batch size, the augmentation, the seed, the epoch and its
 * index alone: not on the number of workers, nor on where the stream starts.
 *
 * <p>A fixed ring of buffers is lent out in turn; see {@link Batch} for how long a batch is valid.
 * To be used by one thread and closed, also when it has been read to its end.
 */
public final class BatchStream implements Iterator<Batch>, AutoCloseable {

  /** Makes batches; called by several threads at once. */
  interface Source {
    int batches();

    /** Fills in batch {@code index} and returns how many images it has. */
    int fill(int index, byte[] pixels, int[] labels);
  }

  private final Source source;
  private final int batchSize;
  private final int workers; // 0: the caller's thread makes each batch when it is asked for
  private ExecutorService pool;
  private Slot[] ring;
  private int next;
  private boolean started;
  private boolean closed;

  BatchStream(Source source, int batchSize, int workers) {
    this.source = source;
    this.batchSize = batchSize;
    this.workers = workers;
  }

  /**
   * The images in random order, each once, varied as {@code augmentation} says.
   *
   * @param batchSize images in a batch, at least 1
   * @param epoch any number; other epochs have other orders and variations
   * @param workers threads that prepare batches, at least 1
   * @throws IllegalArgumentException if {@code batchSize} or {@code workers} is below 1
   */
  public static BatchStream shuffled(
      LabeledImages images,
      int batchSize,
      Augmentation augmentation,
      long seed,
      int epoch,
      int workers) {
    atLeastOne("batch size", batchSize);
    atLeastOne("workers", workers);
    return new BatchStream(
        new EpochBatches(images, batchSize, augmentation, seed, epoch),
        Math.min(batchSize, images.size()),
        workers);
  }

  /**
   * The images in their order, unvaried, for evaluation; without threads.
   *
   * @param batchSize images in a batch, at least 1
   * @throws IllegalArgumentException if {@code batchSize} is below 1
   */
  public static BatchStream inOrder(LabeledImages images, int batchSize) {
    atLeastOne("batch size", batchSize);
    return new BatchStream(
        new EpochBatches(images, batchSize), Math.min(batchSize, images.size()), 0);
  }

  /**
   * Leaves out the batches before {@code index}, at no cost; before the first {@code next()}.
   *
   * @param index of the first batch, from 0 to {@link #batches()}
   * @return this stream
   * @throws IndexOutOfBoundsException if {@code index} is out of range
   * @throws IllegalStateException if batches have been taken or the stream is closed
   */
  public BatchStream startAt(int index) {
    if (started || closed) {
      throw new IllegalStateException("startAt must come before the first next()");
    }
    if (index < 0 || index > batches()) {
      throw new IndexOutOfBoundsException(
          "first batch (%d) must be 0 to %d".formatted(index, batches()));
    }
    next = index;
    return this;
  }

  /** The number of batches in the whole epoch. */
  public int batches() {
    return source.batches();
  }

  @Override
  public boolean hasNext() {
    return next < batches();
  }

  /**
   * The next batch; the one before it is no longer valid.
   *
   * @throws NoSuchElementException after the last batch
   * @throws IllegalStateException if the stream is closed, or with the cause if a worker failed
   * @throws CancellationException if the thread is interrupted while it waits; it stays interrupted
   */
  @Override
  public Batch next() {
    if (closed) {
      throw new IllegalStateException("the stream of batches is closed");
    }
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch has only " + batches() + " batches");
    }
    if (!started) {
      start();
    } else if (workers > 0) {
      // The caller is done with the batch before: its slot is free for the next one to prepare.
      prepare(next - 1 + ring.length);
    }
    Slot slot = ring[next % ring.length];
    try {
      int count = workers > 0 ? slot.filled.get() : slot.fill(next);
      return slot.batch(next++, count);
    } catch (ExecutionException e) {
      throw failed(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException)
          new CancellationException("interrupted while waiting for batch " + next).initCause(e);
    }
  }

  /** Ends the workers and waits until they have ended. Closing again does nothing. */
  @Override
  public void close() {
    closed = true;
    if (pool == null) {
      return;
    }
    pool.shutdownNow();
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true; // a worker needs no longer than a batch
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void start() {
    started = true;
    // One lent to the caller, one in the making and one waiting for each worker.
    ring = new Slot[Math.min(1 + 2 * workers, batches() - next)];
    for (int i = 0; i < ring.length; i++) {
      ring[i] = new Slot();
    }
    if (workers > 0) {
      pool = Executors.newFixedThreadPool(Math.min(workers, ring.length), new Workers());
      int first = next;
      for (int i = 0; i < ring.length; i++) {
        prepare(first + i);
      }
    }
  }

  private void prepare(int index) {
    if (index < batches()) {
      Slot slot = ring[index % ring.length];
      slot.filled = pool.submit(() -> slot.fill(index));
    }
  }

  private IllegalStateException failed(Throwable cause) {
    return new IllegalStateException("batch " + next + " could not be made: " + cause, cause);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s (%d) must be at least 1".formatted(name, value));
    }
  }

  /** The memory of one batch. */
  private final class Slot {
    private final byte[] pixels =
        new byte[Math.multiplyExact(batchSize, LabeledImages.IMAGE_BYTES)];
    private final int[] labels = new int[batchSize];
    private final ByteNdArray allImages = images(batchSize);
    private final IntNdArray allLabels = labels(batchSize);
    private Future<Integer> filled;

    int fill(int index) {
      return source.fill(index, pixels, labels);
    }

    Batch batch(int index, int count) {
      return count == batchSize
          ? new Batch(index, allImages, allLabels)
          : new Batch(index, images(count), labels(count));
    }

    private ByteNdArray images(int count) {
      return NdArrays.wrap(
          Shape.of(count, LabeledImages.HEIGHT, LabeledImages.WIDTH, LabeledImages.CHANNELS),
          DataBuffers.of(pixels, true, false).narrow((long) count * LabeledImages.IMAGE_BYTES));
    }

    private IntNdArray labels(int count) {
      return NdArrays.wrap(Shape.of(count), DataBuffers.of(labels, true, false).narrow(count));
    }
  }

  /** Daemons: a stream that was forgotten does not keep the program alive. */
  private static final class Workers implements ThreadFactory {
    private final AtomicInteger count = new AtomicInteger();

    @Override
    public Thread newThread(Runnable work) {
      Thread thread = new Thread(work, "batches-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    }
  }
}
