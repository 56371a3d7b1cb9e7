package org.lenet5.summary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lenet5.io.AtomicFiles;
import org.tensorflow.proto.Event;

/** The event files of a run's folder. Not safe while another process writes them. */
public final class EventFiles {
  static final String PREFIX = "events.out.tfevents.";

  private EventFiles() {}

  /**
   * The event files in {@code folder}, oldest first; none if there is no such folder.
   *
   * @throws java.io.UncheckedIOException if the folder cannot be read
   */
  public static List<Path> list(Path folder) {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(PREFIX))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", folder, e);
    }
  }

  /**
   * Makes the event files of {@code folder} end at {@code lastStep}, so that a run resumed there
   * repeats no step: drops a record cut off at the end and every event of a later step. What was
   * written at step 0 stays.
   *
   * <p>A file that changes is written anew beside itself and renamed; the others are not touched. A
   * TensorBoard that had already shown a dropped step goes on after a restart.
   *
   * @param lastStep the last epoch to keep; 0 keeps only what was written before training
   * @return the newest file, to append to; nothing if there is none
   * @throws java.io.UncheckedIOException if a file is damaged elsewhere than at its end, or cannot
   *     be read or written; files not yet reached are then unchanged
   */
  public static Optional<Path> trim(Path folder, int lastStep) {
    AtomicFiles.deleteLeftovers(folder); // TensorBoard would read an event file among them
    List<Path> files = list(folder);
    for (Path file : files) {
      if (hasMore(file, lastStep)) {
        AtomicFiles.write(
            file,
            out -> {
              try (EventFileReader reader = new EventFileReader(file)) {
                for (Optional<Event> event = nextWhole(reader);
                    event.isPresent();
                    event = nextWhole(reader)) {
                  if (event.get().getStep() <= lastStep) {
                    out.write(EventRecord.frame(event.get().toByteArray()));
                  }
                }
              }
            });
      }
    }
    return files.stream().reduce((older, newer) -> newer);
  }

  /**
   * Renames the damaged files in {@code folder} so that TensorBoard and {@link #list} pass over
   * them. A file that is only cut off at its end is left as it is.
   *
   * @return a line for each
   * @throws java.io.UncheckedIOException if a file cannot be read or renamed
   */
  static List<String> setAsideDamaged(Path folder) {
    List<String> remarks = new ArrayList<>();
    for (Path file : list(folder)) {
      try {
        EventFileReader.readAll(file);
      } catch (TruncatedEventFileException e) {
        continue; // trim drops what is cut
      } catch (DamagedEventFileException e) {
        Path aside =
            folder.resolve("damaged." + file.getFileName().toString().substring(PREFIX.length()));
        try {
          AtomicFiles.publish(file, aside);
        } catch (IOException moving) {
          throw AtomicFiles.failed("cannot rename", file, moving);
        }
        remarks.add(e.getMessage() + "; it is now " + aside);
      }
    }
    return remarks;
  }

  /** Writes the file anew with these events; a reader sees the old ones or the new ones. */
  static void replace(Path file, List<Event> events) {
    AtomicFiles.write(
        file,
        out -> {
          for (Event event : events) {
            out.write(EventRecord.frame(event.toByteArray()));
          }
        });
  }

  private static boolean hasMore(Path file, int lastStep) {
    try {
      return EventFileReader.readAll(file).stream().anyMatch(e -> e.getStep() > lastStep);
    } catch (TruncatedEventFileException e) {
      return true;
    }
  }

  private static Optional<Event> nextWhole(EventFileReader reader) {
    try {
      return reader.next();
    } catch (TruncatedEventFileException e) {
      return Optional.empty();
    }
  }
}
