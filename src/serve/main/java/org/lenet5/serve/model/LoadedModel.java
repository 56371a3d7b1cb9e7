package org.lenet5.serve.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Scores;
import org.lenet5.image.ImageOptions;
import org.lenet5.image.ImageShape;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;

/**
 * A version that answers. Whoever uses it holds a lease, {@link #lease} to {@link #release}; its
 * memory is freed when it is retired and the last lease has ended. Thread-safe.
 */
public final class LoadedModel implements Scorer {
  /** The signature that is served. */
  public static final String SIGNATURE = "serving_default";

  /** The signature's only input. */
  public static final String INPUT = "images";

  private final String name;
  private final long version;
  private final Classifier classifier;
  private final SignatureDef signature;
  private final ModelExtras extras;
  private final Runnable whenFreed;
  // One for the server itself, until the version is retired.
  private final AtomicInteger leases = new AtomicInteger(1);

  private LoadedModel(
      String name,
      long version,
      Classifier classifier,
      SignatureDef signature,
      ModelExtras extras,
      Runnable whenFreed) {
    this.name = name;
    this.version = version;
    this.classifier = classifier;
    this.signature = signature;
    this.extras = extras;
    this.whenFreed = whenFreed;
  }

  /**
   * Loads a version, proves it with its golden images and warms it up.
   *
   * @param folder the one that holds {@code saved_model.pb}
   * @param whenFreed called once, when the version's memory is free again
   * @throws org.lenet5.classify.ModelException if it is not whole, or not what it should be
   * @throws IOException if it cannot be read
   */
  static LoadedModel load(
      String name, long version, Path folder, ImageOptions images, Runnable whenFreed)
      throws IOException {
    Classifier classifier = Classifier.load(folder, images);
    try {
      WarmUp.run(folder, classifier);
      return new LoadedModel(
          name,
          version,
          classifier,
          signature(folder, classifier),
          ModelExtras.read(folder),
          whenFreed);
    } catch (IOException | RuntimeException | Error e) {
      classifier.close();
      throw e;
    }
  }

  // Of the outputs only those that are served: what a client is told of it can ask for.
  private static SignatureDef signature(Path folder, Classifier classifier) throws IOException {
    SavedModel saved = SavedModel.parseFrom(Files.readAllBytes(folder.resolve("saved_model.pb")));
    SignatureDef own =
        saved.getMetaGraphsList().stream()
            .filter(each -> each.getMetaInfoDef().getTagsList().contains("serve"))
            .findFirst()
            .orElseThrow() // the classifier found it
            .getSignatureDefMap()
            .get(SIGNATURE);
    SignatureDef.Builder served = own.toBuilder().clearOutputs();
    for (String output : classifier.outputs()) {
      served.putOutputs(output, own.getOutputsMap().get(output));
    }
    return served.build();
  }

  /** Begins a use. False if the version is gone. */
  boolean lease() {
    return leases.updateAndGet(now -> now == 0 ? 0 : now + 1) != 0;
  }

  /** Ends a use. */
  public void release() {
    if (leases.decrementAndGet() == 0) {
      classifier.close();
      whenFreed.run();
    }
  }

  /** The model's name. */
  public String name() {
    return name;
  }

  /** The version's number. */
  public long version() {
    return version;
  }

  /** The shape of the images that it takes. */
  public ImageShape shape() {
    return classifier.imageShape();
  }

  @Override
  public int imageBytes() {
    return classifier.imageShape().bytes();
  }

  /** The classes' names by their numbers. */
  public List<String> classes() {
    return classifier.classes();
  }

  /** The outputs that it gives: {@link Classifier#outputs()}. */
  public List<String> outputs() {
    return classifier.outputs();
  }

  /** Where the model is from: {@link Classifier#origin()}. */
  public Map<String, String> origin() {
    return classifier.origin();
  }

  /** What the model brings for people. */
  public ModelExtras extras() {
    return extras;
  }

  /** The signature, with the outputs that are served. */
  public SignatureDef signature() {
    return signature;
  }

  /**
   * What TensorFlow Serving says to a method that the signature is not made for.
   *
   * @param method classify or regress
   */
  public ServeException noMethod(String method) {
    return ServeException.invalid(
        "Expected %s signature method_name to be tensorflow/serving/%s. Was: %s"
            .formatted(
                method.equals("classify") ? "classification" : "regression",
                method,
                signature.getMethodName()));
  }

  @Override
  public Scores scores(byte[] pixels, boolean logits) {
    return classifier.scores(pixels, logits);
  }
}
