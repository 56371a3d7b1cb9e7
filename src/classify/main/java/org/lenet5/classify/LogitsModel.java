package org.lenet5.classify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lenet5.image.ImageShape;
import org.lenet5.io.OneLine;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.proto.ConfigProto;

/**
 * A SavedModel for programs that compute on with its logits, found and checked as a {@link
 * Classifier}'s is, but not loaded: its {@code serving_default} takes {@code images}, uint8
 * [-1,height,width,1 or 3], and gives {@code logits}, float32 [-1,classes]. Immutable.
 *
 * <p>A SavedModel is a program: load only those you trust.
 */
public final class LogitsModel {
  private final Path model;
  private final ServingSignature signature;
  private final List<String> classes;

  private LogitsModel(Path model) {
    this.model = model;
    Digests.check(model);
    signature = ServingSignature.read(model, ServingSignature.LOGITS);
    classes = names(model.resolve("assets.extra").resolve("labels.txt"));
  }

  private static List<String> names(Path file) {
    if (Files.notExists(file)) {
      throw new ModelException(file + " is missing: the classes' names, a name a line");
    }
    try {
      return List.copyOf(Files.readAllLines(file));
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ": " + OneLine.reason(e), e);
    }
  }

  /**
   * Finds a model and compares its files with its digests, if it has any.
   *
   * @param path as for {@link Classifier#load(Path)}
   * @throws ModelException if there is no such model, it is damaged, has no logits, or does not
   *     name its classes
   */
  public static LogitsModel find(Path path) {
    return new LogitsModel(ModelFolder.find(path));
  }

  /** The model's folder, the one that holds {@code saved_model.pb}. */
  public Path model() {
    return model;
  }

  /** The classes' names by their numbers; as many as there are logits is not certain yet. */
  public List<String> classes() {
    return classes;
  }

  /** The shape of the images that it takes. */
  public ImageShape imageShape() {
    return signature.shape();
  }

  /** Name of the tensor to feed. */
  public String images() {
    return signature.images();
  }

  /** Name of the tensor to fetch. */
  public String logits() {
    return signature.output();
  }

  /** SHA-256 of all its files: of what {@code assets.extra/SHA256SUMS} says where it is there. */
  public String sha256() {
    return Digests.of(model);
  }

  /**
   * Loads it into native memory; the caller closes it.
   *
   * @throws ModelException if TensorFlow cannot load it
   */
  public SavedModelBundle load(ConfigProto config) {
    return ModelFolder.load(
        model,
        folder -> {
          try {
            return SavedModelBundle.loader(folder.toString())
                .withTags(ServingSignature.TAG)
                .withConfigProto(config)
                .load();
          } catch (RuntimeException e) { // not all of TensorFlow's have a class in common
            throw new ModelException(
                "TensorFlow cannot load " + model + ": " + OneLine.reason(e), e);
          }
        });
  }
}
