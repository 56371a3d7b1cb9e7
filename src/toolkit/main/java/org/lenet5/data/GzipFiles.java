package org.lenet5.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.lenet5.io.AtomicFiles;

/**
 * A data set that is published as one {@code .gz} for each of its files.
 *
 * @param base where they lie; ends with a slash
 * @param packed each file as it is there, in the order of {@code files}
 * @param files what they unpack to
 * @param connect longest wait for a connection
 * @param stall longest wait for the next bytes
 */
record GzipFiles(
    URI base,
    List<PublishedFiles.Entry> packed,
    PublishedFiles files,
    Duration connect,
    Duration stall) {
  private static final String SUFFIX = ".gz";

  /** Those that the user put where the unpacked ones go; then the published ones. */
  List<FetchWay> ways() {
    return List.of(new Users(), this::download);
  }

  /** What the user can do if neither works. */
  String byHand(Path folder) {
    return "put the %d files %s from %s into %s"
        .formatted(
            packed.size(),
            String.join(", ", packed.stream().map(PublishedFiles.Entry::name).toList()),
            base,
            folder.resolve(files.folder()));
  }

  private final class Users implements FetchWay {
    @Override
    public boolean applies(Path folder) {
      return packed.stream().anyMatch(each -> Files.exists(users(folder, each)));
    }

    @Override
    public void bring(Path folder, Path staging, Progress progress) {
      for (int i = 0; i < packed.size(); i++) {
        Path file = users(folder, packed.get(i));
        PublishedFiles.length(file); // says that it is missing
        unpack(file, files.files().get(i), staging, progress);
      }
    }

    private Path users(Path folder, PublishedFiles.Entry each) {
      return folder.resolve(files.folder()).resolve(each.name());
    }
  }

  private void download(Path folder, Path staging, Progress progress) throws IOException {
    for (int i = 0; i < packed.size(); i++) {
      PublishedFiles.Entry each = packed.get(i);
      Path part = folder.resolve(files.folder() + "-" + each.name() + ".part");
      new Download(base.resolve(each.name()), each.bytes(), each.sha256(), connect, stall)
          .to(part, progress);
    }
    for (int i = 0; i < packed.size(); i++) {
      Path part = folder.resolve(files.folder() + "-" + packed.get(i).name() + ".part");
      unpack(part, files.files().get(i), staging, progress);
      Files.delete(part);
    }
  }

  private static void unpack(
      Path packed, PublishedFiles.Entry expected, Path staging, Progress progress) {
    progress.at("unpack " + packed, 0, -1);
    unpack(packed, expected, staging.resolve(expected.name()));
  }

  /**
   * Unpacks a {@code .gz} that is not trusted: no more than the bytes expected are written.
   *
   * @throws DataException if it is damaged or holds more
   */
  static void unpack(Path packed, PublishedFiles.Entry expected, Path target) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(packed), 1 << 16)) {
      Unpacking.copy(in, target, expected.bytes(), packed);
    } catch (IOException e) {
      throw new DataException("%s is damaged: %s".formatted(packed, AtomicFiles.reason(e)), e);
    }
  }

  /** The name of a file's {@code .gz}. */
  static String packed(String file) {
    return file + SUFFIX;
  }
}
