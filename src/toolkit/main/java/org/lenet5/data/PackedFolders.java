package org.lenet5.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.lenet5.io.AtomicFiles;

/** The packed pictures below a data folder. */
public final class PackedFolders {
  private PackedFolders() {}

  /**
   * Packed pictures.
   *
   * @param folder that holds them
   * @param path of the folder or list that they were packed from; empty if that is not known
   * @param bytes of their pixels
   */
  public record Entry(Path folder, String path, long bytes) {
    /** True if there still is what they were packed from. */
    public boolean isUsed() {
      return !path.isEmpty() && Files.exists(Path.of(path));
    }

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

  /** All of them, in the order of their names. */
  public static List<Entry> list(Path dataFolder) {
    Path packed = dataFolder.resolve(PathSource.PACKED);
    List<Entry> entries = new ArrayList<>();
    if (!Files.isDirectory(packed)) {
      return entries;
    }
    try (Stream<Path> folders = Files.list(packed)) {
      for (Path each : folders.sorted().toList()) {
        if (!each.getFileName().toString().startsWith(".")) {
          entries.add(entry(each));
        }
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", packed, e);
    }
    return entries;
  }

  private static Entry entry(Path folder) {
    long bytes = folder.resolve(PackedPictures.PIXELS).toFile().length();
    try {
      return new Entry(folder, PackedPictures.readAbout(folder).path(), bytes);
    } catch (DataException e) {
      return new Entry(folder, "", bytes); // damaged: of no use to anybody
    }
  }
}
