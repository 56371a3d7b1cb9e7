package org.lenet5.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.network.util.JavaUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.lenet5.io.OneLine;

/**
 * The images that a job is to label.
 *
 * @param rows one for each
 * @param kind what {@code column} holds
 * @param column of the image
 * @param kept columns that the result is to have
 * @param files how many pictures were found in folders; −1 for rows of a table
 */
record ClassifyInput(
    Dataset<Row> rows, ImageKind kind, String column, List<String> kept, long files) {
  /** Suffixes of the pictures that can be read, as a pattern of Hadoop's. */
  static final String PICTURES =
      "*.{[pP][nN][gG],[jJ][pP][gG],[jJ][pP][eE][gG],[jJ][fF][iI][fF],[gG][iI][fF],[bB][mM][pP],"
          + "[wW][eE][bB][pP],[tT][iI][fF],[tT][iI][fF][fF]}";

  // How much goes into a task, of which Spark's own settings decide. What opening a file counts for
  // makes it four thousand small pictures: with Spark's 4 MB it would be 32, and a task begin more
  // often than work; for each one's output Hadoop starts chmod several times.
  private static final String MOST_BYTES = "spark.sql.files.maxPartitionBytes";
  private static final String OPEN_COST = "spark.sql.files.openCostInBytes";
  private static final String SMALL_COST = Integer.toString(32 << 10);

  /** Folders of pictures, or Parquet. */
  static ClassifyInput of(
      SparkSession spark, List<String> paths, String glob, String column, boolean pixels) {
    for (String each : paths) {
      requireThere(spark, each);
    }
    boolean parquet = paths.stream().allMatch(each -> isParquet(spark, each));
    return parquet
        ? of(spark.read().parquet(paths.toArray(String[]::new)), column, pixels)
        : pictures(spark, paths, glob);
  }

  /** A table of Spark's catalogue. */
  static ClassifyInput table(SparkSession spark, String table, String column, boolean pixels) {
    if (!spark.catalog().tableExists(table)) {
      throw JobException.badData("--table " + table + ": there is no such table", null);
    }
    return of(spark.table(table), column, pixels);
  }

  private static ClassifyInput pictures(SparkSession spark, List<String> paths, String glob) {
    if (!spark.sparkContext().getConf().contains(OPEN_COST)) {
      spark.conf().set(OPEN_COST, SMALL_COST);
    }
    Optional<List<java.nio.file.Path>> local = local(spark, paths);
    Dataset<Row> found;
    long files;
    if (local.isEmpty()) {
      found = sharedPictures(spark, paths, glob);
      files = found.inputFiles().length;
    } else {
      List<List<String>> tasks = localPictures(spark, local.get(), glob);
      found = rows(spark, tasks);
      files = tasks.stream().mapToLong(List::size).sum();
    }
    if (files == 0) {
      throw JobException.badData(
          "--input "
              + String.join(" ", paths)
              + ": holds no pictures"
              + (glob.equals(PICTURES)
                  ? "; PNG, JPEG, GIF, BMP, WebP and TIFF are read"
                  : " whose names match --glob " + glob),
          null);
    }
    return new ClassifyInput(found, ImageKind.PATH, "path", List.of("path"), files);
  }

  // Spark finds the files and makes tasks of them, near to where they lie; the tasks read them, so
  // that a file which cannot be read is a row like any other.
  private static Dataset<Row> sharedPictures(SparkSession spark, List<String> paths, String glob) {
    return spark
        .read()
        .format("binaryFile")
        .option("recursiveFileLookup", "true")
        .option("pathGlobFilter", glob)
        .load(paths.toArray(String[]::new))
        .select("path");
  }

  private static List<List<String>> localPictures(
      SparkSession spark, List<java.nio.file.Path> sources, String glob) {
    try {
      return LocalPictures.of(
          sources,
          glob,
          JavaUtils.byteStringAsBytes(spark.conf().get(MOST_BYTES)),
          JavaUtils.byteStringAsBytes(spark.conf().get(OPEN_COST)),
          spark.sparkContext().defaultParallelism());
    } catch (IOException e) {
      throw JobException.badData("--input: cannot be listed: " + OneLine.reason(e), e);
    }
  }

  private static Dataset<Row> rows(SparkSession spark, List<List<String>> tasks) {
    return spark
        .createDataset(
            new JavaSparkContext(spark.sparkContext())
                .parallelize(tasks, Math.max(1, tasks.size()))
                .flatMap(List::iterator)
                .rdd(),
            Encoders.STRING())
        .toDF("path");
  }

  // Of paths that all lie on this machine's own file system.
  private static Optional<List<java.nio.file.Path>> local(SparkSession spark, List<String> paths) {
    List<java.nio.file.Path> found = new ArrayList<>();
    for (String each : paths) {
      if (!(files(spark, each) instanceof LocalFileSystem)) {
        return Optional.empty();
      }
      for (FileStatus match : matches(spark, each)) {
        found.add(java.nio.file.Path.of(match.getPath().toUri().getPath()));
      }
    }
    return Optional.of(found);
  }

  private static ClassifyInput of(Dataset<Row> rows, String named, boolean pixels) {
    StructField column = column(rows, named);
    ImageKind kind =
        is(column, ImageKind.PATH) ? ImageKind.PATH : pixels ? ImageKind.PIXELS : ImageKind.PICTURE;
    if (!column.dataType().equals(kind.type())) {
      throw JobException.wrongUsage(
          "--column "
              + column.name()
              + ": is "
              + column.dataType().simpleString()
              + ", must be binary (images) or string (where they are)");
    }
    if (pixels && kind == ImageKind.PATH) {
      throw JobException.wrongUsage(
          "--pixels: column " + column.name() + " is string, must be binary");
    }
    List<String> kept =
        Arrays.stream(rows.schema().fieldNames())
            .filter(each -> kind == ImageKind.PATH || !each.equals(column.name()))
            .toList();
    return new ClassifyInput(rows, kind, column.name(), kept, -1);
  }

  private static boolean is(StructField column, ImageKind kind) {
    return column.dataType().equals(kind.type());
  }

  // Without a name: the one that holds bytes, else that which says where images are.
  private static StructField column(Dataset<Row> rows, String named) {
    List<StructField> all = List.of(rows.schema().fields());
    if (named != null) {
      return find(all, named)
          .orElseThrow(
              () ->
                  JobException.wrongUsage(
                      "--column " + named + ": there is none; the input has " + names(all)));
    }
    List<StructField> bytes = all.stream().filter(each -> is(each, ImageKind.PICTURE)).toList();
    if (bytes.size() == 1) {
      return bytes.get(0);
    }
    return find(all, "path")
        .filter(each -> is(each, ImageKind.PATH))
        .orElseThrow(
            () ->
                JobException.wrongUsage(
                    "--column: must name the column of the images; the input has " + names(all)));
  }

  private static Optional<StructField> find(List<StructField> all, String name) {
    return all.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private static String names(List<StructField> all) {
    return String.join(
        ", ", all.stream().map(each -> each.name() + " " + text(each.dataType())).toList());
  }

  private static String text(DataType type) {
    return type.simpleString();
  }

  private static FileSystem files(SparkSession spark, String path) {
    try {
      return new Path(path).getFileSystem(spark.sparkContext().hadoopConfiguration());
    } catch (IOException | IllegalArgumentException e) {
      throw JobException.badData("--input " + path + ": " + OneLine.reason(e), e);
    }
  }

  private static FileStatus[] matches(SparkSession spark, String path) {
    try {
      FileStatus[] found = files(spark, path).globStatus(new Path(path));
      return found == null ? new FileStatus[0] : found;
    } catch (IOException e) {
      throw JobException.badData("--input " + path + ": " + OneLine.reason(e), e);
    }
  }

  private static void requireThere(SparkSession spark, String path) {
    if (matches(spark, path).length == 0) {
      throw JobException.badData("--input " + path + ": there is no such file or folder", null);
    }
  }

  private static boolean isParquet(SparkSession spark, String path) {
    return path.endsWith(".parquet") || matches(spark, path + "/*.parquet").length > 0;
  }
}
