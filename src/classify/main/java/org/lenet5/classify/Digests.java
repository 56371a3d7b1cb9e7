package org.lenet5.classify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lenet5.io.OneLine;
import org.lenet5.io.Sha256;

/**
 * Compares a model's files with {@code assets.extra/SHA256SUMS}: one line for each other file, 64
 * hexadecimal digits, two spaces, the file's path from the model's folder with slashes. {@code
 * sha256sum --check} reads it too.
 */
final class Digests {
  static final String FILE = "assets.extra/SHA256SUMS";

  private Digests() {}

  /**
   * @return false if the model has no digests
   * @throws ModelException naming a file that is missing, damaged or too many
   */
  static boolean check(Path model) {
    Path sums = model.resolve(FILE);
    if (Files.notExists(sums)) {
      return false;
    }
    try {
      Map<String, String> expected = read(sums);
      // Links are followed, as TensorFlow does: served models are often links to a store.
      try (Stream<Path> tree = Files.walk(model, FileVisitOption.FOLLOW_LINKS)) {
        for (Path file : (Iterable<Path>) tree.filter(Files::isRegularFile)::iterator) {
          Path inside = model.relativize(file);
          String name = inside.toString().replace('\\', '/');
          if (name.equals(FILE) || isHidden(inside)) {
            continue;
          }
          String digest = expected.remove(name);
          if (digest == null) {
            throw new ModelException(file + " does not belong to the model: " + FILE + " lacks it");
          }
          String found = Sha256.of(file);
          if (!found.equals(digest)) {
            throw new ModelException(
                file + " is damaged: its SHA-256 is " + found + ", should be " + digest);
          }
        }
      }
      if (!expected.isEmpty()) {
        throw new ModelException(
            model.resolve(expected.keySet().iterator().next()) + " is missing");
      }
      return true;
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new ModelException("cannot read " + model + ": " + OneLine.reason(e), e);
    }
  }

  /**
   * The digest of a model: SHA-256 of what its {@code SHA256SUMS} would be, in the order of the
   * files' names. That of a model which has one is its own file's.
   *
   * @throws ModelException if a file cannot be read
   */
  static String of(Path model) {
    TreeMap<String, Path> files = new TreeMap<>();
    StringBuilder lines = new StringBuilder();
    try (Stream<Path> tree = Files.walk(model, FileVisitOption.FOLLOW_LINKS)) {
      for (Path file : (Iterable<Path>) tree.filter(Files::isRegularFile)::iterator) {
        Path inside = model.relativize(file);
        String name = inside.toString().replace('\\', '/');
        if (!name.equals(FILE) && !isHidden(inside)) {
          files.put(name, file);
        }
      }
      for (Map.Entry<String, Path> each : files.entrySet()) {
        lines.append(Sha256.of(each.getValue())).append("  ").append(each.getKey()).append('\n');
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new ModelException("cannot read " + model + ": " + OneLine.reason(e), e);
    }
    return Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  // What file managers and editors leave (.DS_Store) is nothing that TensorFlow reads.
  private static boolean isHidden(Path inside) {
    for (Path name : inside) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static Map<String, String> read(Path sums) throws IOException {
    Map<String, String> digests = new HashMap<>();
    List<String> lines = Files.readAllLines(sums);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.matches("[0-9a-f]{64}  .+")) {
        throw new ModelException(
            sums + " line " + (i + 1) + ": is no SHA-256, two spaces and a file's name");
      }
      digests.put(line.substring(66), line.substring(0, 64));
    }
    return digests;
  }
}
