package org.lenet5.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A folder that is deleted with all it holds when it is closed, or when the process ends before
 * that, as by Ctrl-C. Not thread-safe.
 */
public final class TemporaryFolder implements AutoCloseable {
  private final Path path;
  private final Thread atExit;

  private TemporaryFolder(Path path) {
    this.path = path;
    this.atExit = new Thread(this::deleteAtExit, "delete " + path);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Makes an empty folder in Java's folder of temporary files ({@code java.io.tmpdir}).
   *
   * @throws IOException if there can be none
   */
  public static TemporaryFolder create() throws IOException {
    return new TemporaryFolder(Files.createTempDirectory("lenet5"));
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  private void deleteAtExit() {
    try {
      AtomicFiles.deleteTree(path);
    } catch (IOException | java.io.UncheckedIOException e) {
      System.err.println(OneLine.of("cannot delete " + path + ": " + OneLine.reason(e)));
    }
  }

  /**
   * Deletes it.
   *
   * @throws java.io.UncheckedIOException if that fails
   */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // the process is ending, and the hook deletes the folder
    }
    try {
      AtomicFiles.deleteTree(path);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot delete", path, e);
    }
  }
}
