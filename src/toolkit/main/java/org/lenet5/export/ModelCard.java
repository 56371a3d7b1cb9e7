package org.lenet5.export;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.evaluation.Temperature;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;
import org.lenet5.model.Layer;
import org.lenet5.model.Model;

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
   * @param model as it was trained
   * @param classes names by label
   * @param epoch after which the weights were taken; 0 if that is not known
   * @param run where the weights are from, if this program trained them
   * @param temperature that the logits are divided by, {@link Temperature#NONE} if by none
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static void write(
      Path folder,
      int version,
      Model model,
      List<String> classes,
      int epoch,
      Optional<Manifest> run,
      double temperature) {
    AtomicFiles.writeString(
        folder.resolve("README.md"),
        frontMatter(model, epoch, run) + body(version, model, classes, epoch, run, temperature));
  }

  // As people write it: "LeNet5" is no file's name.
  private static String network(Model model) {
    String name = model.architecture().name();
    return name.equals("lenet5") ? "LeNet5" : name;
  }

  private static String frontMatter(Model model, int epoch, Optional<Manifest> run) {
    StringBuilder text = new StringBuilder();
    text.append("---\n")
        .append("pipeline_tag: image-classification\n")
        .append("library_name: tensorflow\n")
        .append("tags:\n- ")
        .append(model.architecture().name().equals("lenet5") ? "lenet5" : quoted(network(model)))
        .append("\n- tensorflow-java\n");
    run.ifPresent(
        manifest -> {
          text.append("datasets:\n- ").append(hubName(manifest)).append("\nmetrics:\n- accuracy\n");
          measured(manifest, epoch)
              .ifPresent(
                  last ->
                      text.append("model-index:\n- name: ")
                          .append(quoted(network(model) + " " + manifest.run()))
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
      int version,
      Model model,
      List<String> classes,
      int epoch,
      Optional<Manifest> run,
      double temperature) {
    ImageShape image = model.image();
    String size = image.width() + "x" + image.height();
    StringBuilder text = new StringBuilder();
    text.append("# ")
        .append(network(model))
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
    if (temperature != Temperature.NONE) {
      text.insert(
          text.indexOf("## Training"),
          """
          The model is calibrated: its logits are divided by a temperature of %s, fitted on images that
          were held out of the training, so that its probabilities can be believed. `logits` are the
          divided ones; the classes are what they were.

          """
              .formatted(temperature));
    }
    text.insert(text.indexOf("## Training"), layers(model));
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
            - A probability is the model's confidence, %s
              `evaluate` draws how far it can be believed.
            """
                .formatted(
                    size,
                    size,
                    temperature == Temperature.NONE
                        ? "which is not how often it is right."
                        : "calibrated on images like those it was trained on."))
        .toString();
  }

  /** The layers of the model as it is served. */
  private static String layers(Model trained) {
    Model model = trained.folded();
    StringBuilder text = new StringBuilder("## Layers\n\n");
    text.append("| Layer | Kind | Kernel | Output | Parameters |\n|---|---|---|---|---|\n");
    for (Model.Row row : model.table()) {
      Layer layer = row.layer();
      String output =
          LongStream.of(row.output().asArray())
              .mapToObj(Long::toString)
              .collect(Collectors.joining("x"));
      text.append(
          "| %s | %s | %s | %s | %d |\n"
              .formatted(
                  layer.name(), layer.kind(), layer.window(row.input()), output, row.parameters()));
    }
    text.append("\n").append(model.parameters()).append(" parameters.");
    if (trained.architecture().isNormalized()) {
      text.append(" Trained were ")
          .append(trained.parameters())
          .append(": batch normalization is folded into kernels and biases.");
    }
    return text.append("\n\n").toString();
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
                    .append(
                        last.testMeans()
                            .map(
                                means ->
                                    ", balanced accuracy %s, macro F1 %s"
                                        .formatted(means.balancedAccuracy(), means.macroF1()))
                            .orElse(""))
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
