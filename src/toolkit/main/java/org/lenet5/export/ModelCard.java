package org.lenet5.export;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;

/**
 * The model card beside an exported model: {@code README.md} with the front matter that model hubs
 * read, how the model was trained, and what it is not good for.
 */
public final class ModelCard {
  private ModelCard() {}

  /**
   * Writes {@code README.md} into {@code folder}, the one above the versions.
   *
   * @param version that was exported
   * @param image shape of what it takes
   * @param classes names by label
   * @param epoch after which the weights were taken; 0 if that is not known
   * @param run where the weights are from, if this program trained them
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static void write(
      Path folder,
      int version,
      ImageShape image,
      List<String> classes,
      int epoch,
      Optional<Manifest> run) {
    AtomicFiles.writeString(
        folder.resolve("README.md"),
        frontMatter(epoch, run) + body(version, image, classes, epoch, run));
  }

  private static String frontMatter(int epoch, Optional<Manifest> run) {
    StringBuilder text = new StringBuilder();
    text.append("---\n")
        .append("pipeline_tag: image-classification\n")
        .append("library_name: tensorflow\n")
        .append("tags:\n- lenet5\n- tensorflow-java\n");
    run.ifPresent(
        manifest -> {
          text.append("datasets:\n- ").append(hubName(manifest)).append("\nmetrics:\n- accuracy\n");
          measured(manifest, epoch)
              .ifPresent(
                  last ->
                      text.append("model-index:\n- name: ")
                          .append(quoted("LeNet5 " + manifest.run()))
                          .append("\n  results:\n")
                          .append("  - task:\n      type: image-classification\n")
                          .append("    dataset:\n      type: ")
                          .append(hubName(manifest))
                          .append("\n      name: ")
                          .append(quoted(dataName(manifest)))
                          .append("\n      split: ")
                          .append(manifest.measuresHeldOut() ? "validation" : "test")
                          .append("\n")
                          .append("    metrics:\n    - type: accuracy\n      value: ")
                          .append(last.testAccuracy())
                          .append("\n    - type: loss\n      value: ")
                          .append(last.testLoss())
                          .append("\n"));
        });
    return text.append("---\n\n").toString();
  }

  private static String body(
      int version, ImageShape image, List<String> classes, int epoch, Optional<Manifest> run) {
    String size = image.width() + "x" + image.height();
    StringBuilder text = new StringBuilder();
    text.append("# LeNet5")
        .append(run.map(manifest -> ", run " + manifest.run()).orElse(""))
        .append("\n\nA small convolutional network that tells ")
        .append(classes.size())
        .append(" classes apart: ")
        .append(String.join(", ", classes))
        .append(".\n\n## Use\n\nA SavedModel, version ")
        .append(version)
        .append(
            """
            . Tag `serve`, signature `serving_default`: input `images`, uint8 %s, %s from 0
            to 255 (the model scales them itself); outputs `probabilities` and `logits`, float32
            [-1,classes], `class_id`, int64 [-1], and `label`, string [-1].

            `assets.extra/` holds the classes' names (`labels.txt`), where the model is from
            (`model.properties`), images of its data with the probabilities that they must get
            (`golden.csv`), warm-up requests for TensorFlow Serving, and digests (`sha256sum --check
            assets.extra/SHA256SUMS` in the version's folder).

            ## Training

            """
                .formatted(
                    "[-1,%d,%d,%d]".formatted(image.height(), image.width(), image.channels()),
                    image.isGrey() ? "grey" : "RGB"));
    run.ifPresentOrElse(
        manifest -> training(text, epoch, manifest),
        () ->
            text.append(
                "The weights are from a checkpoint that says nothing of how it was made.\n"));
    return text.append(
            """

            ## Limits

            - Trained on photos of %s pixels with one object each. Anything else is called one of the
              classes too: there is no class for "none of these".
            - A photo is scaled down to %s pixels; small things in it are not seen.
            - A probability is the model's confidence, which is not how often it is right. `evaluate` draws
              how far it can be believed.
            """
                .formatted(size, size))
        .toString();
  }

  private static void training(StringBuilder text, int epoch, Manifest manifest) {
    text.append("- Data: ")
        .append(dataName(manifest))
        .append(", ")
        .append(manifest.data().training())
        .append(" training images, SHA-256 ")
        .append(manifest.data().sha256())
        .append("\n- Weights after epoch ")
        .append(epoch)
        .append(" of ")
        .append(manifest.epochs().size())
        .append("; ")
        .append(manifest.parameters())
        .append(" parameters\n");
    measured(manifest, epoch)
        .ifPresent(
            last ->
                text.append("- On ")
                    .append(manifest.data().test())
                    .append(
                        manifest.measuresHeldOut()
                            ? " images held out of training: accuracy "
                            : " test images: accuracy ")
                    .append(last.testAccuracy())
                    .append(", loss ")
                    .append(last.testLoss())
                    .append("\n"));
    table(text, "Setting", manifest.settings());
    table(text, "Version", manifest.versions());
  }

  private static void table(StringBuilder text, String head, Map<String, String> rows) {
    text.append("\n| ").append(head).append(" | Value |\n|---|---|\n");
    rows.forEach(
        (name, value) -> text.append("| ").append(name).append(" | ").append(value).append(" |\n"));
  }

  private static Optional<Manifest.Epoch> measured(Manifest manifest, int epoch) {
    return manifest.epochs().stream().filter(each -> each.epoch() == epoch).findFirst();
  }

  private static String dataName(Manifest manifest) {
    return manifest.data().name().equals("sample") ? "sample of CIFAR-10" : manifest.data().name();
  }

  // What model hubs call it: the sample is a part of CIFAR-10.
  private static String hubName(Manifest manifest) {
    return isCifar10(manifest) ? "cifar10" : quoted(manifest.data().name());
  }

  private static boolean isCifar10(Manifest manifest) {
    return List.of("sample", "cifar10").contains(manifest.data().name());
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
