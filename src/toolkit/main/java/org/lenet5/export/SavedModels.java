package org.lenet5.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.evaluation.Temperature;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.OneLine;
import org.lenet5.io.PatternPaths;
import org.lenet5.io.Sha256;
import org.lenet5.io.TemporaryFolder;
import org.lenet5.model.Model;
import org.lenet5.model.Network;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/**
 * Writes SavedModels: tag {@code serve}, signature {@code serving_default} with input {@code
 * images} (uint8 [-1,height,width,channels]) and outputs {@code probabilities} and {@code logits}
 * (float32 [-1,classes]), {@code class_id} (int64 [-1]) and {@code label} (string [-1]). Nothing of
 * training is inside. A calibrated model's logits are divided by its temperature, so that the
 * probabilities are the softmax of the logits in every model.
 *
 * <p>Under {@code assets.extra} a model carries {@code labels.txt} (the classes' names, one a
 * line), its {@link ModelOrigin}, its {@link GoldenFiles}, {@link WarmupRequests} for TensorFlow
 * Serving, and {@code SHA256SUMS} of all other files, which {@code sha256sum --check} reads.
 */
public final class SavedModels {
  /** How far a loaded model's probabilities may be from the trained one's. */
  public static final float TOLERANCE = 1e-5f;

  private static final String TAG = SavedModelBundle.DEFAULT_TAG;

  // The outputs of all layers of an image are in memory at once.
  private static final int MOST_CHECKED = 100;
  private static final int MOST_BYTES = 307_200;

  private SavedModels() {}

  /**
   * How many images to check a model with, at most: a hundred of 32×32 pixels, fewer large ones.
   */
  public static int checkedImages(ImageShape shape) {
    return Math.max(1, Math.min(MOST_CHECKED, MOST_BYTES / shape.bytes()));
  }

  /**
   * What to write.
   *
   * @param model the layers
   * @param classes names by label
   * @param checkpoint prefix of the checkpoint that holds the weights
   * @param images uint8 [n,height,width,channels] to check the written model with; it carries the
   *     first few
   * @param expected float32 [n,classes], the trained model's probabilities of {@code images}
   * @param origin what the model says of where it is from, see {@link ModelOrigin}; empty if nobody
   *     knows
   * @param temperature that all logits are divided by, see {@link Temperature}; {@link
   *     Temperature#NONE} for none
   */
  public record Source(
      Model model,
      List<String> classes,
      Path checkpoint,
      ByteNdArray images,
      FloatNdArray expected,
      Map<String, String> origin,
      double temperature) {
    public Source {
      origin = Map.copyOf(origin);
    }

    /** With the probabilities that the model was trained to. */
    public Source(
        Model model,
        List<String> classes,
        Path checkpoint,
        ByteNdArray images,
        FloatNdArray expected,
        Map<String, String> origin) {
      this(model, classes, checkpoint, images, expected, origin, Temperature.NONE);
    }

    /** For a model of unknown origin. */
    public Source(
        Model model,
        List<String> classes,
        Path checkpoint,
        ByteNdArray images,
        FloatNdArray expected) {
      this(model, classes, checkpoint, images, expected, Map.of());
    }
  }

  /**
   * Writes a SavedModel beside {@code target}, loads it, compares its probabilities, and only then
   * gives it its name. What was there is replaced.
   *
   * @param target the version's folder, such as saved_model/1
   * @throws java.io.UncheckedIOException if it cannot be written
   * @throws IllegalStateException if the loaded model's probabilities differ
   */
  public static void write(Source source, Path target) {
    Path part = AtomicFiles.ownBeside(target);
    try {
      writeBeside(source, part, target);
    } catch (RuntimeException e) {
      try {
        AtomicFiles.deleteTree(part);
      } catch (IOException leftover) {
        e.addSuppressed(leftover);
      }
      throw e;
    }
  }

