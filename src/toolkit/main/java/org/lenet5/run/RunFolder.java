package org.lenet5.run;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.lenet5.checkpoint.Manifest;

/**
 * A run that another one takes something of.
 *
 * @param name as {@code run.json} keeps it: the run's, or the absolute path of its folder
 * @param path its folder, checkpoints/RUN
 */
record RunFolder(String name, Path path) {
  /**
   * The run that a word names, or whose folder it is; empty if there is none.
   *
   * @param checkpoints where runs lie
   * @throws InvalidPathException if it cannot be the name of a file
   */
  static Optional<RunFolder> of(String word, Path checkpoints) {
    Path named = checkpoints.resolve(word);
    Path path = Path.of(word).toAbsolutePath().normalize();
    if (Manifest.isIn(named)) {
      String name = Path.of(word).isAbsolute() ? path.toString() : word;
      return Optional.of(new RunFolder(name, named));
    }
    return Manifest.isIn(path)
        ? Optional.of(new RunFolder(path.toString(), path))
        : Optional.empty();
  }
}
