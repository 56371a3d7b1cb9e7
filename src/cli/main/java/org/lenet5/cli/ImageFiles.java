package org.lenet5.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lenet5.image.PictureNames;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.OneLine;

/**
 * The images among what a user names. What is named as a file is one, whatever its name; in a
 * folder the suffix decides.
 */
final class ImageFiles {
  private static final int MOST_KINDS = 6;

  private final List<String> images = new ArrayList<>();
  private final List<RuntimeException> failures = new ArrayList<>();
  private final Map<String, Integer> skipped = new TreeMap<>();

  /**
   * Looks into each source.
   *
   * @param sources files, folders, or what stands for standard input
   * @param stdin that
   */
  static ImageFiles of(List<String> sources, String stdin) {
    ImageFiles files = new ImageFiles();
    for (String source : sources) {
      if (source.equals(stdin) || !Files.isDirectory(Path.of(source))) {
        files.images.add(source);
      } else {
        files.look(Path.of(source));
      }
    }
    return files;
  }

  /** In the order given, a folder's in the order of their names; each once. */
  List<String> images() {
    return images.stream().distinct().toList();
  }

  /** A message for each folder that could not be listed or holds no images. */
  List<RuntimeException> failures() {
    return failures;
  }

  /** How many files of folders are no images by their suffix; empty if there are none. */
  String skipped() {
    return described(skipped);
  }

  private static String described(Map<String, Integer> skipped) {
    int all = skipped.values().stream().mapToInt(Integer::intValue).sum();
    if (all == 0) {
      return "";
    }
    String kinds =
        skipped.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
            .limit(MOST_KINDS)
            .map(kind -> kind.getValue() + " " + kind.getKey())
            .collect(Collectors.joining(", "));
    int more = skipped.size() - MOST_KINDS;
    return "skipped %d %s: %s%s; PNG, JPEG, GIF, BMP, WebP and TIFF are read"
        .formatted(
            all,
            all == 1 ? "file" : "files",
            OneLine.of(kinds),
            more > 0 ? " and " + more + (more == 1 ? " more kind" : " more kinds") : "");
  }

  // Links to files count, links to folders do not: their content may be listed already, or be the
  // whole disk. The folder that was named may be a link itself.
  private void look(Path folder) {
    List<String> found = new ArrayList<>();
    Map<String, Integer> others = new TreeMap<>();
    int before = failures.size();
    try {
      Path real = folder.toRealPath();
      Files.walkFileTree(
          real,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
              return !path.equals(real) && PictureNames.isFolderLeftBehind(name(path))
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String name = name(file);
              boolean isFile =
                  attributes.isSymbolicLink()
                      ? Files.isRegularFile(file)
                      : attributes.isRegularFile();
              if (!isFile || PictureNames.isLeftBehind(name)) {
                return FileVisitResult.CONTINUE;
              }
              if (PictureNames.isPicture(name)) {
                found.add(folder.resolve(real.relativize(file)).toString());
              } else {
                others.merge(kind(name), 1, Integer::sum);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              failures.add(
                  AtomicFiles.failed("cannot list", folder.resolve(real.relativize(file)), e));
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      failures.add(AtomicFiles.failed("cannot list", folder, e));
    }
    if (found.isEmpty() && failures.size() == before) {
      failures.add(
          new WrongUsage(
              folder
                  + ": holds no images"
                  + (others.isEmpty() ? "" : " (" + described(others) + ")")));
    }
    others.forEach((kind, count) -> skipped.merge(kind, count, Integer::sum));
    found.sort(null);
    images.addAll(found);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName()); // the root has none
  }

  private static String kind(String name) {
    int dot = name.lastIndexOf('.');
    return dot <= 0 || dot == name.length() - 1
        ? "without a suffix"
        : name.substring(dot).toLowerCase(Locale.ROOT);
  }
}
