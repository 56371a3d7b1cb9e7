package org.lenet5.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.lenet5.classify.Classifier;
import org.lenet5.io.Sha256;
import org.lenet5.io.TemporaryFolder;

/**
 * A model on its way to the executors: packed once, by the driver, and handed on from executor to
 * executor. What happens to its folder meanwhile changes nothing. Immutable; small in a task.
 */
final class ShippedModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String sha256;
  private final String archiveSha256;
  private final Broadcast<byte[]> archive;

  private ShippedModel(String sha256, byte[] bytes, SparkSession spark) {
    this.sha256 = sha256;
    this.archiveSha256 = Sha256.of(bytes);
    this.archive = new JavaSparkContext(spark.sparkContext()).broadcast(bytes);
  }

  /**
   * Packs a model.
   *
   * @param path of a SavedModel's folder, the folder above its versions or a run's, here or on any
   *     file system that Hadoop knows
   * @throws org.lenet5.classify.ModelException if there is no such model, or its files are not what
   *     its digests say
   * @throws UncheckedIOException if it cannot be read, or there is no such folder
   */
  static ShippedModel pack(SparkSession spark, String path) {
    try (LocalCopy copy = LocalCopy.of(spark, path)) {
      Path folder = Classifier.folder(copy.path());
      byte[] bytes = zip(folder);
      // Of what is packed, not of the folder, which may have changed since.
      try (TemporaryFolder again = TemporaryFolder.create()) {
        unzip(bytes, again.path());
        return new ShippedModel(Classifier.sha256(again.path()), bytes, spark);
      }
    } catch (FileNotFoundException e) {
      throw new UncheckedIOException(path + ": there is no such folder; " + NamedModel.MUST_BE, e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot pack the model " + path + ": " + e.getMessage(), e);
    }
  }

  /** What tells this model from all others, as {@link Classifier#sha256}. */
  String sha256() {
    return sha256;
  }

  /** What tells this archive from all others. */
  String archiveSha256() {
    return archiveSha256;
  }

  /**
   * Unpacks the model here, loads it and lets it prove itself; the caller closes it.
   *
   * @throws org.lenet5.classify.ModelException if it is not the model that was packed
   */
  Classifier load() {
    byte[] bytes = archive.value();
    String found = Sha256.of(bytes);
    if (!found.equals(archiveSha256)) {
      throw new IllegalStateException(
          "the model arrived damaged: its archive's SHA-256 is "
              + found
              + ", should be "
              + archiveSha256);
    }
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      unzip(bytes, folder.path());
      return Classifier.load(folder.path());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the model: " + e.getMessage(), e);
    }
  }

  private static byte[] zip(Path folder) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Stream<Path> tree = Files.walk(folder, FileVisitOption.FOLLOW_LINKS);
        ZipOutputStream zip = new ZipOutputStream(bytes)) {
      List<Path> files = tree.filter(Files::isRegularFile).sorted().toList();
      for (Path file : files) {
        ZipEntry entry = new ZipEntry(folder.relativize(file).toString().replace('\\', '/'));
        entry.setTime(0); // the same files, the same archive
        zip.putNextEntry(entry);
        Files.copy(file, zip);
      }
    }
    return bytes.toByteArray();
  }

  private static void unzip(byte[] bytes, Path folder) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(entry.getName()).normalize();
        if (!file.startsWith(folder)) {
          throw new IOException("its archive names " + entry.getName());
        }
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
  }
}
