package org.lenet5.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.lenet5.classify.LogitsModel;
import org.lenet5.data.Batch;
import org.lenet5.image.ImageShape;
import org.lenet5.model.Model;
import org.lenet5.model.Network;
import org.lenet5.model.Variables;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.index.Indices;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * A trained model whose answers a training learns from. It is as it would be served: no dropout,
 * batch normalization folded, its own scaling of pixels inside. A batch is computed in chunks, each
 * on one core; which images are in a chunk depends on the batch's size and the number of threads
 * alone, so that the same images get the same bits again.
 *
 * <p>Holds native memory until it is closed. Not thread-safe.
 */
public final class Teacher implements AutoCloseable {
  // As in Classifier: enough work for a core, small enough for its cache.
  private static final int CHUNK = 32;
  private static final int CHUNK_BYTES = 98_304;

  private static final String IMAGES = "images";
  private static final String LOGITS = "logits";

  private final AutoCloseable[] resources; // first to last
  private final Session session;
  private final String images;
  private final String logits;
  private final ImageShape shape;
  private final int[] order; // of the training's classes, by the teacher's numbers
  private final int threads;
  private final ExecutorService pool;
  private final Map<Integer, List<Chunk>> chunks = new HashMap<>(); // by the batch's size

  /** Images of a batch that are computed together, from {@code start} on. */
  private record Chunk(int start, TUint8 images, Session.Runner runner) {
    int length() {
      return (int) images.shape().get(0);
    }
  }

