package org.lenet5.spark;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Finds the model that {@code --model} names where there is no cluster. */
final class NamedModel {
  /** What can stand for a model anywhere. */
  static final String MUST_BE =
      "must be the folder of a SavedModel, the one above its versions, or a run's (checkpoints/RUN)";

  private NamedModel() {}

  /**
   * A run's folder, by the run's name, as {@code classify} finds it; else what is named, a path of
   * this machine or of another file system that Hadoop knows.
   *
   * @param checkpoints where runs lie
   * @throws JobException if there is neither such a run nor such a folder
   */
  static String of(String name, Path checkpoints) {
    try {
      Path run = checkpoints.resolve(name);
      if (Files.isDirectory(run)) {
        return run.toString();
      }
      if (isElsewhere(name) || Files.isDirectory(Path.of(name))) {
        return name;
      }
      throw JobException.wrongUsage(
          "--model %s: there is neither such a run in %s nor such a folder; it must be a run's name, or %s"
              .formatted(name, checkpoints, MUST_BE.substring("must be ".length())));
    } catch (InvalidPathException e) {
      throw JobException.wrongUsage("--model " + name + ": " + e.getReason());
    }
  }

  private static boolean isElsewhere(String name) {
    return name.matches("[A-Za-z][A-Za-z0-9+.-]*:/.*");
  }
}
