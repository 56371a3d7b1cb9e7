package org.lenet5.run;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.RunLock;
import org.lenet5.io.AtomicFiles;

/**
 * A run on disk: its two folders, and how both are renamed and deleted. Not thread-safe; between
 * processes the run's lock holds.
 *
 * @param folders where runs lie
 * @param name of the run, with the folders it lies in: {@code exercises/adam}
 */
public record StoredRun(RunFolders folders, String name) {
  // While this file exists, the folder is no longer a run and its deletion is not finished.
  static final String DELETION = ".deletion.part";

  /**
   * @throws RunException if the name leads out of the folders
   */
  public StoredRun {
    if (!isBelow(folders.checkpoints(), name) || !isBelow(folders.graphs(), name)) {
      throw new RunException(name + ": is no name of a run");
    }
  }

  private static boolean isBelow(Path home, String name) {
    // No "..", no absolute path, and no ".", which would be all runs.
    Path whole = home.resolve(name);
    return !name.isBlank()
        && !Path.of(name).isAbsolute()
        && Stream.of(name.split("[/\\\\]", -1))
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))
        && whole.startsWith(home);
  }

  /** {@code checkpoints/RUN}. */
  public Path checkpointFolder() {
    return folders.checkpoints(name);
  }

  /** {@code graphs/RUN}. */
  public Path graphFolder() {
    return folders.graphs(name);
  }

  /** True if there is a run of that name, or what is left of one. */
  public boolean exist() {
    return RunList.names(folders.checkpoints()).contains(name)
        || RunList.names(folders.graphs()).contains(name);
  }

  /**
   * Bytes of all files in both folders. A link counts as itself, not as what it leads to.
   *
   * @throws java.io.UncheckedIOException if a folder cannot be read
   */
  public long bytes() {
    long[] sum = {0};
    for (Path folder : both()) {
      visit(folder, "cannot read", (file, seen) -> sum[0] += seen.isDirectory() ? 0 : seen.size());
    }
    return sum[0];
  }

  // Only one if --graphs-dir and --checkpoints-dir are the same folder.
  private List<Path> both() {
    return Stream.of(checkpointFolder(), graphFolder())
        .map(each -> each.toAbsolutePath().normalize())
        .distinct()
        .toList();
  }

  /**
   * Says why the run must not be deleted, if it must not.
   *
   * @throws RunException if it is being trained, lies behind a link, or holds other runs
   */
  public void requireDeletable() {
    requireAlone("deleted");
  }

  private void requireAlone(String done) {
    for (Path home : List.of(folders.checkpoints(), folders.graphs())) {
      requireNoLink(home, done);
      RunList.names(home).stream()
          .filter(each -> each.startsWith(name + "/"))
          .findFirst()
          .ifPresent(
              inside -> {
                throw new RunException(
                    "run " + name + " is not " + done + ": run " + inside + " lies in its folder");
              });
    }
    if (Files.isDirectory(checkpointFolder())) {
      RunLock.take(checkpointFolder()).close();
    }
  }

  private void requireNoLink(Path home, String done) {
    Path at = home;
    for (Path part : Path.of(name)) {
      at = at.resolve(part);
      if (Files.isSymbolicLink(at)) {
        throw new RunException(
            "run %s is not %s: %s is a link; go to where it leads".formatted(name, done, at));
      }
    }
  }

  /**
   * Gives the run another name, in {@code run.json} and for both folders. If that is interrupted,
   * the same call ends it. What the run has drawn keeps the old name in its titles.
   *
   * @throws RunUsageException if the new name cannot be a run's, or there is such a run
   * @throws RunException if it is being trained, is damaged, lies behind a link, or holds other
   *     runs
   * @throws java.io.UncheckedIOException if a folder cannot be moved
   */
  @SuppressWarnings("try") // A lock is held, not used.
  public StoredRun rename(String newName) {
    RunName.require(newName);
    requireAlone("renamed");
    StoredRun renamed = new StoredRun(folders, newName);
    boolean begun = !Files.exists(graphFolder()) && !Files.exists(renamed.checkpointFolder());
    if (Files.exists(renamed.checkpointFolder())
        || (Files.exists(renamed.graphFolder()) && !begun)) {
      throw new RunUsageException(
          newName + ": there is such a run, or what is left of one, already");
    }
    try (RunLock lock = RunLock.take(checkpointFolder())) {
      Manifest.rename(checkpointFolder(), newName);
      move(graphFolder(), renamed.graphFolder());
      move(checkpointFolder(), renamed.checkpointFolder());
    }
    return renamed;
  }

  private static void move(Path from, Path to) {
    if (Files.exists(from)) {
      try {
        Files.createDirectories(to.toAbsolutePath().getParent());
        AtomicFiles.publish(from, to);
      } catch (IOException e) {
        throw AtomicFiles.failed("cannot rename", from, e);
      }
    }
  }

  /**
   * Deletes both folders. First it stops being a run: if the deletion is interrupted, the rest is
   * not listed as a run, is recognised as a half-deleted one, and another call deletes it. Links
   * are deleted, not followed.
   *
   * @return the bytes that came free
   * @throws RunException as {@link #requireDeletable}
   * @throws java.io.UncheckedIOException if a file cannot be deleted
   */
  @SuppressWarnings("try") // A lock is held, not used.
  public long delete() {
    requireDeletable();
    Path folder = checkpointFolder();
    try {
      Files.createDirectories(folder); // what is left of a run may be its charts alone
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot make folder", folder, e);
    }
    long bytes;
    Path mark = folder.resolve(DELETION);
    Path lockFile = folder.resolve(RunLock.FILE);
    try (RunLock lock = RunLock.take(folder)) {
      bytes = bytes();
      AtomicFiles.writeString(mark, name);
      AtomicFiles.delete(folder.resolve(Manifest.FILE));
      AtomicFiles.delete(folder.resolve(Manifest.COPY));
      List<Path> last = List.of(mark, lockFile);
      for (Path each : both()) {
        deleteTree(each, last);
      }
      AtomicFiles.delete(mark);
    }
    // The lock is released; its file has no meaning any more.
    AtomicFiles.delete(lockFile);
    deleteTree(folder, List.of());
    return bytes;
  }

  // Deletes everything in a folder except some files, and the folder itself if none of these is in
  // it.
  private static void deleteTree(Path folder, List<Path> except) {
    List<Path> kept = except.stream().map(each -> each.toAbsolutePath().normalize()).toList();
    visit(
        folder.toAbsolutePath().normalize(),
        "cannot delete",
        (file, attributes) -> {
          boolean holdsKept =
              attributes.isDirectory() && kept.stream().anyMatch(each -> each.startsWith(file));
          if (!holdsKept && !kept.contains(file)) {
            Files.deleteIfExists(file);
          }
        });
  }

  /** What to do with a file, or with a folder after what it holds. */
  @FunctionalInterface
  private interface Visit {
    void at(Path file, BasicFileAttributes attributes) throws IOException;
  }

  private static void visit(Path folder, String failure, Visit each) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              each.at(file, attributes);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // deleted just now by somebody else
              }
              throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path inner, IOException e)
                throws IOException {
              if (e != null) {
                throw e;
              }
              each.at(
                  inner,
                  Files.readAttributes(
                      inner, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw AtomicFiles.failed(failure, folder, e);
    }
  }
}
