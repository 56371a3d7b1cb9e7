package org.lenet5.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.lenet5.checkpoint.RunException;
import org.lenet5.exercise.RunDelivery;
import org.lenet5.exercise.RunOrder;
import org.lenet5.io.OneLine;

/**
 * What came of runs, in a folder that the driver and all executors see, on any file system that
 * Hadoop knows: a sealed file for each, named by the SHA-256 of what was asked. A file has its name
 * when it is whole. Whoever asks the same, from whatever machine, finds it. Thread-safe.
 */
final class SharedResults implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String SUFFIX = ".run";
  private static final String UNFINISHED = ".part";
  // An array's bound, nearly; a run of LeNet5 has some MB.
  private static final long MOST_BYTES = Integer.MAX_VALUE - 64;

  private final String folder;
  private final Broadcast<SerializableConfiguration> hadoop;

  private SharedResults(String folder, Broadcast<SerializableConfiguration> hadoop) {
    this.folder = folder;
    this.hadoop = hadoop;
  }

  /**
   * In a folder, which is made where it is not there.
   *
   * @throws IllegalArgumentException "--spark-results path: …" if there cannot be such a folder
   */
  static SharedResults in(JavaSparkContext context, String path) {
    Configuration hadoop = context.hadoopConfiguration();
    try {
      Path given = new Path(path);
      FileSystem files = given.getFileSystem(hadoop);
      // Executors have other current folders than this process.
      Path folder = files.makeQualified(given);
      if (!files.mkdirs(folder)) {
        throw new IOException("this folder cannot be made");
      }
      return new SharedResults(
          folder.toString(), context.broadcast(new SerializableConfiguration(hadoop)));
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          OneLine.of("--spark-results " + path + ": " + OneLine.reason(e)), e);
    }
  }

  private Path file(String order) {
    return new Path(folder, order + SUFFIX);
  }

  private FileSystem files() throws IOException {
    return new Path(folder).getFileSystem(hadoop.value().value());
  }

  /** The file of an order, for messages. */
  String name(RunOrder order) {
    return file(order.sha256()).toString();
  }

  /** True if there is a file of an order. */
  boolean has(RunOrder order) throws IOException {
    return files().exists(file(order.sha256()));
  }

  /**
   * What came of an order, if that is there, whole.
   *
   * @param remarks told, in a line, what is there instead
   */
  Optional<RunDelivery> find(RunOrder order, Consumer<String> remarks) {
    String name = name(order);
    try {
      RunDelivery found = RunDelivery.of(read(file(order.sha256())));
      if (found.isOf(order)) {
        return Optional.of(found);
      }
      remarks.accept(name + " is of something else; training it again");
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (RunException e) {
      remarks.accept(name + " " + e.getMessage() + "; training it again");
    } catch (IOException e) {
      remarks.accept(name + " cannot be read, " + OneLine.reason(e) + "; training it again");
    }
    return Optional.empty();
  }

  private byte[] read(Path file) throws IOException {
    FileSystem files = files();
    FileStatus status = files.getFileStatus(file);
    if (!status.isFile() || status.getLen() > MOST_BYTES) {
      throw new RunException("is no archive of a run");
    }
    try (FSDataInputStream in = files.open(file)) {
      return in.readAllBytes();
    }
  }

  private boolean isWhole(Path file, String order) throws IOException {
    try {
      return RunDelivery.of(read(file)).order().equals(order);
    } catch (FileNotFoundException | RunException e) {
      return false;
    }
  }

  /**
   * Publishes what came of an order, under its name when it is whole. Of two tasks that do so at
   * the same time either may win: they have the same. A task that was lost while it wrote leaves a
   * file of another name, which the next one deletes.
   */
  void write(RunDelivery delivery) throws IOException {
    FileSystem files = files();
    Path target = file(delivery.order());
    String hidden = "." + delivery.order() + ".";
    Path own = new Path(folder, hidden + UUID.randomUUID() + UNFINISHED);
    try {
      try (OutputStream out = files.create(own, false)) {
        out.write(delivery.toBytes());
      }
      files.delete(target, false); // damaged, else the task would have taken it
      if (!files.rename(own, target)) {
        throw new IOException("cannot rename " + own.getName() + " to " + target.getName());
      }
    } catch (IOException e) {
      files.delete(own, false);
      if (!isWhole(target, delivery.order())) {
        throw e;
      }
    }
    for (FileStatus each :
        files.listStatus(
            new Path(folder),
            path -> path.getName().startsWith(hidden) && path.getName().endsWith(UNFINISHED))) {
      files.delete(each.getPath(), false);
    }
  }
}
