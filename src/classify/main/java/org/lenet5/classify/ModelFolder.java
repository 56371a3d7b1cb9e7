package org.lenet5.classify;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.lenet5.io.OneLine;
import org.lenet5.io.PatternPaths;
import org.lenet5.io.TemporaryFolder;

/** Finds the SavedModel that a path refers to. */
final class ModelFolder {
  // The program's own properties are some 300 bytes.
  private static final long MOST_BYTES = 1_000_000;

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

  /** The model's own statement of its origin; empty if it has none. */
  static Map<String, String> origin(Path model) {
    Path file = model.resolve("assets.extra").resolve("model.properties");
    if (Files.notExists(file)) {
      return Map.of();
    }
    Properties properties = new Properties();
    requireSmall(file);
    try (Reader text = Files.newBufferedReader(file)) {
      properties.load(text);
    } catch (IOException | IllegalArgumentException e) {
      throw new ModelException("cannot read " + file + ": " + OneLine.reason(e), e);
    }
    Map<String, String> origin = new TreeMap<>();
    properties.forEach((name, value) -> origin.put(name.toString(), value.toString()));
    return Collections.unmodifiableMap(origin);
  }

  private static void requireSmall(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new ModelException(
            file + " has " + Files.size(file) + " bytes, more than " + MOST_BYTES);
      }
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ": " + OneLine.reason(e), e);
    }
  }

  /**
   * Gives {@code load} the model's folder. TensorFlow looks for the variables' file by a pattern,
   * so that it finds none below {@code photos[1]}: from such a path it loads a copy, which is
   * deleted when it is loaded.
   */
  static <T> T load(Path model, Function<Path, T> load) {
    if (!PatternPaths.isPattern(model)) {
      return load.apply(model);
    }
    try (TemporaryFolder copy = PatternPaths.temporaryFolder()) {
      PatternPaths.copyTree(model, copy.path());
      return load.apply(copy.path());
    } catch (IOException e) {
      throw new ModelException("cannot copy " + model + ": " + OneLine.reason(e), e);
    }
  }

  private static boolean holdsModel(Path folder) {
    return Files.isRegularFile(folder.resolve("saved_model.pb"));
  }
}
