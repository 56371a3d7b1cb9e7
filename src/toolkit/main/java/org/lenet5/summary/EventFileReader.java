package org.lenet5.summary;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.MaskedCrc32c;
import org.tensorflow.proto.Event;

/**
 * Reads the events of a TensorBoard event file in order and checks every checksum; {@link
 * EventRecord} gives the layout. After an error the reader must not be used further. Not
 * thread-safe.
 */
public final class EventFileReader implements AutoCloseable {
  // A protocol buffer has at most 2 GB, so no event is longer.
  private static final long MOST_BYTES = Integer.MAX_VALUE - EventRecord.HEADER;

  private final Path file;
  private final InputStream in;
  private long offset;

  /**
   * Opens {@code file}.
   *
   * @throws UncheckedIOException if it cannot be opened
   */
  public EventFileReader(Path file) {
    this.file = file;
    try {
      in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  /**
   * All events of {@code file}; errors as for {@link #next}.
   *
   * @throws UncheckedIOException if it cannot be read whole
   */
  public static List<Event> readAll(Path file) {
    List<Event> events = new ArrayList<>();
    try (EventFileReader reader = new EventFileReader(file)) {
      for (Optional<Event> event = reader.next(); event.isPresent(); event = reader.next()) {
        events.add(event.get());
      }
    }
    return events;
  }

  /**
   * The next event, or nothing at the end of the file.
   *
   * @throws TruncatedEventFileException if the file ends within a record, or in zeros only, which a
   *     file system can leave where it had no time to write
   * @throws DamagedEventFileException if a record is damaged; the message names the file and the
   *     byte at which the record starts
   * @throws UncheckedIOException if the file cannot be read
   */
  public Optional<Event> next() {
    try {
      byte[] header = in.readNBytes(EventRecord.HEADER);
      if (header.length == 0) {
        return Optional.empty();
      }
      byte[] data = readData(header);
      byte[] footer = in.readNBytes(EventRecord.FOOTER);
      requireWhole(footer.length == EventRecord.FOOTER);
      requireSound(
          little(footer).getInt() == MaskedCrc32c.of(data, 0, data.length),
          "its data does not fit its checksum");
      Event event = Event.parseFrom(data);
      offset += EventRecord.HEADER + data.length + EventRecord.FOOTER;
      return Optional.of(event);
    } catch (InvalidProtocolBufferException e) {
      throw damaged("it holds no Event: " + e.getMessage());
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
  }

  /** Where the next record starts, in bytes from the file's start. */
  public long offset() {
    return offset;
  }

  /** Closes the file; closing it again does nothing. */
  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot close", file, e);
    }
  }

  private byte[] readData(byte[] header) throws IOException {
    requireWhole(header.length == EventRecord.HEADER);
    long length = little(header).getLong();
    if (little(header).getInt(Long.BYTES) != MaskedCrc32c.of(header, 0, Long.BYTES)) {
      requireWhole(!(isZero(header) && isZero(in.readAllBytes())));
      throw damaged("its length does not fit its checksum");
    }
    requireSound(length >= 0 && length <= MOST_BYTES, "its length is " + length);
    byte[] data = in.readNBytes((int) length);
    requireWhole(data.length == length);
    return data;
  }

  private void requireWhole(boolean whole) {
    if (!whole) {
      throw new TruncatedEventFileException(file, offset);
    }
  }

  private void requireSound(boolean sound, String complaint) {
    if (!sound) {
      throw damaged(complaint);
    }
  }

  private DamagedEventFileException damaged(String complaint) {
    return new DamagedEventFileException(file, offset, complaint);
  }

  private static boolean isZero(byte[] bytes) {
    for (byte b : bytes) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
