package org.lenet5.serve.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lenet5.io.OneLine;

/**
 * Where a model's versions lie.
 *
 * @param folder the one above the numbered versions, or, if {@code single}, a version's own
 * @param single whether there is this one version only, for ever
 */
record ModelFiles(Path folder, boolean single) {
  private static final String GRAPH = "saved_model.pb";

  /**
   * Looks at a path: a SavedModel's folder, the folder above its numbered versions, or a run's,
   * which has them under saved_model.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  static ModelFiles of(Path path) {
    if (!Files.isDirectory(path)) {
      throw new IllegalArgumentException(
          path + (Files.exists(path) ? " is not a folder" : ": there is no such folder"));
    }
    if (Files.isRegularFile(path.resolve(GRAPH))) {
      return new ModelFiles(path, true);
    }
    try {
      for (Path folder : List.of(path, path.resolve("saved_model"))) {
        if (!versions(folder).isEmpty()) {
          return new ModelFiles(folder, false);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot list " + path + ": " + OneLine.reason(e), e);
    }
    throw new IllegalArgumentException(
        path
            + " holds no SavedModel: expected saved_model.pb, a numbered version with one, or"
            + " saved_model/VERSION");
  }

  /**
   * The versions that there are now, by number. A version of a single folder without a number has
   * the number 1.
   *
   * @throws IOException if the folder cannot be listed
   */
  TreeMap<Long, Path> versions() throws IOException {
    if (!single) {
      return versions(folder);
    }
    TreeMap<Long, Path> one = new TreeMap<>();
    if (Files.isRegularFile(folder.resolve(GRAPH))) {
      String name = folder.toAbsolutePath().normalize().getFileName().toString();
      one.put(isNumber(name) ? Long.parseLong(name) : 1L, folder);
    }
    return one;
  }

  private static TreeMap<Long, Path> versions(Path folder) throws IOException {
    TreeMap<Long, Path> versions = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path each : (Iterable<Path>) all::iterator) {
          String name = each.getFileName().toString();
          if (isNumber(name) && Files.isRegularFile(each.resolve(GRAPH))) {
            versions.put(Long.parseLong(name), each);
          }
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    return versions;
  }

  private static boolean isNumber(String name) {
    return name.matches("\\d{1,18}");
  }

  /**
   * Names, sizes and times of a version's files: another text means that somebody writes there.
   *
   * @throws IOException if they cannot be read, as while they are copied
   */
  static String fingerprint(Path version) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(version, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) tree.filter(Files::isRegularFile)::iterator) {
        lines.add(
            version.relativize(file)
                + " "
                + Files.size(file)
                + " "
                + Files.getLastModifiedTime(file));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return String.join("\n", lines.stream().sorted().toList());
  }
}