  private Teacher(
      Session session,
      String images,
      String logits,
      ImageShape shape,
      int[] order,
      int threads,
      AutoCloseable... resources) {
    this.session = session;
    this.images = images;
    this.logits = logits;
    this.shape = shape;
    this.order = order;
    this.threads = threads;
    this.resources = resources;
    this.pool = Executors.newFixedThreadPool(threads, Teacher::worker);
    try {
      probe();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  // A daemon thread, so that a teacher that nobody closed does not keep the program alive.
  private static Thread worker(Runnable work) {
    Thread thread = new Thread(work, "teacher");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * A network with its weights.
   *
   * @param weights by variable, at least those of {@link Model#variables()}
   * @param classes names of what it tells apart, by its numbers
   * @param wanted the same names in the training's order
   * @param threads chunks computed at a time, at least 1
   * @throws IllegalArgumentException if the names are others
   */
  public static Teacher of(
      Model model,
      Map<String, FloatNdArray> weights,
      List<String> classes,
      List<String> wanted,
      int threads) {
    int[] order = order(classes, wanted);
    Model served = model.folded();
    Graph graph = new Graph();
    try {
      Ops tf = Ops.create(graph);
      Placeholder<TUint8> input =
          tf.withName(IMAGES)
              .placeholder(TUint8.class, Placeholder.shape(served.input().prepend(-1)));
      tf.withName(LOGITS).identity(new Network(tf, served).logits(tf, "teacher", input));
      Variables variables = new Variables(graph);
      Session session = new Session(graph, TrainingGraph.sessionConfig(threads));
      variables.write(session, model.folded(weights));
      return new Teacher(session, IMAGES, LOGITS, served.image(), order, threads, session, graph);
    } catch (RuntimeException e) {
      graph.close();
      throw e;
    }
  }

  /**
   * A SavedModel.
   *
   * @param wanted its classes' names in the training's order
   * @param threads chunks computed at a time, at least 1
   * @throws IllegalArgumentException if the names are others
   * @throws IllegalStateException if it does not give what its signature says
   * @throws org.lenet5.classify.ModelException if TensorFlow cannot load it
   */
  public static Teacher of(LogitsModel model, List<String> wanted, int threads) {
    int[] order = order(model.classes(), wanted);
    SavedModelBundle bundle = model.load(TrainingGraph.sessionConfig(threads));
    return new Teacher(
        bundle.session(),
        model.images(),
        model.logits(),
        model.imageShape(),
        order,
        threads,
        bundle);
  }

  /** The number that the teacher has for each of the training's classes. */
  private static int[] order(List<String> classes, List<String> wanted) {
    if (!Set.copyOf(wanted).equals(new HashSet<>(classes)) || wanted.size() != classes.size()) {
      throw new IllegalArgumentException(
          "the teacher knows the classes %s, the training %s".formatted(classes, wanted));
    }
    return wanted.stream().mapToInt(classes::indexOf).toArray();
  }

  // What a signature says is only a claim until the graph has run.
  private void probe() {
    List<Chunk> one = split(1);
    try {
      float[] found = new float[order.length];
      compute(one.get(0), found);
      for (float each : found) {
        if (!Float.isFinite(each)) {
          throw new IllegalStateException("gives a black image a logit of " + each);
        }
      }
    } finally {
      close(one);
    }
  }

  /**
   * Its answers to a batch as the training sees it.
   *
   * @param found float [n · classes], image by image, in the order of the training's classes
   * @throws CancellationException if the thread is interrupted meanwhile; its flag stays set
   */
  void logits(Batch batch, float[] found) {
    List<Chunk> all = chunks.computeIfAbsent(batch.size(), this::split);
    ByteNdArray pixels = batch.images();
    List<Future<?>> running = new ArrayList<>();
    for (Chunk each : all) {
      running.add(
          pool.submit(
              () -> {
                pixels
                    .slice(Indices.range(each.start(), each.start() + each.length()))
                    .copyTo(each.images());
                compute(each, found);
              }));
    }
    try {
      for (Future<?> each : running) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the teacher failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (CancellationException)
          new CancellationException("interrupted while the teacher answered").initCause(e);
    }
  }

  private void compute(Chunk chunk, float[] found) {
    try (Result result = chunk.runner().run()) {
      TFloat32 answers = (TFloat32) result.get(0);
      if (!answers.shape().equals(Shape.of(chunk.length(), order.length))) {
        throw new IllegalStateException(
            "gives %d images logits of shape %s, for %d classes"
                .formatted(chunk.length(), answers.shape(), order.length));
      }
      for (int i = 0; i < chunk.length(); i++) {
        for (int c = 0; c < order.length; c++) {
          found[(chunk.start() + i) * order.length + c] = answers.getFloat(i, order[c]);
        }
      }
    }
  }

  /** As many chunks for each thread as for any other. */
  private List<Chunk> split(int size) {
    int most = Math.max(1, Math.min(CHUNK, CHUNK_BYTES / shape.bytes()));
    int rounds = (size + most * threads - 1) / (most * threads);
    int count = Math.min(size, rounds * threads);
    List<Chunk> split = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int start = (int) ((long) size * i / count);
      int length = (int) ((long) size * (i + 1) / count) - start;
      TUint8 tensor =
          TUint8.tensorOf(
              NdArrays.ofBytes(Shape.of(length, shape.height(), shape.width(), shape.channels())));
      split.add(
          new Chunk(
              start,
              tensor,
              session
                  .runner()
                  // On the pool's thread, which does nothing else meanwhile.
                  .setOptions(RunOptions.newBuilder().setInterOpThreadPool(-1).build())
                  .feed(images, tensor)
                  .fetch(logits)));
    }
    return split;
  }

  private static void close(List<Chunk> chunks) {
    chunks.forEach(each -> each.images().close());
  }

  /** Frees the native memory, once no answer is being computed. */
  @Override
  public void close() {
    pool.shutdownNow();
    boolean interrupted = false;
    while (!pool.isTerminated()) {
      try {
        pool.awaitTermination(1, TimeUnit.MINUTES); // a chunk takes far less
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    chunks.values().forEach(Teacher::close);
    chunks.clear();
    for (AutoCloseable each : resources) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("the teacher cannot be closed: " + e.getMessage(), e);
      }
    }
  }
}
