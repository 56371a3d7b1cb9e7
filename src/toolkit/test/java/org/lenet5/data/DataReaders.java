package org.lenet5.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** This package's readers of bytes from outside and inputs for them, for the tests of readers. */
public final class DataReaders {
  public static final int RECORDS = 3;
  private static final long MOST = 2000;

  private DataReaders() {}

  /** A file of CIFAR-10 records. */
  public static byte[] records() {
    return CifarRecordsTest.records(1, RECORDS);
  }

  /** Unpacks in/a and in/b, of at most 2,000 bytes each, into {@code target}. */
  public static void unpack(Path archive, Path target) {
    Archive.unpack(archive, "in", Map.of("a", MOST, "b", MOST), target);
  }

  /** An archive that {@link #unpack} takes, not compressed. */
  public static byte[] tar() throws IOException {
    try (CifarFixture.Tar tar = new CifarFixture.Tar()) {
      tar.folder("in/");
      tar.file("in/readme.html", new byte[20]);
      return plain(tar.file("in/a", CifarFixture.text("abc")).file("in/b", new byte[1500]));
    }
  }

  /** An archive with an entry that must not be unpacked. */
  public static byte[] evilTar(String name) throws IOException {
    try (CifarFixture.Tar tar = new CifarFixture.Tar()) {
      return plain(tar.file("in/b", new byte[3]).file(name, CifarFixture.text("abc")));
    }
  }

  /** An archive in which in/a is a symbolic link. */
  public static byte[] linkTar(String target) throws IOException {
    try (CifarFixture.Tar tar = new CifarFixture.Tar()) {
      return plain(tar.link("in/a", TarConstants.LF_SYMLINK, target).file("in/a/b", new byte[3]));
    }
  }

  private static byte[] plain(CifarFixture.Tar tar) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(tar.bytes())).readAllBytes();
  }

  /** The npm package's picture of {@link #RECORDS} images. */
  public static byte[] strip() throws IOException {
    return CifarFixture.png(records());
  }

  public static void readStrip(Path file) {
    NpmPackage.strip(file, RECORDS);
  }

  public static void readLabels(Path file) {
    NpmPackage.labels(file, RECORDS);
  }
}
