package org.lenet5.io;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Paths that TensorFlow takes for patterns. Its readers of checkpoints and SavedModels look for
 * files that match the path they are given, so that {@code photos[1]} finds {@code photos1} alone.
 * An escaped path is of no use: it matches, and is then opened as it stands. Such files are read
 * through a copy.
 */
public final class PatternPaths {
  // Where folders are separated by backslashes they cannot escape anything.
  private static final String SPECIAL = File.separatorChar == '\\' ? "*?[" : "*?[\\";

  private PatternPaths() {}

  /** True if TensorFlow does not find {@code path} under its own name, or others with it. */
  public static boolean isPattern(Path path) {
    return path.toString().chars().anyMatch(each -> SPECIAL.indexOf(each) >= 0);
  }

  /**
   * Makes an empty temporary folder whose path is no pattern.
   *
   * @throws IOException if there is none, naming Java's folder of temporary files
   */
  public static TemporaryFolder temporaryFolder() throws IOException {
    TemporaryFolder folder = TemporaryFolder.create();
    if (isPattern(folder.path())) {
      folder.close();
      throw new IOException(
          "TensorFlow takes the path for a pattern, and that of the folder for temporary files too"
              + " (java.io.tmpdir is "
              + folder.path().getParent()
              + "): name one without * ? [ \\ (JAVA_OPTS=-Djava.io.tmpdir=DIR)");
    }
    return folder;
  }

  /**
   * Copies a folder with all it holds; {@code target} may be there. Links are followed, as
   * TensorFlow does: served models are often links to a store.
   */
  public static void copyTree(Path source, Path target) throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(source, FileVisitOption.FOLLOW_LINKS)) {
      all = tree.toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path each : all) {
      Path copy = target.resolve(source.relativize(each).toString());
      if (Files.isDirectory(each)) {
        Files.createDirectories(copy);
      } else {
        Files.copy(each, copy);
      }
    }
  }
}
