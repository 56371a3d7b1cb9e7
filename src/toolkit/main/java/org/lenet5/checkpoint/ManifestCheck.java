package org.lenet5.checkpoint;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.lenet5.model.Normalization;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;

/**
 * Checks that a manifest which was read from a file is one that this program could have written.
 */
final class ManifestCheck {
  private final Path file;

  private ManifestCheck(Path file) {
    this.file = file;
  }

  /**
   * Returns if the manifest is sound.
   *
   * @throws RunException naming the file and what is wrong in it
   */
  static void require(Path file, Manifest manifest) {
    ManifestCheck check = new ManifestCheck(file);
    check.require(
        manifest.run() != null && manifest.device() != null, "the run's name or device is missing");
    check.settings(manifest);
    check.data(manifest.data());
    check.model(manifest);
    check.sources(manifest);
    check.epochs(manifest);
    check.checkpoints(manifest);
  }

  private void settings(Manifest manifest) {
    require(!manifest.settings().containsValue(null), "a setting has no value");
    for (String name : manifest.settings().keySet()) {
      // Its effect on the weights is unknown, so it cannot be ignored.
      if (Settings.find(name).isEmpty()) {
        throw new RunException(
            file
                + " has the setting "
                + name
                + ", which this version of LeNet5 does not know: use the version that wrote it, "
                + manifest.versions().getOrDefault("lenet5", "which it does not name"));
      }
    }
    try {
      TrainingConfig.of(manifest.settings());
    } catch (IllegalArgumentException e) {
      throw new RunException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  private void data(Manifest.Data data) {
    require(data != null && data.name() != null && data.sha256() != null, "the data is missing");
    require(
        data.training() >= 0 && data.validation() >= 0 && data.test() >= 0,
        "a number of images is negative");
    require(
        data.classes().size() >= 2 && data.classes().size() <= Predictions.MOST_CLASSES,
        "it has " + data.classes().size() + " classes");
    require(
        data.folder() == null || isPath(data.folder()),
        "the data's folder is not an absolute path");
  }

  // Builds no graph: shapes and figures are enough to tell whether the model is possible.
  private void model(Manifest manifest) {
    Manifest.Images images = manifest.data().images();
    if (TrainingConfig.of(manifest.settings()).normalization() == Normalization.DATASET) {
      require(images != null && images.pixels() != null, "the data's pixels are missing");
    }
    if (images != null && images.pixels() != null) {
      require(
          Stream.of(images.pixels().mean(), images.pixels().deviation())
              .flatMap(List::stream)
              .allMatch(each -> Double.isFinite(each) && each >= 0),
          "a mean or deviation of the data's pixels is negative or not finite");
    }
    try {
      TrainingConfig.of(manifest.settings()).frozen(manifest.model());
    } catch (IllegalArgumentException e) {
      throw new RunException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  private void sources(Manifest manifest) {
    Manifest.Sources sources =
        Optional.ofNullable(manifest.sources()).orElse(new Manifest.Sources(null, null, null));
    TrainingConfig config = TrainingConfig.of(manifest.settings());
    source("from", config.get(Settings.FROM), sources.from());
    source("teacher", config.get(Settings.TEACHER), sources.teacher());
  }

  private void source(String setting, String name, Manifest.Source source) {
    require(
        name.equals(Settings.NONE) == (source == null),
        "its setting " + setting + " and its sources do not agree");
    require(
        source == null || source.name() != null && source.epoch() >= 0 && isSha256(source.sha256()),
        "its source " + setting + " has no name or digest");
  }

  private static boolean isSha256(String text) {
    return text != null && text.matches("[0-9a-f]{64}");
  }

  private void epochs(Manifest manifest) {
    for (int i = 0; i < manifest.epochs().size(); i++) {
      Manifest.Epoch epoch = manifest.epochs().get(i);
      require(
          epoch.epoch() == i + 1,
          "epoch " + epoch.epoch() + " stands where " + (i + 1) + " should");
      require(isTime(epoch.wallTime()), "epoch " + (i + 1) + " has no time");
      require(epoch.variablesSha256() != null, "epoch " + (i + 1) + " has no variables_sha256");
      boolean validated = manifest.data().validation() > 0;
      require(
          (epoch.validationLoss() != null) == validated
              && (epoch.validationAccuracy() != null) == validated,
          "epoch " + (i + 1) + " and the data disagree on whether images were held out");
      require(
          DoubleStream.of(
                  epoch.trainLoss(),
                  epoch.testLoss(),
                  epoch.trainAccuracy(),
                  epoch.testAccuracy(),
                  validated ? epoch.validationLoss() : 0,
                  validated ? epoch.validationAccuracy() : 0,
                  epoch.learningRate(),
                  epoch.trainSeconds(),
                  epoch.evaluationSeconds(),
                  epoch.imagesPerSecond(),
                  orZero(epoch.testBalancedAccuracy()),
                  orZero(epoch.testMacroF1()),
                  orZero(epoch.validationBalancedAccuracy()),
                  orZero(epoch.validationMacroF1()))
              .allMatch(Double::isFinite),
          "epoch " + (i + 1) + " has a figure that is not finite");
    }
  }

  private static double orZero(Double figure) {
    return figure == null ? 0 : figure;
  }

  private void checkpoints(Manifest manifest) {
    int last = 0;
    for (Manifest.Checkpoint each : manifest.checkpoints()) {
      require(
          each.epoch() > last && each.epoch() <= manifest.epochs().size(),
          "a checkpoint of epoch " + each.epoch() + " stands after that of " + last);
      last = each.epoch();
      // Only these: a name such as ../../x must not be followed.
      Set<String> names =
          CheckpointFile.ENDINGS.stream()
              .map(ending -> each.name() + ending)
              .collect(Collectors.toCollection(TreeSet::new));
      require(
          each.files().keySet().equals(names) && !each.files().containsValue(null),
          each.name() + " should have the files " + names);
    }
  }

  private static boolean isPath(String text) {
    try {
      return Path.of(text).isAbsolute();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static boolean isTime(String text) {
    try {
      return text != null && Instant.parse(text) != null;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private void require(boolean sound, String otherwise) {
    if (!sound) {
      throw new RunException(file + " is damaged: " + otherwise);
    }
  }
}
