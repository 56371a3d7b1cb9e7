package org.lenet5.classify;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.lenet5.image.DecodedImage;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageException;
import org.lenet5.image.ImageOptions;
import org.lenet5.image.ImagePipeline;
import org.lenet5.image.ImageShape;
import org.lenet5.io.OneLine;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;

/**
 * Labels images with a trained model:
 *
 * <pre>{@code
 * try (var classifier = Classifier.load(Path.of("checkpoints/first"))) {
 *   Prediction prediction = classifier.classify(Path.of("cat.jpg"));
 *   System.out.println(prediction.label() + " " + prediction.probability());
 * }
 * }</pre>
 *
 * <p>Thread-safe: load one and share it, calls do not wait for each other. Each runs on its
 * caller's thread; a batch of more than 32 images is also spread over the common pool of {@link
 * java.util.concurrent.ForkJoinPool}, and the decoding of lists over an {@link ImagePipeline}'s
 * threads. Holds native memory until it is closed.
 *
 * <p>TensorFlow's thread pools belong to the process: its first session, of this class or not,
 * decides their size for all.
 *
 * <p>For the most classifications a second start the JVM with {@code
 * -Dorg.bytedeco.javacpp.maxPhysicalBytes=0}: else TensorFlow Java asks the system for the
 * process's memory in every call, one thread at a time, to keep it below four times {@code -Xmx}.
 *
 * <p>A SavedModel is a program: load only those you trust. See {@link ImageDecoder} for the images
 * that can be read.
 */
public final class Classifier implements AutoCloseable {
  // A batch is computed in parts of this many images, or, for large images, of as many as fill this
  // many bytes: enough work for a core, small enough for its cache.
  private static final int PART = 32;
  private static final int PART_BYTES = 98_304;
  // Of a list's images so many parts are computed at a time.
  private static final int PARTS = 8;

  private final Path model;
  private final List<String> classes;
  private final Map<String, String> origin;
  private final ServingSignature signature;
  private final List<String> outputs;
  private final ImageShape shape;
  private final int part;
  private final ImageDecoder decoder;
  private final SavedModelBundle bundle;
  private final ReadWriteLock open = new ReentrantReadWriteLock();
  private final Runs runs;
  private final Runs runsWithLogits;
  private boolean closed;

