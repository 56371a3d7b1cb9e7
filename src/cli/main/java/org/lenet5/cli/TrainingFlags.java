package org.lenet5.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * The flags that decide what a training computes. They are kept as text: the configuration reads
 * and checks them, whether they come from here or from a run's manifest.
 */
final class TrainingFlags {
  private final Map<String, String> given = new LinkedHashMap<>();

  /** The flags that stood on the command line, by name without the dashes. */
  Map<String, String> given() {
    return given;
  }

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description = "sample (embedded) or cifar10 (fetched at first use). Default: sample.")
  void dataset(String value) {
    given.put("dataset", value);
  }

  @Option(
      names = "--subset",
      paramLabel = "PART",
      description = "Training images: all, even or odd. Default: all.")
  void subset(String value) {
    given.put("subset", value);
  }

  @Option(
      names = "--validation",
      paramLabel = "F",
      description = "Share of the training images to hold out. Default: 0.")
  void validation(String value) {
    given.put("validation", value);
  }

  @Option(names = "--epochs", paramLabel = "N", description = "Default: 15.")
  void epochs(String value) {
    given.put("epochs", value);
  }

  @Option(names = "--batch-size", paramLabel = "N", description = "Default: 10.")
  void batchSize(String value) {
    given.put("batch-size", value);
  }

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description =
          "sgd, momentum, nesterov, adam, adamax, adagrad, adadelta, rmsprop or ftrl."
              + " Default: adam.")
  void optimizer(String value) {
    given.put("optimizer", value);
  }

  @Option(names = "--learning-rate", paramLabel = "RATE", description = "Default: 0.001.")
  void learningRate(String value) {
    given.put("learning-rate", value);
  }

  @Option(
      names = "--loss",
      paramLabel = "NAME",
      description = "cross-entropy or l1. Default: cross-entropy.")
  void loss(String value) {
    given.put("loss", value);
  }

  @Option(
      names = "--augment",
      paramLabel = "HOW",
      description = "none, flip, crop or flip,crop. Default: none.")
  void augment(String value) {
    given.put("augment", value);
  }

  @Option(
      names = "--normalize",
      paramLabel = "HOW",
      description = "none, notebook (the identity), cifar10 or dataset (its own). Default: none.")
  void normalize(String value) {
    given.put("normalize", value);
  }

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Share of units dropped after F6 and F7. Default: 0.")
  void dropout(String value) {
    given.put("dropout", value);
  }

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides everything that is random. Default: 42.")
  void seed(String value) {
    given.put("seed", value);
  }

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Parts of a batch computed at a time; other numbers round differently. Default: 2, or 1"
              + " on one core.")
  void threads(String value) {
    given.put("threads", value);
  }
}
