package org.lenet5.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that whole records are appended to, so that a record costs the same however many there
 * are. A record is written at once and synced; readers take complete records. What a killed process
 * left of one stands behind the last complete record and is cut off before the next is written.
 *
 * <p>Failures are as those of {@link AtomicFiles}. Not thread-safe.
 */
public final class GrowingFile {
  private final Path file;
  private long length;

  /**
   * For a file that holds complete records already, or is yet to be made.
   *
   * @param length bytes of these records; what lies behind them does not count
   */
  public GrowingFile(Path file, long length) {
    this.file = file;
    this.length = length;
  }

  /**
   * Appends a record. The first one makes the file, and its folder.
   *
   * @throws java.io.UncheckedIOException if it cannot be written whole; then as much of it as could
   *     be written is taken back where that is possible
   */
  public void append(byte[] record) {
    if (length == 0) {
      AtomicFiles.write(file, out -> out.write(record));
    } else {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        write(channel, record);
      } catch (IOException e) {
        throw AtomicFiles.failed("cannot write", file, e);
      }
    }
    length += record.length;
  }

  private void write(FileChannel channel, byte[] record) throws IOException {
    if (channel.size() < length) {
      throw new IOException(
          "somebody cut it: it has " + channel.size() + " bytes, " + length + " were written");
    }
    channel.truncate(length);
    try {
      ByteBuffer bytes = ByteBuffer.wrap(record);
      while (bytes.hasRemaining()) {
        channel.write(bytes, length + bytes.position());
      }
      channel.force(true);
    } catch (IOException e) {
      try {
        channel.truncate(length);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }
}
