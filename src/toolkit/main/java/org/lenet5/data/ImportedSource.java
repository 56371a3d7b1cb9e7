package org.lenet5.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;

/**
 * A data set of one's own that was packed under a name, below the data folder: the pictures that it
 * was made of are not needed any more. Immutable and thread-safe.
 *
 * @param folder that holds it
 * @param name as the flag has it
 */
record ImportedSource(Path folder, String name) implements DataSource {
  private static final String IMPORTED = "imported";
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._+-]*";

  /** All that lie below a data folder, in the order of their names. */
  static List<DataSource> all(Path dataFolder) {
    Path imported = dataFolder.resolve(IMPORTED);
    if (!Files.isDirectory(imported)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(imported)) {
      return folders
          .filter(Files::isDirectory)
          .filter(each -> each.getFileName().toString().matches(NAME))
          .sorted()
          .<DataSource>map(each -> new ImportedSource(each, each.getFileName().toString()))
          .toList();
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", imported, e);
    }
  }

  /**
   * Packs a data set under a name; it appears whole or not at all.
   *
   * @throws IllegalArgumentException if the name cannot be one, or is taken
   * @throws DataException if something is wrong with the data that would spoil a training
   */
  static synchronized ImportedSource of(
      PathSource source, String name, Path dataFolder, Progress progress) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "data set's name ("
              + name
              + ") must be letters, digits, '.', '_', '-', '+', the first one a letter or digit");
    }
    Path folder = dataFolder.resolve(IMPORTED).resolve(name);
    if (DataStore.NAMES.contains(name) || Files.exists(folder)) {
      throw taken(name, folder);
    }
    AtomicFiles.deleteLeftovers(folder.getParent()); // of killed imports
    Path part = AtomicFiles.ownBeside(folder);
    try {
      try {
        source.pack(name, part, progress);
        AtomicFiles.publish(part, folder);
      } finally {
        AtomicFiles.deleteTree(part);
      }
    } catch (IOException e) {
      if (Files.exists(folder)) { // another process was faster
        throw taken(name, folder);
      }
      throw AtomicFiles.failed("cannot write", folder, e);
    }
    return new ImportedSource(folder, name);
  }

  private static IllegalArgumentException taken(String name, Path folder) {
    return new IllegalArgumentException(
        "data set's name (%s) must be a new one: %s"
            .formatted(
                name,
                DataStore.NAMES.contains(name)
                    ? "the program has such a data set"
                    : folder + " is there"));
  }

  @Override
  public DataStore.Entry describe() {
    long bytes = folder.resolve(PackedPictures.PIXELS).toFile().length();
    try {
      PackedAbout about = PackedAbout.read(folder);
      ImageShape shape = about.made().shape();
      return new DataStore.Entry(
          name,
          bytes < (long) (about.training() + about.validation() + about.test()) * shape.bytes()
              ? DataStore.State.INCOMPLETE
              : DataStore.State.PRESENT,
          folder.toString(),
          bytes,
          about.training(),
          about.test(),
          shape,
          about.made().classes().size());
    } catch (DataException e) { // verify says why
      return new DataStore.Entry(
          name,
          DataStore.State.INCOMPLETE,
          folder.toString(),
          bytes,
          0,
          0,
          new ImageShape(1, 1, 1),
          0);
    }
  }

  @Override
  public Dataset open() {
    return open(Progress.NONE).data();
  }

  @Override
  public OpenedData open(Progress progress) {
    try {
      return PackedPictures.open(folder, progress).opened();
    } catch (DataException e) {
      throw new DataException(
          "data set %s is damaged: delete %s and import it again (%s)"
              .formatted(name, folder, e.getMessage()),
          e);
    }
  }

  @Override
  public boolean fetch(Progress progress) {
    verify();
    return false;
  }

  @Override
  public String verify() {
    Dataset data = open();
    String found =
        Dataset.of(name, data.train(), data.validation(), data.test(), data.classNames()).sha256();
    if (!found.equals(data.sha256())) {
      throw new DataException(
          "data set %s is damaged, its SHA-256 is %s, should be %s: delete %s and import it again"
              .formatted(name, found, data.sha256(), folder));
    }
    return found;
  }
}
