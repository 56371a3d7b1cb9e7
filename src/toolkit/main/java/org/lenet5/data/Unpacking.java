package org.lenet5.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lenet5.io.AtomicFiles;

/** Writes what an archive that is not trusted holds. */
final class Unpacking {
  private Unpacking() {}

  /**
   * Copies a stream to its end into a file.
   *
   * @param most bytes that are written
   * @param archive that they come from
   * @throws DataException if there are more
   * @throws IOException if the stream cannot be read
   * @throws java.io.UncheckedIOException if the file cannot be written: a full disk is not the
   *     archive's fault, and must not read as damage
   */
  static void copy(InputStream from, Path file, long most, Path archive) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long left = most;
    try (OutputStream out = open(file)) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        left -= n;
        if (left < 0) {
          throw new DataException(
              "%s is refused: it holds more than %d bytes".formatted(archive, most));
        }
        write(out, buffer, n, file);
      }
    }
  }

  private static OutputStream open(Path file) {
    try {
      return Files.newOutputStream(file);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", file, e);
    }
  }

  private static void write(OutputStream out, byte[] buffer, int count, Path file) {
    try {
      out.write(buffer, 0, count);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", file, e);
    }
  }
}