  private static void writeBeside(Source source, Path part, Path target) {
    try {
      AtomicFiles.deleteTree(part);
      Files.createDirectories(target.toAbsolutePath().getParent());
      if (PatternPaths.isPattern(part)
          || PatternPaths.isPattern(source.checkpoint())
          || source.model().architecture().isNormalized()
          || CheckpointFile.hasAverages(source.checkpoint(), source.model().variables())) {
        exportElsewhere(source, part);
      } else {
        export(source, source.checkpoint(), part);
        check(source, part);
      }
      Path extra = Files.createDirectories(part.resolve("assets.extra"));
      Files.writeString(extra.resolve("labels.txt"), String.join("\n", source.classes()) + "\n");
      ModelOrigin.write(extra, source.origin());
      GoldenFiles.write(extra, source.images(), source.expected());
      WarmupRequests.write(extra, source.images());
      writeDigests(part, extra.resolve("SHA256SUMS"));
      AtomicFiles.syncTree(part);
      replace(part, target);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", target, e);
    } catch (org.tensorflow.exceptions.TensorFlowException e) {
      throw AtomicFiles.failed("cannot write", target, new IOException(OneLine.reason(e), e));
    }
  }

  // TensorFlow cannot read the weights, nor the model for the check, from such a path; weights
  // with batch normalization have to be folded first; and averages have other names.
  private static void exportElsewhere(Source source, Path part) throws IOException {
    try (TemporaryFolder temporary = PatternPaths.temporaryFolder()) {
      Path weights = temporary.path().resolve("weights");
      CheckpointFile.write(
          weights.toString(),
          source
              .model()
              .folded(CheckpointFile.weights(source.checkpoint(), source.model().variables())));
      Path model = temporary.path().resolve("model");
      export(source, weights, model);
      check(source, model);
      PatternPaths.copyTree(model, part);
    }
  }

  // A folder cannot be renamed onto another: the old one is moved aside first, so that there is no
  // model only between two renames.
  private static void replace(Path part, Path target) throws IOException {
    Path old = target.resolveSibling("." + target.getFileName() + ".old.part");
    AtomicFiles.deleteTree(old);
    if (Files.exists(target)) {
      AtomicFiles.publish(target, old);
    }
    AtomicFiles.publish(part, target);
    AtomicFiles.deleteTree(old);
  }

  private static void writeDigests(Path folder, Path target) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Path file : files(folder)) {
      String name = folder.relativize(file).toString().replace('\\', '/');
      lines.append(Sha256.of(file)).append("  ").append(name).append('\n');
    }
    Files.writeString(target, lines);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void export(Source source, Path checkpoint, Path folder) throws IOException {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Placeholder<TUint8> images =
          tf.withName("images")
              .placeholder(TUint8.class, Placeholder.shape(source.model().input().prepend(-1)));
      Network network = new Network(tf, source.model().folded());
      Operand<TFloat32> logits =
          tf.withName("logits")
              .identity(
                  Inference.scaled(tf, network.logits(tf, "lenet5", images), source.temperature()));
      Operand<TFloat32> probabilities = tf.withName("probabilities").nn.softmax(logits);
      Operand<TInt64> classId = tf.withName("class_id").math.argMax(logits, tf.constant(1));
      Operand<TString> labels =
          tf.constant(NdArrays.vectorOfObjects(source.classes().toArray(String[]::new)));
      Operand<TString> label = tf.withName("label").gather(labels, classId, tf.constant(0));
      Signature signature =
          Signature.builder()
              .key(Signature.DEFAULT_KEY)
              .methodName("tensorflow/serving/predict")
              .input("images", images)
              .output("probabilities", probabilities)
              .output("logits", logits)
              .output("class_id", classId)
              .output("label", label)
              .build();
      try (Session session = new Session(graph)) {
        session.restore(checkpoint.toString());
        SavedModelBundle.exporter(folder.toString())
            .withTags(TAG)
            .withSession(session)
            .withSignature(signature)
            .export();
      }
    }
  }

  private static void check(Source source, Path folder) {
    try (SavedModelBundle bundle = SavedModelBundle.load(folder.toString(), TAG);
        TUint8 images = TUint8.tensorOf(source.images());
        Result result = bundle.function(Signature.DEFAULT_KEY).call(Map.of("images", images))) {
      TFloat32 found = (TFloat32) result.get("probabilities").orElseThrow();
      found
          .scalars()
          .forEachIndexed(
              (at, value) -> {
                float expected = source.expected().getFloat(at);
                // Not "greater": a NaN must not pass.
                if (!(Math.abs(value.getFloat() - expected) <= TOLERANCE)) {
                  throw new IllegalStateException(
                      "the SavedModel in "
                          + folder
                          + " gives image "
                          + at[0]
                          + " probability "
                          + value.getFloat()
                          + " for class "
                          + at[1]
                          + ", the trained model "
                          + expected);
                }
              });
    }
  }
}
