package org.lenet5.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkFiles;
import org.lenet5.data.DataFile;
import org.lenet5.data.Dataset;
import org.lenet5.io.AtomicFiles;

/**
 * A data set in a file, which Spark hands to each executor before its first task.
 *
 * @param file on the driver
 * @param sha256 of the file, in hexadecimal
 */
record SentData(String file, String sha256) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Map<String, Dataset> HERE = new HashMap<>();

  /**
   * Writes the file, into Java's folder of temporary files.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  static SentData pack(Dataset data) {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      // Spark names what it hands out by the file's name alone.
      Path file = Files.createTempFile(folder, "lenet5-", ".data");
      file.toFile().deleteOnExit();
      return new SentData(file.toString(), DataFile.write(data, file));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write in", folder, e);
    }
  }

  /**
   * The data set on the machine that a task runs on; its bytes are compared with their SHA-256 once
   * in a JVM.
   *
   * @throws org.lenet5.data.DataException if it is not what was sent
   */
  Dataset open() {
    synchronized (HERE) {
      return HERE.computeIfAbsent(sha256, any -> DataFile.read(here(), sha256));
    }
  }

  private Path here() {
    return Path.of(SparkFiles.get(Path.of(file).getFileName().toString()));
  }

  /** On the driver. */
  void delete() {
    AtomicFiles.delete(Path.of(file));
  }
}
