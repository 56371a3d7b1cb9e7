package org.lenet5.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.io.AtomicFiles;

/**
 * The runs there are, those of suites included. Of a run only {@code run.json} is read. No link is
 * followed: what it leads to may lie anywhere.
 */
public final class RunList {
  private static final String METRICS = "metrics.csv";

  private RunList() {}

  /**
   * All runs, the newest first; after them, by name, those that do not say when they began.
   *
   * @param folders where runs lie; they need not exist
   * @throws UncheckedIOException if a folder cannot be listed
   */
  public static List<RunEntry> of(RunFolders folders) {
    Set<String> names = new TreeSet<>(names(folders.checkpoints()));
    names.addAll(names(folders.graphs()));
    return names.stream()
        .map(name -> entry(new StoredRun(folders, name)))
        .sorted(
            Comparator.<RunEntry, String>comparing(
                    each -> each.manifest().map(Manifest::created).orElse(""),
                    Comparator.reverseOrder())
                .thenComparing(RunEntry::name))
        .toList();
  }

  /** The names of the runs that have left files below {@code home}, in no order. */
  static List<String> names(Path home) {
    List<String> names = new ArrayList<>();
    if (!Files.isDirectory(home)) {
      return names;
    }
    try {
      // A link at the top is the user's own choice of where runs lie.
      Path top = home.toRealPath();
      Files.walkFileTree(
          top,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes seen)
                throws IOException {
              String name = folder.getFileName() == null ? "" : folder.getFileName().toString();
              if (!folder.equals(top) && name.startsWith(".")) {
                return FileVisitResult.SKIP_SUBTREE;
              }
              if (!folder.equals(top) && holdsRun(folder)) {
                names.add(top.relativize(folder).toString().replace('\\', '/'));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // deleted just now
              }
              throw AtomicFiles.failed("cannot list", file, e);
            }
          });
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", home, e);
    }
    return names;
  }

  private static boolean holdsRun(Path folder) throws IOException {
    if (Files.exists(folder.resolve(Manifest.FILE))
        || Files.exists(folder.resolve(Manifest.COPY))
        || Files.exists(folder.resolve(METRICS))
        || Files.exists(folder.resolve(StoredRun.DELETION))) {
      return true;
    }
    try (var checkpoints = Files.newDirectoryStream(folder, "ckpt-*.index")) {
      return checkpoints.iterator().hasNext();
    }
  }

  private static RunEntry entry(StoredRun run) {
    Path folder = run.checkpointFolder();
    long bytes = run.bytes();
    if (!Manifest.isIn(folder)) {
      boolean deletion = Files.exists(folder.resolve(StoredRun.DELETION));
      return new RunEntry(
          run.name(),
          deletion ? RunEntry.State.HALF_DELETED : RunEntry.State.HALF,
          Optional.empty(),
          deletion
              ? "its deletion was broken off; deleting it again ends that"
              : "there is no " + folder.resolve(Manifest.FILE),
          bytes);
    }
    try {
      Manifest manifest = Manifest.read(folder);
      return new RunEntry(
          run.name(),
          manifest.epochs().size() < manifest.wantedEpochs()
              ? RunEntry.State.UNFINISHED
              : RunEntry.State.COMPLETE,
          Optional.of(manifest),
          "",
          bytes);
    } catch (RunException | UncheckedIOException e) {
      // A row that says so, not the end of the list.
      return new RunEntry(
          run.name(), RunEntry.State.DAMAGED, Optional.empty(), e.getMessage(), bytes);
    }
  }
}
