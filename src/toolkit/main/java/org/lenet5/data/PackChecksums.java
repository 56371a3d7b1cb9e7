package org.lenet5.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.lenet5.io.AtomicFiles;

/**
 * Tells whether packed pictures are still what was packed, before one of them is trained on. By
 * CRC-32C and not by SHA-256: it is to notice what disks and people do to files, not what an enemy
 * would, and a set of 8 GB takes seconds in place of minutes.
 *
 * <p>{@code crc32c.txt}: for each megabyte of each file a line of the file's name, the number of
 * the megabyte from 0, and its checksum in hexadecimal.
 */
final class PackChecksums {
  static final String FILE = "crc32c.txt";

  private static final int CHUNK = 1 << 20;
  // All cores look at so many at a time, then progress is told.
  private static final int TOGETHER = 128;

  private final Path folder;

  PackChecksums(Path folder) {
    this.folder = folder;
  }

  /** Writes them for these files. */
  void write(List<String> names) throws IOException {
    AtomicFiles.writeString(folder.resolve(FILE), text(of(names, "", Progress.NONE)));
  }

  /**
   * Compares them.
   *
   * @param names of the files that must have some
   * @throws IOException if a file cannot be read, is not as long as it was, or has other bytes
   */
  void require(List<String> names, Progress progress) throws IOException {
    List<String> found = of(names, "look whether " + folder + " is as it was packed", progress);
    String expected = Files.readString(folder.resolve(FILE));
    if (!expected.equals(text(found))) {
      Set<String> lines = expected.lines().collect(Collectors.toSet());
      String other = found.stream().filter(line -> !lines.contains(line)).findFirst().orElse(FILE);
      throw new IOException(other.split(" ")[0] + " is not what was packed");
    }
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  private List<String> of(List<String> names, String step, Progress progress) throws IOException {
    long all = 0;
    for (String name : names) {
      all += Files.size(folder.resolve(name));
    }
    List<String> lines = new ArrayList<>();
    long done = 0;
    for (String name : names) {
      try (FileChannel file = FileChannel.open(folder.resolve(name))) {
        long size = file.size();
        int chunks = Math.toIntExact((size + CHUNK - 1) / CHUNK);
        for (int first = 0; first < chunks; first += TOGETHER) {
          int end = Math.min(chunks, first + TOGETHER);
          if (all > (long) TOGETHER * CHUNK) { // what takes no time needs no bar
            progress.at(step, done + (long) first * CHUNK, all);
          }
          lines.addAll(
              IntStream.range(first, end)
                  .parallel()
                  .mapToObj(i -> "%s %d %08x".formatted(name, i, checksum(file, size, i)))
                  .toList());
        }
        done += size;
      }
    }
    return lines;
  }

  private static int checksum(FileChannel file, long size, int chunk) {
    long from = (long) chunk * CHUNK;
    // Not mapped: that ends the process where the file becomes shorter meanwhile.
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(CHUNK, size - from));
    try {
      while (bytes.hasRemaining()) {
        if (file.read(bytes, from + bytes.position()) < 0) {
          throw new EOFException("it became shorter");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, bytes.limit());
    return (int) crc.getValue();
  }
}
