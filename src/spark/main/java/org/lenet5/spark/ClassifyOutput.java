package org.lenet5.spark;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.lenet5.io.OneLine;

/**
 * A folder of results. A task's rows are there, whole, when the task ends, and a task that is done
 * again replaces its own: so what a job that was stopped has left can be gone on with.
 *
 * @param folder on any file system that Hadoop knows
 * @param columns of the results
 * @param prefix of the columns that the model fills
 */
record ClassifyOutput(
    SparkSession spark, String folder, Format format, StructType columns, String prefix) {
  /** True if there is something already. */
  boolean exists() {
    try {
      Path path = new Path(folder);
      FileSystem files = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
      if (!files.exists(path)) {
        return false;
      }
      FileStatus[] content = files.listStatus(path);
      return content.length > 0;
    } catch (IOException | IllegalArgumentException e) {
      throw JobException.failed("--output " + folder + ": " + OneLine.reason(e), e);
    }
  }

  private Dataset<Row> done() {
    return spark
        .read()
        .format(format.source())
        .options(format.options())
        .schema(format.written(columns, prefix + "probabilities"))
        .load(folder);
  }

  /**
   * How many results there are already.
   *
   * @throws JobException if there are any of another model
   */
  long count(String model) {
    Dataset<Row> done = done();
    List<String> others =
        done.select(prefix + "model")
            .distinct()
            .filter(functions.col(prefix + "model").notEqual(model))
            .as(Encoders.STRING())
            .takeAsList(1);
    if (!others.isEmpty()) {
      throw JobException.wrongUsage(
          "--resume: %s holds results of the model %.12s…, --model is %.12s…; choose another --output"
              .formatted(folder, others.get(0), model));
    }
    return done.count();
  }

  /** The rows whose key has no result yet. */
  Dataset<Row> missing(Dataset<Row> rows, String key) {
    Dataset<Row> keys = done().select(key);
    return rows.join(keys, rows.col(key).equalTo(keys.col(key)), "left_anti");
  }

  /** Writes results beside what is there. */
  void write(Dataset<Row> results) {
    format
        .writable(results, prefix + "probabilities")
        .write()
        .format(format.source())
        .options(format.options())
        // A task's file goes to its place when the task ends, and not when all have ended.
        .option("mapreduce.fileoutputcommitter.algorithm.version", "2")
        .mode(SaveMode.Append)
        .save(folder);
  }
}
