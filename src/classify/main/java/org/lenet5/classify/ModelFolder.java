package org.lenet5.classify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.lenet5.io.OneLine;

/** Finds the SavedModel that a path means. */
final class ModelFolder {
  private ModelFolder() {}

  /**
   * A SavedModel's own folder, the folder above its versions (the highest counts, as for TensorFlow
   * Serving), or a run's, which has them under saved_model.
   */
  static Path find(Path path) {
    if (!Files.isDirectory(path)) {
      throw new ModelException(
          path + (Files.exists(path) ? " is not a folder" : ": there is no such folder"));
    }
    return newest(path)
        .or(() -> newest(path.resolve("saved_model")))
        .orElseThrow(
            () ->
                new ModelException(
                    path
                        + " holds no SavedModel: expected saved_model.pb, a numbered version with"
                        + " one, or saved_model/VERSION"));
  }

  private static Optional<Path> newest(Path folder) {
    if (holdsModel(folder)) {
      return Optional.of(folder);
    }
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(folder)) {
      return versions
          .filter(each -> each.getFileName().toString().matches("\\d{1,18}"))
          .filter(ModelFolder::holdsModel)
          .max(Comparator.comparingLong(each -> Long.parseLong(each.getFileName().toString())));
    } catch (IOException e) {
      throw new ModelException("cannot list " + folder + ": " + OneLine.reason(e), e);
    }
  }

  private static boolean holdsModel(Path folder) {
    return Files.isRegularFile(folder.resolve("saved_model.pb"));
  }
}
