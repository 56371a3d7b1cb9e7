package org.lenet5.summary;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.lenet5.io.AtomicFiles;
import org.tensorflow.proto.Event;

/**
 * Appends events to a TensorBoard event file; {@link EventRecord} gives its layout.
 *
 * <p>The events of one {@link #write} go to the file in one system call and are then forced to the
 * disk, so that a reader or a crash finds all of them or, at worst, a cut record at the very end,
 * which {@link EventFiles#trim} removes. Not thread-safe.
 */
public final class EventFileWriter implements AutoCloseable {
  /** What the first record of an event file says. */
  public static final String VERSION = "brain.Event:2";

  private final Path file;
  private final FileChannel channel;

  private EventFileWriter(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Creates {@code events.out.tfevents.<seconds>.<host>.<process>.<n>} in {@code folder}. The file
   * appears with its version record and all of {@code first} in it.
   *
   * @param folder created if absent
   * @param time of the start; its seconds, in ten digits, make names sort by time
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public static EventFileWriter create(Path folder, Instant time, List<Event> first) {
    return create(folder, time, "", first);
  }

  /**
   * As {@link #create(Path, Instant, List)}.
   *
   * @param ending of the file's name, such as ".evaluation"
   */
  static EventFileWriter create(Path folder, Instant time, String ending, List<Event> first) {
    List<Event> events = new ArrayList<>();
    events.add(Events.at(time, 0).setFileVersion(VERSION).build());
    events.addAll(first);
    Path file = unusedName(folder, time, ending);
    byte[] bytes = frame(events);
    AtomicFiles.write(file, out -> out.write(bytes));
    return append(file);
  }

  /**
   * Opens an existing event file to add events at its end.
   *
   * @throws java.io.UncheckedIOException if it does not exist or cannot be opened
   */
  public static EventFileWriter append(Path file) {
    try {
      return new EventFileWriter(
          file, FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot open", file, e);
    }
  }

  /**
   * Adds {@code events} and forces them to the disk.
   *
   * @throws java.io.UncheckedIOException if that fails, for instance on a full disk; the file is
   *     then cut back to what it held before
   */
  public void write(List<Event> events) {
    ByteBuffer records = ByteBuffer.wrap(frame(events));
    try {
      long before = channel.size();
      try {
        while (records.hasRemaining()) {
          channel.write(records);
        }
        channel.force(false);
        if (Files.notExists(file)) { // a file whose folder was removed still takes every byte
          throw new NoSuchFileException(file.toString());
        }
      } catch (IOException e) {
        throw cutBack(before, e);
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", file, e);
    }
  }

  /** The file written to. */
  public Path file() {
    return file;
  }

  /** Closes the file; closing it again does nothing. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot close", file, e);
    }
  }

  private IOException cutBack(long size, IOException cause) {
    try {
      channel.truncate(size);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }

  private static byte[] frame(List<Event> events) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (Event event : events) {
      records.writeBytes(EventRecord.frame(event.toByteArray()));
    }
    return records.toByteArray();
  }

  private static Path unusedName(Path folder, Instant time, String ending) {
    String prefix =
        "%s%010d.%s.%d."
            .formatted(
                EventFiles.PREFIX, time.getEpochSecond(), host(), ProcessHandle.current().pid());
    int n = 0;
    while (Files.exists(folder.resolve(prefix + n + ending))) {
      n++;
    }
    return folder.resolve(prefix + n + ending);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9_-]", "-");
    } catch (UnknownHostException e) {
      // The name only helps people tell files apart; a machine without one still trains.
      return "localhost";
    }
  }
}
