package org.lenet5.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes files so that no reader ever sees an incomplete one: written beside the target, synced,
 * then renamed.
 *
 * <p>Failures are {@link UncheckedIOException}s whose message names the file and the reason in one
 * line. Thread-safe for different targets.
 */
public final class AtomicFiles {
  private static final Pattern LEFTOVER = Pattern.compile("\\..*part(?:-(\\d{1,18}))?.*");

  private AtomicFiles() {}

  /** Writes content to a stream. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Publishes {@code content} as {@code target}, replacing what is there; creates the folder.
   *
   * @throws UncheckedIOException if it cannot be written; the old file is then untouched
   */
  public static void write(Path target, Content content) {
    Path beside = ownBeside(target);
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      try (FileChannel channel =
          FileChannel.open(
              beside,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      publish(beside, target);
    } catch (IOException e) {
      throw failed("cannot write", target, deleting(beside, e));
    } catch (RuntimeException e) {
      throw deleting(beside, e);
    }
  }

  /** Publishes {@code text} in UTF-8; see {@link #write(Path, Content)}. */
  public static void writeString(Path target, String text) {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Renames a finished file or folder to its public name and syncs the folder's entry.
   *
   * @throws IOException if the rename fails
   */
  public static void publish(Path finished, Path target) throws IOException {
    try {
      Files.move(
          finished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(finished, target, StandardCopyOption.REPLACE_EXISTING);
    }
    syncFolder(target.toAbsolutePath().getParent());
  }

  /** Forces a file's bytes to the disk. */
  public static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Forces all files of a folder, and their names, to the disk. */
  public static void syncTree(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path each : tree.toList()) {
        if (Files.isDirectory(each)) {
          syncFolder(each);
        } else {
          sync(each);
        }
      }
    }
  }

  /**
   * The name under which {@code target} is prepared; starts with a dot so that no glob finds it.
   */
  public static Path beside(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".part");
  }

  /** The same for this process alone: two that write one file at a time spoil nothing. */
  public static Path ownBeside(Path target) {
    return beside(target)
        .resolveSibling(beside(target).getFileName() + "-" + ProcessHandle.current().pid());
  }

  /**
   * Deletes what failed or killed writes have left in {@code folder}: hidden files and folders with
   * "part" in their names, except the {@link #ownBeside} of a running process.
   */
  public static void deleteLeftovers(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.toList()) {
        if (isLeft(each.getFileName().toString())) {
          deleteTree(each);
        }
      }
    } catch (IOException e) {
      throw failed("cannot clear", folder, e);
    }
  }

  private static boolean isLeft(String name) {
    Matcher part = LEFTOVER.matcher(name);
    if (!part.matches()) {
      return false;
    }
    if (part.group(1) == null) {
      return true;
    }
    long process = Long.parseLong(part.group(1));
    return process == ProcessHandle.current().pid() || ProcessHandle.of(process).isEmpty();
  }

  /** Deletes a file if it is there. */
  public static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed("cannot delete", file, e);
    }
  }

  /** Deletes a file or a folder with all it holds; nothing happens if it is absent. */
  public static void deleteTree(Path path) throws IOException {
    if (!Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(path)) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : deepestFirst) {
      Files.delete(each);
    }
  }

  /** An error in one line: "cannot write graphs/a/loss.png: permission denied". */
  public static UncheckedIOException failed(String what, Path file, IOException cause) {
    return new UncheckedIOException(OneLine.of(what + " " + file + ": " + reason(cause)), cause);
  }

  /** The reason of a failure in words, without the file's name and the exception's. */
  public static String reason(IOException e) {
    if (e instanceof AccessDeniedException denied) {
      return "permission denied" + at(denied);
    }
    if (e instanceof NoSuchFileException missing) {
      return "no such file or folder" + at(missing);
    }
    if (e instanceof NotDirectoryException
        || e instanceof java.nio.file.FileAlreadyExistsException) {
      return "a file is in the way" + at((FileSystemException) e);
    }
    if (e instanceof FileSystemException other && other.getReason() != null) {
      return other.getReason().equals("Not a directory")
          ? "a file is in the way, where a folder should be"
          : other.getReason();
    }
    if (e instanceof ClosedByInterruptException) {
      return "the thread was interrupted";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static String at(FileSystemException e) {
    return e.getFile() == null ? "" : " (" + e.getFile() + ")";
  }

  // A rename is durable only after its folder is synced, which not every system can do.
  private static void syncFolder(Path folder) throws IOException {
    if (System.getProperty("os.name").startsWith("Windows")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static <E extends Exception> E deleting(Path leftover, E cause) {
    try {
      Files.deleteIfExists(leftover);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }
}
