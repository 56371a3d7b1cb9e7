package org.lenet5.data;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.lenet5.io.AtomicFiles;

/**
 * Brings a published data set into a data folder, by the first way that works. A file appears only
 * when it is whole and its SHA-256 is right.
 *
 * @param name the data set's, as the flag has it
 * @param files what there must be in the end
 * @param ways in the order in which they are tried
 * @param byHand says what the user can put where, for a data folder
 */
record PublishedFetch(
    String name, PublishedFiles files, List<FetchWay> ways, Function<Path, String> byHand) {
  /** Longest wait for a connection. */
  static final Duration CONNECT = Duration.ofSeconds(10);

  /** Longest wait for the next bytes. */
  static final Duration STALL = Duration.ofSeconds(30);

  // A file lock belongs to the process; threads of one process need a lock of their own.
  private static final ReentrantLock THREADS = new ReentrantLock();

  /**
   * Fetches what is missing or damaged.
   *
   * @return whether anything had to be done
   * @throws DataException if no way works; says why for each, and what to do by hand
   */
  boolean into(Path folder, Progress progress) {
    if (isIntact(folder)) {
      return false; // before anything is written: the folder may be read-only
    }
    THREADS.lock();
    try (FileChannel file = openLock(folder)) {
      // Closing the channel releases the lock, and so does the end of the process. The empty file
      // stays.
      file.lock();
      return !isIntact(folder) && fetch(folder, progress);
    } catch (FileLockInterruptionException | ClosedByInterruptException e) {
      throw Interruption.of("the fetch", e);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", folder, e);
    } finally {
      THREADS.unlock();
    }
  }

  private boolean fetch(Path folder, Progress progress) throws IOException {
    Path target = folder.resolve(files.folder());
    Path staging = AtomicFiles.beside(target);
    List<String> failures = new ArrayList<>();
    for (FetchWay way : ways) {
      if (!way.applies(folder)) {
        continue;
      }
      AtomicFiles.deleteTree(staging); // a crash may have left one
      try {
        Files.createDirectory(staging);
        way.bring(folder, staging, progress);
        publish(staging, target);
        return true;
      } catch (DataException e) {
        failures.add(e.getMessage());
        progress.failed(e.getMessage());
      } finally {
        AtomicFiles.deleteTree(staging);
      }
    }
    throw new DataException(
        "cannot fetch %s: %s; by hand: %s and run scripts/lenet5 data fetch %s again"
            .formatted(name, String.join("; ", failures), byHand.apply(folder), name));
  }

  private void publish(Path staging, Path target) throws IOException {
    Map<String, String> faults = files.faults(staging);
    if (!faults.isEmpty()) {
      throw new DataException(String.join("; ", faults.values()));
    }
    for (String file : files.names()) {
      AtomicFiles.sync(staging.resolve(file));
    }
    if (Files.notExists(target)) {
      AtomicFiles.publish(staging, target);
      return;
    }
    // File by file, so that the user's other files in that folder stay.
    for (String file : files.names()) {
      AtomicFiles.publish(staging.resolve(file), target.resolve(file));
    }
  }

  private boolean isIntact(Path folder) {
    Path target = folder.resolve(files.folder());
    return Files.isDirectory(target) && files.faults(target).isEmpty();
  }

  private static FileChannel openLock(Path folder) throws IOException {
    Files.createDirectories(folder);
    return FileChannel.open(
        folder.resolve(".fetch.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
