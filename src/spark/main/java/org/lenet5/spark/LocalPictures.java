package org.lenet5.spark;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.PathFilter;

/**
 * Pictures in folders of this machine, in the order of their paths. They are those that Spark's
 * {@code binaryFile} finds; but it takes longer to find a hundred thousand files, and to make tasks
 * of them, than to label them.
 */
final class LocalPictures {
  private record Found(String path, long bytes) {}

  private final PathFilter wanted;
  private final List<Found> found = new ArrayList<>();

  private LocalPictures(String glob) throws IOException {
    wanted = new GlobFilter(glob);
  }

  /**
   * The pictures for each task, as Hadoop writes paths: {@code file:/photos/a b.png}.
   *
   * @param sources files, and folders with all below them; links are followed
   * @param glob which names are pictures, as a pattern of Hadoop's
   * @param most bytes that a task may have; it is full when it has as many
   * @param openCost bytes that a picture counts for beside its own
   * @param cores that are to have work
   * @throws IOException if a folder cannot be listed, or the pattern is none
   */
  static List<List<String>> of(List<Path> sources, String glob, long most, long openCost, int cores)
      throws IOException {
    LocalPictures pictures = new LocalPictures(glob);
    for (Path each : sources) {
      pictures.look(each);
    }
    return pictures.tasks(most, openCost, cores);
  }

  private void look(Path source) throws IOException {
    Files.walkFileTree(
        source,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        Integer.MAX_VALUE,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes about) {
            return !folder.equals(source) && isHidden(name(folder))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
            String name = name(file);
            // A pipe would be waited for; a link that leads nowhere is a row that says so.
            if ((about.isRegularFile() || about.isSymbolicLink())
                && !isHidden(name)
                && wanted.accept(new org.apache.hadoop.fs.Path("/" + name))) {
              found.add(new Found("file:" + file, about.size()));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof FileSystemLoopException || !Files.isDirectory(file)) {
              return FileVisitResult.CONTINUE; // it is found already, or went meanwhile
            }
            throw e;
          }
        });
  }

  // As Spark has it: of programs, not of people.
  private static boolean isHidden(String name) {
    return name.startsWith(".")
        || name.startsWith("_") && !name.contains("=")
        || name.endsWith("._COPYING_");
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName()); // the root has none
  }

  private List<List<String>> tasks(long most, long openCost, int cores) {
    List<Found> each = found.stream().distinct().sorted(Comparator.comparing(Found::path)).toList();
    long all = each.stream().mapToLong(picture -> picture.bytes() + openCost).sum();
    long full = Math.min(most, (all + cores - 1) / cores);
    List<List<String>> tasks = new ArrayList<>();
    long bytes = full;
    for (Found picture : each) {
      if (bytes >= full) {
        tasks.add(new ArrayList<>());
        bytes = 0;
      }
      tasks.get(tasks.size() - 1).add(picture.path());
      bytes += picture.bytes() + openCost;
    }
    return tasks;
  }
}
