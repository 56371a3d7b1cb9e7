package org.lenet5.data;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.lenet5.image.ImageShape;
import org.tensorflow.ndarray.IntNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;

/**
 * One epoch's batches, made ahead of time by worker threads. The last batch may be smaller.
 *
 * <p>A batch depends on the images, the sampler, the batch size, the augmentation, the seed, the
 * epoch and its index alone: not on the number of workers, nor on where the stream starts.
 *
 * <p>The stream uses a fixed ring of buffers; {@link Batch} says how long a batch is valid. Use it
 * from one thread, and close it even after the last batch.
 */
public final class BatchStream implements Iterator<Batch>, AutoCloseable {

  /** An epoch's images; called by several threads at once. */
  interface Source {
    /** The shape of an image. */
    ImageShape shape();

    /** The number of images. */
    int size();

    /** True if images have second labels. */
    default boolean mixes() {
      return false;
    }

    /** Writes the images at {@code count} positions of the epoch from {@code first} on. */
    void fill(int first, int count, Room room);
  }

  /**
   * Where images go, one after the other.
   *
   * @param secondLabels of mixed images, else null
   * @param weights of mixed images' first labels, else null
   */
  record Room(byte[] pixels, int[] labels, int[] secondLabels, float[] weights) {}

  // A worker makes several small batches at once, because handing work to another thread takes as
  // long as making about ten images.
  private static final int IMAGES_AT_ONCE = 128;
  private static final int MOST_BYTES = Integer.MAX_VALUE - 16; // of an array

  private final Source source;
  private final int batchSize;
  private final int workers; // 0: the caller's thread makes each batch when it is asked for
  private final int chunkSize; // batches made at once
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private ExecutorService pool;
  private Slot[] ring;
  private int first;
  private int end; // index after the last batch
  private int next;
  private boolean closed;

  BatchStream(Source source, int batchSize, int workers) {
    this.source = source;
    this.batchSize = Math.min(batchSize, Math.max(1, source.size()));
    this.workers = workers;
    chunkSize = workers == 0 ? 1 : Math.max(1, IMAGES_AT_ONCE / batchSize);
    if ((long) chunkSize * this.batchSize * source.shape().bytes() > MOST_BYTES) {
      throw new IllegalArgumentException(
          "batch size (%d) must be at most %d: images of %s would take more than 2 GB"
              .formatted(batchSize, MOST_BYTES / source.shape().bytes(), source.shape()));
    }
    end = batches();
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
    return sampled(images, Sampler.NONE, batchSize, augmentation, seed, epoch, workers);
  }

  /**
   * As many images in random order as there are, drawn as {@code sampler} says, varied as {@code
   * augmentation} says: the same image twice is varied twice.
   *
   * @param batchSize images in a batch, at least 1
   * @param epoch any number; other epochs have other images, orders and variations
   * @param workers threads that prepare batches, at least 1
   * @throws IllegalArgumentException if {@code batchSize} or {@code workers} is below 1
   */
  public static BatchStream sampled(
      LabeledImages images,
      Sampler sampler,
      int batchSize,
      Augmentation augmentation,
      long seed,
      int epoch,
      int workers) {
    atLeastOne("batch size", batchSize);
    atLeastOne("workers", workers);
    return new BatchStream(
        new EpochImages(images, sampler, augmentation, seed, epoch), batchSize, workers);
  }

  /**
   * The images in their order, unvaried, for evaluation; without threads.
   *
   * @param batchSize images in a batch, at least 1
   * @throws IllegalArgumentException if {@code batchSize} is below 1
   */
  public static BatchStream inOrder(LabeledImages images, int batchSize) {
    atLeastOne("batch size", batchSize);
    return new BatchStream(new EpochImages(images), batchSize, 0);
  }

  /**
   * Skips the batches before {@code index} at no cost. Call it before the first {@code next()}.
   *
   * @param index of the first batch, from 0 to {@link #batches()}
   * @return this stream
   * @throws IndexOutOfBoundsException if {@code index} is out of range
   * @throws IllegalStateException if batches have been taken or the stream is closed
   */
  public BatchStream startAt(int index) {
    if (ring != null || closed) {
      throw new IllegalStateException("startAt must come before the first next()");
    }
    if (index < 0 || index > batches()) {
      throw new IndexOutOfBoundsException(
          "first batch (%d) must be 0 to %d".formatted(index, batches()));
    }
    first = index;
    next = index;
    return this;
  }

  /**
   * Leaves out the batches from {@code index} on at no cost. Call it before the first {@code
   * next()}.
   *
   * @param index after the last batch, from 0 to {@link #batches()}
   * @return this stream
   * @throws IndexOutOfBoundsException if {@code index} is out of range
   * @throws IllegalStateException if batches have been taken or the stream is closed
   */
  public BatchStream endAt(int index) {
    if (ring != null || closed) {
      throw new IllegalStateException("endAt must come before the first next()");
    }
    if (index < 0 || index > batches()) {
      throw new IndexOutOfBoundsException(
          "end of the batches (%d) must be 0 to %d".formatted(index, batches()));
    }
    end = index;
    return this;
  }

