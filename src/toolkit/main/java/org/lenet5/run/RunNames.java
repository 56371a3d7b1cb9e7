package org.lenet5.run;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunLock;
import org.lenet5.io.AtomicFiles;

/** Finds free names for runs, and claims one before another process can. */
final class RunNames {
  private final RunFolders folders;

  RunNames(RunFolders folders) {
    this.folders = folders;
  }

  /** Takes a name before anybody else can; empty if somebody has it. */
  Optional<RunLock> claim(String name) {
    if (isTaken(name)) {
      return Optional.empty();
    }
    Path graphs = folders.graphs(name);
    Path checkpoints = folders.checkpoints(name);
    makeFolder(graphs);
    try {
      makeFolder(checkpoints);
    } catch (UncheckedIOException e) {
      deleteEmpty(graphs); // half a run would block the next one
      throw e;
    }
    Optional<RunLock> lock = RunLock.takeIfFree(checkpoints);
    if (lock.isPresent() && isTaken(name)) { // since the first look, and its training has ended
      lock.get().close();
      return Optional.empty();
    }
    return lock;
  }

  /**
   * True if a run of that name has left anything. One that was killed before its {@code run.json},
   * the first that is written, has left nothing but folders and a lock's file.
   */
  private boolean isTaken(String name) {
    return !left(name).isEmpty();
  }

  /** The folders of a run's that hold anything. */
  private List<Path> left(String name) {
    return Stream.of(folders.graphs(name), folders.checkpoints(name))
        .filter(RunNames::holdsFiles)
        .toList();
  }

  private static boolean holdsFiles(Path folder) {
    if (!Files.exists(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> !file.getFileName().toString().startsWith("."));
    } catch (IOException e) {
      return true; // A file, or unreadable: not ours to write over.
    }
  }

  /**
   * Accepts a name that no run has.
   *
   * @throws RunUsageException if there is such a run, or half of one
   */
  void requireFree(String name) {
    if (Manifest.isIn(folders.checkpoints(name))) {
      throw new RunUsageException(
          "--run "
              + name
              + ": there is such a run already; add --resume to go on with it, or choose another"
              + " name");
    }
    requireNoRemains(name);
  }

  /** One message for a new run and for a resumed one: neither is possible where half a run lies. */
  void requireNoRemains(String name) {
    List<Path> left = left(name);
    if (left.isEmpty()) {
      return;
    }
    Path folder = folders.checkpoints(name);
    if (holdsRuns(folder)) {
      throw new RunUsageException(
          "--run " + name + ": " + folder + " holds other runs; choose another name");
    }
    String them = left.stream().map(Path::toString).collect(joining(" and "));
    throw new RunUsageException(
        "--run %s: of such a run only %s %s left, without %s; %s, or choose another name"
            .formatted(
                name,
                them,
                left.size() == 1 ? "is" : "are",
                folder.resolve(Manifest.FILE),
                Manifest.hasCopyIn(folder)
                    ? "copy " + Manifest.COPY + " to " + Manifest.FILE + " there and add --resume"
                    : "put that file back and add --resume, or delete " + them + " to begin anew"));
  }

  private static boolean holdsRuns(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return inside.anyMatch(Manifest::isIn);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", folder, e);
    }
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot make folder", folder, e);
    }
  }

  private static void deleteEmpty(Path folder) {
    try {
      Files.delete(folder);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot delete", folder, e);
    }
  }
}
