package org.lenet5.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.lenet5.io.Sha256;

/** A CIFAR-10 of seven images a file, in all the forms that it can be fetched in. */
final class CifarFixture {
  static final int RECORDS = 7;

  final Map<String, byte[]> files = new LinkedHashMap<>();
  final byte[] archive;
  final Cifar10.Release release;

  CifarFixture() throws IOException {
    for (String file : Cifar10.FILES) {
      files.put(file, CifarRecordsTest.records(file.hashCode(), RECORDS));
    }
    try (Tar tar = new Tar()) {
      tar.folder("cifar-10-batches-bin/");
      tar.file("cifar-10-batches-bin/readme.html", new byte[100]);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        tar.file("cifar-10-batches-bin/" + file.getKey(), file.getValue());
      }
      archive = tar.bytes();
    }
    release =
        new Cifar10.Release(
            RECORDS,
            archive.length,
            sha256(archive),
            files.values().stream().map(CifarFixture::sha256).toList());
  }

  void writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /** The files of the npm package. */
  Map<String, byte[]> npmFiles() throws IOException {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    StringBuilder train = new StringBuilder();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      contents.put(file.getKey().replace(".bin", ".png"), png(file.getValue()));
      String labels =
          IntStream.range(0, RECORDS)
              .mapToObj(i -> String.valueOf(file.getValue()[i * 3073]))
              .collect(Collectors.joining(","));
      if (file.getKey().startsWith("test")) {
        contents.put("test_lables.json", text("[" + labels + "]"));
      } else {
        train.append(train.isEmpty() ? "[" : ",").append(labels);
      }
    }
    contents.put("train_lables.json", text(train + "]"));
    return contents;
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] tarball(Map<String, byte[]> npmFiles) throws IOException {
    try (Tar tar = new Tar()) {
      for (Map.Entry<String, byte[]> file : npmFiles.entrySet()) {
        tar.file("package/" + file.getKey(), file.getValue());
      }
      return tar.bytes();
    }
  }

  static byte[] png(byte[] records) throws IOException {
    BufferedImage strip =
        new BufferedImage(1024, records.length / 3073, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < strip.getHeight(); y++) {
      for (int x = 0; x < 1024; x++) {
        int at = y * 3073 + 1 + x;
        strip.setRGB(
            x,
            y,
            (records[at] & 255) << 16 | (records[at + 1024] & 255) << 8 | records[at + 2048] & 255);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(strip, "png", out);
    return out.toByteArray();
  }

  static String sha256(byte[] bytes) {
    MessageDigest digest = Sha256.digest();
    digest.update(bytes);
    return Sha256.hex(digest);
  }

  /** Writes a {@code .tar.gz}, safe or not. */
  static final class Tar implements AutoCloseable {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar;

    Tar() throws IOException {
      tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes));
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    }

    Tar file(String name, byte[] content) throws IOException {
      return entry(new TarArchiveEntry(name, true), content);
    }

    void folder(String name) throws IOException {
      entry(new TarArchiveEntry(name, true), new byte[0]);
    }

    Tar link(String name, byte type, String target) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
      entry.setLinkName(target);
      return entry(entry, new byte[0]);
    }

    private Tar entry(TarArchiveEntry entry, byte[] content) throws IOException {
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    }

    /** The archive, which is then complete. */
    byte[] bytes() throws IOException {
      tar.close();
      return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
      tar.close();
    }
  }
}
