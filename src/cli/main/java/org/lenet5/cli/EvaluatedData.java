package org.lenet5.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.classify.Classifier;
import org.lenet5.data.DataException;
import org.lenet5.data.DataStore;
import org.lenet5.data.OpenedData;
import org.lenet5.data.PathSource;
import org.lenet5.data.PictureOptions;
import org.lenet5.data.Progress;
import org.lenet5.image.ImageShape;
import org.lenet5.run.RunData;
import org.lenet5.training.TrainingConfig;

/**
 * The images that a model is measured on.
 *
 * @param source the model, as the command line has it
 * @param skipBad whether to go on without bad pictures
 * @param remarks told, in a line, of what might surprise
 */
record EvaluatedData(Folders folders, String source, boolean skipBad, Consumer<String> remarks) {
  /** What a run was trained on, as the flag has it. */
  static String dataset(Manifest run) {
    String setting = TrainingConfig.of(run.settings()).dataset();
    return DataStore.isPath(setting) ? setting : run.data().name();
  }

  /**
   * Opens it.
   *
   * @param dataset a name, or a path as it can be found from any folder
   * @param weights of the model that is measured; empty for a SavedModel
   */
  OpenedData open(String dataset, Optional<KnownCheckpoint> weights) {
    Optional<Manifest> run = weights.flatMap(KnownCheckpoint::run);
    if (run.filter(each -> dataset(each).equals(dataset)).isPresent()) {
      return ownData(dataset, run.get());
    }
    Optional<OpenedData> moved = run.flatMap(each -> moved(dataset, each));
    if (moved.isPresent()) {
      return moved.get();
    }
    Known model = known(weights);
    PictureOptions options =
        run.map(each -> TrainingConfig.of(each.settings()).pictures())
            .orElse(PictureOptions.DEFAULT)
            .withShape(model.shape())
            .withSkipBad(skipBad);
    return DataStore.isPath(dataset)
        ? folders.pictures(Path.of(dataset), options, model.classes())
        : folders.load(dataset, options);
  }

  /** The run's own data: pictures are parted as in its training. */
  private OpenedData ownData(String dataset, Manifest run) {
    if (!DataStore.isPath(dataset)) {
      return folders.open(run, remarks);
    }
    RunData.requireThere(run);
    PictureOptions options = TrainingConfig.of(run.settings()).pictures();
    OpenedData opened =
        folders.pictures(Path.of(dataset), options.withSkipBad(options.skipBad() || skipBad));
    if (!opened.data().sha256().equals(run.data().sha256())) {
      remarks.accept(
          "%s is no longer what run %s was trained on: its test images may be others, or have been trained on"
              .formatted(dataset, run.run()));
    }
    return opened;
  }

  /**
   * The run's own data, if its folder has been moved to this path: measured as a stranger's, it
   * would be measured on what was trained on, too.
   */
  private Optional<OpenedData> moved(String dataset, Manifest run) {
    String own = dataset(run);
    if (!DataStore.isPath(dataset) || !DataStore.isPath(own) || Files.exists(Path.of(own))) {
      return Optional.empty();
    }
    PathSource source =
        new PathSource(
            Path.of(dataset), TrainingConfig.of(run.settings()).pictures(), folders.data());
    try {
      return Optional.of(source.open(Progress.NONE))
          .filter(each -> each.data().sha256().equals(run.data().sha256()));
    } catch (DataException e) {
      return Optional.empty(); // other pictures; what is wrong with them is said later
    }
  }

  /** What a model takes, and what it tells apart. */
  private record Known(ImageShape shape, List<String> classes) {}

  private Known known(Optional<KnownCheckpoint> weights) {
    if (weights.isPresent()) {
      return new Known(weights.get().model().image(), weights.get().classes());
    }
    try (Classifier classifier = Classifier.load(Path.of(source))) {
      return new Known(classifier.imageShape(), classifier.classes());
    }
  }
}
