package org.lenet5.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lenet5.io.AtomicFiles;

/** The packed pictures below a data folder. */
public final class PackedFolders {
  private PackedFolders() {}

  /**
   * Packed pictures.
   *
   * @param folder that holds them
   * @param path of the folder or list that they were packed from, or the data set's name; empty if
   *     that is not known
   * @param bytes of their pixels
   * @param waste why nobody is going to use them, in a clause; empty if they are of use
   */
  public record Entry(Path folder, String path, long bytes, Optional<String> waste) {
    /**
     * Deletes them. A training that is using them goes on: what is mapped stays until it ends.
     *
     * @throws java.io.UncheckedIOException if they cannot be deleted
     */
    public void delete() {
      try {
        AtomicFiles.deleteTree(folder);
      } catch (IOException e) {
        throw AtomicFiles.failed("cannot delete", folder, e);
      }
    }
  }

  /** All of them, in the order of their names. Looks at the pictures' names, sizes and times. */
  public static List<Entry> list(Path dataFolder) {
    Path packed = dataFolder.resolve(PathSource.PACKED);
    List<Entry> entries = new ArrayList<>();
    if (!Files.isDirectory(packed)) {
      return entries;
    }
    try (Stream<Path> folders = Files.list(packed)) {
      for (Path each : folders.sorted().toList()) {
        if (!each.getFileName().toString().startsWith(".")) {
          entries.add(entry(each, dataFolder));
        }
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", packed, e);
    }
    return entries;
  }

  private static Entry entry(Path folder, Path dataFolder) {
    long bytes = folder.resolve(PackedPictures.PIXELS).toFile().length();
    try {
      PackedAbout about = PackedAbout.read(folder);
      return new Entry(folder, about.origin().path(), bytes, waste(folder, about, dataFolder));
    } catch (DataException e) {
      return new Entry(folder, "", bytes, Optional.of("damaged, or of another version"));
    }
  }

  private static Optional<String> waste(Path folder, PackedAbout about, Path dataFolder) {
    String path = about.origin().path();
    DataStore store = new DataStore(dataFolder);
    if (DataStore.isPath(path) ? Files.notExists(Path.of(path)) : !store.isThere(path)) {
      return Optional.of(path + " is gone");
    }
    Optional<String> changed = Optional.of(path + " has changed since");
    try {
      String now = DataStore.isPath(path) ? key(about, dataFolder) : key(about, store.load(path));
      return changed.filter(each -> !now.equals(folder.getFileName().toString()));
    } catch (DataException e) {
      return changed; // nothing could be packed from it now
    }
  }

  private static String key(PackedAbout about, Path dataFolder) {
    PackedAbout.Made made = about.made();
    PathSource source = new PathSource(Path.of(about.origin().path()), made.options(), dataFolder);
    return (made.model().isEmpty() ? source : source.measuring(made.model())).key();
  }

  private static String key(PackedAbout about, Dataset own) {
    return Packs.key(about.origin().name(), own.sha256(), about.made().shape(), about.made().fit());
  }
}
