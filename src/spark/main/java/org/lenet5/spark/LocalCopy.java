package org.lenet5.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import org.lenet5.io.TemporaryFolder;

/** A folder on this machine's disk: where it is already, or a copy, which is deleted. */
final class LocalCopy implements AutoCloseable {
  private final Path path;
  private final TemporaryFolder copy;

  private LocalCopy(Path path, TemporaryFolder copy) {
    this.path = path;
    this.copy = copy;
  }

  /** Of a local path, where there is such a folder, else of one that Hadoop knows. */
  static LocalCopy of(SparkSession spark, String path) throws IOException {
    org.apache.hadoop.fs.Path there = new org.apache.hadoop.fs.Path(path);
    String scheme = there.toUri().getScheme();
    if (scheme == null && Files.exists(Path.of(path))) {
      return new LocalCopy(Path.of(path), null);
    }
    if ("file".equals(scheme)) {
      return new LocalCopy(Path.of(there.toUri().getPath()), null);
    }
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    FileSystem files = there.getFileSystem(hadoop);
    TemporaryFolder copy = TemporaryFolder.create();
    try {
      // A name that a version may have: what stands above one is looked for by number.
      Path target = copy.path().resolve("model");
      if (!FileUtil.copy(files, there, target.toFile(), false, hadoop)) {
        throw new IOException("cannot copy " + path);
      }
      return new LocalCopy(target, copy);
    } catch (FileNotFoundException e) {
      copy.close();
      throw new FileNotFoundException(path + ": there is no such folder");
    } catch (IOException | RuntimeException e) {
      copy.close();
      throw e;
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    if (copy != null) {
      copy.close();
    }
  }
}