  /** The number of batches in the whole epoch. */
  public int batches() {
    return (int) (((long) source.size() + batchSize - 1) / batchSize);
  }

  @Override
  public boolean hasNext() {
    return next < end;
  }

  /**
   * The next batch; the one before it is no longer valid.
   *
   * @throws NoSuchElementException after the last batch
   * @throws IllegalStateException if the stream is closed, or with the cause if a worker failed
   * @throws CancellationException if the thread is interrupted before or during the wait; its
   *     interrupt flag stays set
   */
  @Override
  public Batch next() {
    if (closed) {
      throw new IllegalStateException("the stream of batches is closed");
    }
    if (!hasNext()) {
      throw new NoSuchElementException("there is no batch after number " + end);
    }
    if (Thread.currentThread().isInterrupted()) { // also where the batch is there already
      throw new CancellationException("interrupted while waiting for batch " + next);
    }
    int chunk = (next - first) / chunkSize;
    int inChunk = (next - first) % chunkSize;
    if (ring == null) {
      start();
    } else if (inChunk == 0) {
      // The caller is done with the previous chunk, so its slot is free for the next one.
      prepare(chunk - 1 + ring.length);
    }
    Slot slot = ring[chunk % ring.length];
    try {
      slot.filled.get();
      return slot.batch(inChunk, next++);
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
    // Waiting for the pool is not enough: its threads live a moment longer than it does.
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true; // a worker needs no longer than a batch
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void start() {
    // One that the caller reads; for each worker one that it fills and one that waits.
    ring = new Slot[Math.min(1 + 2 * workers, chunks())];
    if (workers > 0) {
      pool = Executors.newFixedThreadPool(Math.min(workers, ring.length), this::worker);
    }
    for (int i = 0; i < ring.length; i++) {
      ring[i] = new Slot();
      prepare(i);
    }
  }

  // A daemon thread, so that a stream that nobody closed does not keep the program alive.
  private Thread worker(Runnable work) {
    Thread thread = new Thread(work, "batches-" + (threads.size() + 1));
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  private int chunks() {
    return (end - first + chunkSize - 1) / chunkSize;
  }

  private void prepare(int chunk) {
    if (chunk >= chunks()) {
      return;
    }
    Slot slot = ring[chunk % ring.length];
    int batch = first + chunk * chunkSize;
    int position = batch * batchSize;
    int count = Math.min(Math.min(chunkSize, end - batch) * batchSize, source.size() - position);
    FutureTask<Void> filling =
        new FutureTask<>(() -> source.fill(position, count, slot.room), null);
    slot.filled = filling;
    if (pool == null) {
      filling.run();
    } else {
      pool.execute(filling);
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

  /** The memory of one chunk, and the views of its batches. */
  private final class Slot {
    private final Room room = room(chunkSize * batchSize);
    private final Batch[] batches = new Batch[chunkSize]; // full ones; their index is not theirs
    private Future<Void> filled;

    Slot() {
      for (int i = 0; i < chunkSize; i++) {
        batches[i] = view(i, batchSize, 0);
      }
    }

    private Room room(int images) {
      return new Room(
          new byte[images * source.shape().bytes()],
          new int[images],
          source.mixes() ? new int[images] : null,
          source.mixes() ? new float[images] : null);
    }

    Batch batch(int inChunk, int index) {
      int count = Math.min(batchSize, source.size() - index * batchSize);
      if (count < batchSize) {
        return view(inChunk, count, index);
      }
      Batch full = batches[inChunk];
      return new Batch(index, full.images(), full.labels(), full.mixed());
    }

    private Batch view(int inChunk, int count, int index) {
      ImageShape shape = source.shape();
      int first = inChunk * batchSize;
      return new Batch(
          index,
          NdArrays.wrap(
              Shape.of(count, shape.height(), shape.width(), shape.channels()),
              DataBuffers.of(room.pixels(), true, false)
                  .slice((long) first * shape.bytes(), (long) count * shape.bytes())),
          ints(room.labels(), first, count),
          source.mixes()
              ? Optional.of(
                  new Batch.SecondLabels(
                      ints(room.secondLabels(), first, count),
                      NdArrays.wrap(
                          Shape.of(count),
                          DataBuffers.of(room.weights(), true, false).slice(first, count))))
              : Optional.empty());
    }

    private IntNdArray ints(int[] values, int first, int count) {
      return NdArrays.wrap(
          Shape.of(count), DataBuffers.of(values, true, false).slice(first, count));
    }
  }
}