  private Classifier(Path model, ImageOptions options) {
    this.model = model;
    boolean proven = Digests.check(model);
    origin = ModelFolder.origin(model);
    signature = ServingSignature.read(model);
    outputs =
        signature.outputs().stream()
            .filter(each -> proven || each.equals("probabilities") || each.equals("logits"))
            .toList();
    shape = signature.shape();
    part = Math.max(1, Math.min(PART, PART_BYTES / shape.bytes()));
    decoder = new ImageDecoder(shape, options);
    bundle = ModelFolder.load(model, folder -> bundle(folder, proven));
    runs = runs(List.of(signature.output()));
    runsWithLogits =
        signature.logits() == null ? runs : runs(List.of(signature.output(), signature.logits()));
    try {
      classes = classes(probe());
      if (proven) {
        GoldenImages.check(model, this);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Loads a model, with {@link ImageOptions#DEFAULT} for images.
   *
   * @param path a SavedModel's folder, the folder above its numbered versions (the highest counts),
   *     or a run's folder {@code checkpoints/RUN}
   * @throws ModelException as {@link #load(Path, ImageOptions)} does
   */
  public static Classifier load(Path path) {
    return load(path, ImageOptions.DEFAULT);
  }

  /**
   * Loads a model.
   *
   * <p>If it has {@code assets.extra/SHA256SUMS}, as those of this program have, all files are
   * compared with it before TensorFlow sees them, and then the model must give its golden images
   * the probabilities that the trained model gave them. A SavedModel made elsewhere is accepted if
   * its {@code serving_default} takes {@code images}, uint8 [-1,height,width,1 or 3], and gives
   * {@code probabilities}, float32 [-1,classes]. Without {@code assets.extra/labels.txt} (a name a
   * line) the classes are called by their numbers.
   *
   * @param path a SavedModel's folder, the folder above its numbered versions (the highest counts),
   *     or a run's folder {@code checkpoints/RUN}
   * @param options how images are read
   * @throws ModelException if there is no such model, or it is damaged or not what it should be
   */
  public static Classifier load(Path path, ImageOptions options) {
    return new Classifier(ModelFolder.find(path), options);
  }

  private SavedModelBundle bundle(Path folder, boolean proven) {
    // Models of this program are written as they are to run: to look for better ways takes a third
    // of the first run, and what TensorFlow finds, fused operations, takes a tenth longer in each.
    RewriterConfig rewriting = RewriterConfig.newBuilder().setDisableMetaOptimizer(proven).build();
    try {
      return SavedModelBundle.loader(folder.toString())
          .withTags(ServingSignature.TAG)
          .withConfigProto(
              ConfigProto.newBuilder()
                  .setIntraOpParallelismThreads(1)
                  .setInterOpParallelismThreads(Runtime.getRuntime().availableProcessors())
                  .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(rewriting))
                  .build())
          .load();
    } catch (RuntimeException e) { // not all of TensorFlow's have a class in common
      throw new ModelException("TensorFlow cannot load " + model + ": " + OneLine.reason(e), e);
    }
  }

  // What the signature says is only a claim until the graph has run.
  private int probe() {
    float[] probabilities;
    try {
      probabilities = probabilities(new byte[shape.bytes()])[0];
    } catch (ModelException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new ModelException("TensorFlow cannot run " + model + ": " + OneLine.reason(e), e);
    }
    double sum = 0;
    for (float each : probabilities) {
      sum += each;
    }
    // Not "greater": a NaN must not pass.
    if (!(Math.abs(sum - 1) <= 1e-3)) {
      throw new ModelException(model + " gives probabilities whose sum is " + sum + ", not 1");
    }
    return probabilities.length;
  }

  private List<String> classes(int count) {
    Path file = model.resolve("assets.extra").resolve("labels.txt");
    if (Files.notExists(file)) {
      return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
    try {
      List<String> names = List.copyOf(Files.readAllLines(file));
      if (names.size() != count) {
        throw new ModelException(
            file + " has " + names.size() + " names, the model " + count + " classes");
      }
      return names;
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ": " + OneLine.reason(e), e);
    }
  }

  /** The model's folder, the one that holds {@code saved_model.pb}. */
  public Path model() {
    return model;
  }

  /**
   * Where the model is from, as {@code assets.extra/model.properties} says: for a model that this
   * program trained {@code run}, {@code epoch} and {@code epochs}, {@code dataset}, {@code
   * test_accuracy} and more; empty if it says nothing. Unmodifiable.
   */
  public Map<String, String> origin() {
    return origin;
  }

  /** The shape of the images that the model takes; pictures are decoded to it. */
  public ImageShape imageShape() {
    return shape;
  }

  /**
   * The shape of the images that a model takes, as its signature says, without loading it.
   *
   * @param path as for {@link #load(Path)}
   * @throws ModelException if there is no such model, or its signature is not what it should be
   */
  public static ImageShape imageShape(Path path) {
    return ServingSignature.read(ModelFolder.find(path)).shape();
  }

  /**
   * The folder of the SavedModel that a path refers to, the one that holds {@code saved_model.pb}.
   *
   * @param path as for {@link #load(Path)}
   * @throws ModelException if there is no such model
   */
  public static Path folder(Path path) {
    return ModelFolder.find(path);
  }

  /**
   * What tells a model from all others: the SHA-256 of all its files. That of a model with digests
   * is the SHA-256 of its {@code assets.extra/SHA256SUMS}. Nothing is loaded.
   *
   * @param path as for {@link #load(Path)}
   * @return 64 hexadecimal digits
   * @throws ModelException if there is no such model, or a file cannot be read
   */
  public static String sha256(Path path) {
    return Digests.of(ModelFolder.find(path));
  }

  /**
   * The outputs of the model's signature that follow from what this class computes, in this order:
   * {@code probabilities}, and of {@code logits}, {@code class_id} and {@code label} those that it
   * has, with the types that this program gives them. The last two only of a model with digests:
   * made elsewhere, they may mean something else.
   */
  public List<String> outputs() {
    return outputs;
  }

  /** The classes' names by their numbers. */
  public List<String> classes() {
    return classes;
  }

  /**
   * Classifies an image file.
   *
   * @throws ImageException if it cannot be read
   * @throws IllegalStateException after {@link #close()}
   */
  public Prediction classify(Path file) {
    return classifyDecoded(List.of(decoder.read(file))).get(0);
  }

  /**
   * Classifies the image that a stream holds to its end; the caller closes it.
   *
   * @throws ImageException if it cannot be read
   * @throws IllegalStateException after {@link #close()}
   */
  public Prediction classify(InputStream in) {
    return classifyDecoded(List.of(decoder.read(in))).get(0);
  }

  /**
   * Classifies the bytes of an image file; for plain pixels see {@link #classifyPixels}.
   *
   * @throws ImageException if they are no image
   * @throws IllegalStateException after {@link #close()}
   */
  public Prediction classify(byte[] encoded) {
    return classifyDecoded(List.of(decoder.read(encoded))).get(0);
  }

  /**
   * Classifies an image in memory; it is not changed.
   *
   * @throws IllegalStateException after {@link #close()}
   */
  public Prediction classify(BufferedImage image) {
    return classifyPixels(decoder.decode(image)).get(0);
  }

  /**
   * Classifies image files. They are decoded by all cores while those before them are classified, a
   * few hundred at a time: memory does not grow with their number but for the predictions.
   *
   * @return a prediction for each, in their order
   * @throws ImageException if one cannot be read: the first of these
   * @throws CancellationException if the thread is interrupted; its interrupt status stays
   * @throws IllegalStateException after {@link #close()}
   */
  public List<Prediction> classifyFiles(List<Path> files) {
    return classifyAll(decoder.readAll(files));
  }

  /**
   * As {@link #classifyFiles}, for streams; they are read one after the other, on this thread, and
   * the caller closes them.
   */
  public List<Prediction> classifyStreams(List<? extends InputStream> streams) {
    return classifyAll(decoder.readStreams(streams));
  }

  /** As {@link #classifyFiles}, for the bytes of image files. */
  public List<Prediction> classifyEncoded(List<byte[]> encoded) {
    return classifyAll(ImagePipeline.of(encoded.iterator(), decoder::read));
  }

  /** As {@link #classifyFiles}, for images in memory. */
  public List<Prediction> classifyImages(List<? extends BufferedImage> images) {
    return classifyAll(
        ImagePipeline.of(
            images.iterator(), image -> new DecodedImage(decoder.decode(image), List.of())));
  }

  private List<Prediction> classifyAll(ImagePipeline<DecodedImage> images) {
    List<Prediction> predictions = new ArrayList<>();
    List<DecodedImage> some = new ArrayList<>();
    try (images) {
      while (images.hasNext()) {
        some.add(images.next());
        if (some.size() == PARTS * part || !images.hasNext()) {
          predictions.addAll(classifyDecoded(some));
          some.clear();
        }
      }
    }
    return predictions;
  }

  /**
   * Classifies what an {@link ImageDecoder} has read, as one batch.
   *
   * @return a prediction for each, in their order, with its warnings
   * @throws IllegalArgumentException if one has not {@link #imageShape}'s number of bytes
   * @throws IllegalStateException after {@link #close()}
   */
  public List<Prediction> classifyDecoded(List<DecodedImage> images) {
    int bytes = shape.bytes();
    byte[] pixels = new byte[Math.multiplyExact(images.size(), bytes)];
    for (int i = 0; i < images.size(); i++) {
      byte[] one = images.get(i).pixels();
      if (one.length != bytes) {
        throw new IllegalArgumentException(
            "image " + i + " (" + one.length + " bytes) must have " + bytes);
      }
      System.arraycopy(one, 0, pixels, i * bytes, bytes);
    }
    float[][] found = probabilities(pixels);
    return IntStream.range(0, found.length)
        .mapToObj(i -> new Prediction(classes, found[i], images.get(i).warnings()))
        .toList();
  }

  /**
   * Classifies pixels that need no decoding.
   *
   * @param pixels uint8 [n,height,width,channels] of the {@link #imageShape()}: row by row, red,
   *     green and blue side by side
   * @return a prediction for each image, in their order
   * @throws IllegalArgumentException if the length is no multiple of an image's
   * @throws IllegalStateException after {@link #close()}
   */
  public List<Prediction> classifyPixels(byte[] pixels) {
    return Arrays.stream(probabilities(pixels)).map(each -> new Prediction(classes, each)).toList();
  }

  /**
   * The numbers that {@link #classifyPixels} makes predictions of, and, if wanted, those before the
   * softmax.
   *
   * @param pixels as for {@link #classifyPixels}
   * @param logits whether they are wanted, too; a model that gives none gives probabilities alone
   * @throws IllegalArgumentException if the length is no multiple of an image's
   * @throws IllegalStateException after {@link #close()}
   */
  public Scores scores(byte[] pixels, boolean logits) {
    if (!logits || signature.logits() == null) {
      return new Scores(probabilities(pixels), null);
    }
    float[][][] found = run(runsWithLogits, pixels, 2);
    return new Scores(found[0], found[1]);
  }

  private float[][] probabilities(byte[] pixels) {
    return run(runs, pixels, 1)[0];
  }

  private float[][][] run(Runs how, byte[] pixels, int outputs) {
    if (pixels.length % shape.bytes() != 0) {
      throw new IllegalArgumentException(
          "pixels (" + pixels.length + " bytes) must be a multiple of " + shape.bytes());
    }
    int count = pixels.length / shape.bytes();
    float[][][] found = new float[outputs][count][];
    open.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the classifier of " + model + " is closed");
      }
      if (count > part) {
        IntStream.range(0, (count + part - 1) / part)
            .parallel()
            .forEach(i -> how.run(pixels, i * part, Math.min(part, count - i * part), found));
      } else if (count > 0) {
        how.run(pixels, 0, count, found);
      }
      return found;
    } finally {
      open.readLock().unlock();
    }
  }

  private Runs runs(List<String> outputs) {
    return new Runs(model, bundle, signature, part, outputs);
  }

  /**
   * Waits for running calls, then frees the native memory. Closing it again does nothing; any other
   * use is an {@link IllegalStateException}.
   */
  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        runs.close();
        if (runsWithLogits != runs) {
          runsWithLogits.close();
        }
        bundle.close();
      }
    } finally {
      open.writeLock().unlock();
    }
  }
}
