package org.lenet5.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.Sha256;

/**
 * The files that a published data set consists of, unpacked.
 *
 * @param folder that they lie in, below the data folder
 * @param files in their order: those to train on come first
 */
record PublishedFiles(String folder, List<Entry> files) {

  PublishedFiles {
    files = List.copyOf(files);
  }

  /**
   * One file.
   *
   * @param bytes its length
   */
  record Entry(String name, long bytes, String sha256) {}

  List<String> names() {
    return files.stream().map(Entry::name).toList();
  }

  Map<String, Long> lengths() {
    Map<String, Long> lengths = new LinkedHashMap<>();
    files.forEach(file -> lengths.put(file.name(), file.bytes()));
    return lengths;
  }

  long bytes() {
    return files.stream().mapToLong(Entry::bytes).sum();
  }

  /** Identifies the data set, as {@link Dataset#sha256}. */
  String sha256() {
    return DataDigest.ofFiles(files.stream().map(Entry::sha256).toList());
  }

  /** What is wrong with the files in {@code place}, by file; empty if they are intact. */
  Map<String, String> faults(Path place) {
    Map<String, String> faults = new LinkedHashMap<>();
    for (Entry each : files) {
      Path file = place.resolve(each.name());
      try {
        checkLength(file, each);
        checkSha256(file, Sha256.of(file), each);
      } catch (DataException e) {
        faults.put(each.name(), e.getMessage());
      } catch (IOException e) {
        faults.put(each.name(), unreadable(file, e).getMessage());
      }
    }
    return faults;
  }

  /** How much of it there is in {@code place}, judged by the files' lengths. */
  DataStore.State state(Path place) {
    long right =
        files.stream()
            .filter(each -> place.resolve(each.name()).toFile().length() == each.bytes())
            .count();
    if (right == files.size()) {
      return DataStore.State.PRESENT;
    }
    boolean any = files.stream().anyMatch(each -> Files.exists(place.resolve(each.name())));
    return any ? DataStore.State.INCOMPLETE : DataStore.State.ABSENT;
  }

  /**
   * @throws DataException if the file is missing or of another length
   */
  static void checkLength(Path file, Entry expected) {
    long bytes = length(file);
    if (bytes != expected.bytes()) {
      throw new DataException(
          "%s has %d bytes, should have %d".formatted(file, bytes, expected.bytes()));
    }
  }

  /**
   * @throws DataException if {@code actual} is not the file's SHA-256
   */
  static void checkSha256(Path file, String actual, Entry expected) {
    if (!actual.equals(expected.sha256())) {
      throw new DataException(
          "%s is damaged, its SHA-256 is %s, should be %s"
              .formatted(file, actual, expected.sha256()));
    }
  }

  /** The length of a file that must be there. */
  static long length(Path file) {
    if (Files.notExists(file)) {
      throw new DataException(file + " is missing");
    }
    if (!Files.isRegularFile(file)) {
      throw new DataException(file + " is not a file");
    }
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static DataException unreadable(Path file, IOException e) {
    return new DataException("cannot read %s: %s".formatted(file, AtomicFiles.reason(e)), e);
  }
}
