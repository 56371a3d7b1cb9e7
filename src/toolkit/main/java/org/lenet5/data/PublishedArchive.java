package org.lenet5.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.lenet5.io.Sha256;

/**
 * The {@code .tar.gz} that a data set is published as.
 *
 * @param uri where it is
 * @param bytes its length
 * @param sha256 its SHA-256
 * @param files that it holds, in the folder that they are to have
 * @param connect longest wait for a connection
 * @param stall longest wait for the next bytes
 */
record PublishedArchive(
    URI uri, long bytes, String sha256, PublishedFiles files, Duration connect, Duration stall) {

  /** The one that the user put into the data folder, if there is one; then the published one. */
  List<FetchWay> ways() {
    return List.of(new Users(), this::download);
  }

  /** What the user can do if neither works. */
  String byHand(Path folder) {
    return "put %s (%d bytes) from %s into %s".formatted(name(), bytes, uri, folder);
  }

  private String name() {
    return Path.of(uri.getPath()).getFileName().toString();
  }

  private final class Users implements FetchWay {
    @Override
    public boolean applies(Path folder) {
      return Files.exists(folder.resolve(name()));
    }

    @Override
    public void bring(Path folder, Path staging, Progress progress) throws IOException {
      Path archive = folder.resolve(name());
      if (Files.size(archive) != bytes) {
        throw new DataException(
            "%s has %d bytes, should have %d: delete it"
                .formatted(archive, Files.size(archive), bytes));
      }
      String actual = Sha256.of(archive);
      if (!actual.equals(sha256)) {
        throw new DataException(
            "%s has SHA-256 %s, should have %s: delete it".formatted(archive, actual, sha256));
      }
      unpack(archive, staging, progress);
    }
  }

  private void download(Path folder, Path staging, Progress progress) throws IOException {
    Path part = folder.resolve(name() + ".part");
    new Download(uri, bytes, sha256, connect, stall).to(part, progress);
    unpack(part, staging, progress);
    Files.delete(part);
  }

  private void unpack(Path archive, Path staging, Progress progress) {
    progress.at("unpack " + archive, 0, -1);
    Archive.unpack(archive, files.folder(), files.lengths(), staging);
  }
}
