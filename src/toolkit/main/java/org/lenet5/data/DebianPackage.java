package org.lenet5.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.lenet5.io.AtomicFiles;

/**
 * A data set out of a Debian package file that the user put into the data folder. Such a file is an
 * {@code ar} archive; its member {@code data.tar.xz} holds what would be installed. The files in it
 * are compressed once more, with gzip.
 *
 * @param name the package's
 * @param inside the folder that it would install the files into, without a slash at the beginning
 * @param files what they unpack to
 */
record DebianPackage(String name, String inside, PublishedFiles files) implements FetchWay {
  private static final String DATA = "data.tar.";
  // What xz -9 needs to unpack is 65 MiB.
  private static final int MAX_KIB = 128 << 10;
  // A package compresses the files again, with other settings than their publisher.
  private static final long SLACK = 1 << 16;

  @Override
  public boolean applies(Path folder) {
    return !found(folder).isEmpty();
  }

  @Override
  public void bring(Path folder, Path staging, Progress progress) throws IOException {
    List<Path> packages = found(folder);
    Path file = packages.get(packages.size() - 1);
    progress.at("unpack " + file, 0, -1);
    Map<String, Long> lengths = new TreeMap<>();
    for (PublishedFiles.Entry each : files.files()) {
      lengths.put(GzipFiles.packed(each.name()), each.bytes() + SLACK);
    }
    Archive.unpack(file, DebianPackage::data, "./" + inside, lengths, staging);
    for (PublishedFiles.Entry each : files.files()) {
      Path packed = staging.resolve(GzipFiles.packed(each.name()));
      GzipFiles.unpack(packed, each, staging.resolve(each.name()));
      Files.delete(packed);
    }
  }

  /** What the user can do if there is none. */
  String byHand(Path folder) {
    return "put %s_*.deb into %s (apt-get download %s)".formatted(name, folder, name);
  }

  private List<Path> found(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, name + "_*.deb")) {
      files.forEach(found::add);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", folder, e);
    }
    Collections.sort(found);
    return found;
  }

  private static InputStream data(InputStream file) throws IOException {
    ArArchiveInputStream members = new ArArchiveInputStream(file);
    for (ArArchiveEntry each = members.getNextEntry();
        each != null;
        each = members.getNextEntry()) {
      if (each.getName().startsWith(DATA)) {
        return switch (each.getName().substring(DATA.length())) {
          case "xz" ->
              XZCompressorInputStream.builder()
                  .setInputStream(members)
                  .setMemoryLimitKiB(MAX_KIB)
                  .get();
          case "gz" -> new GZIPInputStream(members, 1 << 16);
          default ->
              throw new IOException(
                  "its data are in %s, should be in data.tar.xz or data.tar.gz"
                      .formatted(each.getName()));
        };
      }
    }
    throw new IOException("it has no data.tar.xz");
  }
}
