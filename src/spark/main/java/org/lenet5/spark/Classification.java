package org.lenet5.spark;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Labels the images of a data set:
 *
 * <pre>{@code
 * Dataset<Row> photos = spark.read().format("binaryFile").load("hdfs:///photos/*.jpg");
 * Classification.of(photos).model("hdfs:///models/pets").run().write().parquet("hdfs:///labels");
 * }</pre>
 *
 * <p>The result has the input's columns, and behind them {@code label} and {@code probability} (0
 * to 1) of the most probable class, {@code probabilities}, an array of structs of both, the most
 * probable first, {@code model}, the model's SHA-256, and {@code error}: why an image could not be
 * read, and then there is no label; else null. An image that cannot be read ends no job.
 *
 * <p>The model is packed when {@link #run} is called, goes once to each executor, and proves itself
 * there; an executor has one for all of its tasks. A task uses {@code spark.task.cpus} threads.
 * What is called here changes this object and gives it back; not thread-safe.
 */
public final class Classification {
  /** Images that are computed at a time, unless {@link #group} says otherwise. */
  public static final int DEFAULT_GROUP = 256;

  private static final int MOST_GROUP = 4096;

  private Dataset<Row> images;
  private String model;
  private ImageKind kind = ImageKind.PICTURE;
  private String column = "content";
  private List<String> kept;
  private String prefix = "";
  private int top = 5;
  private int group = DEFAULT_GROUP;
  private LongAccumulator done;
  private LongAccumulator failed;

  private Classification(Dataset<Row> images) {
    this.images = images;
  }

  /** Of images in a column {@code content}, as Spark's {@code binaryFile} gives them. */
  public static Classification of(Dataset<Row> images) {
    return new Classification(images);
  }

  /**
   * The model, which must be named.
   *
   * @param path of a SavedModel's folder, the folder above its versions or a run's folder, on this
   *     machine or on any file system that Hadoop knows
   */
  public Classification model(String path) {
    model = path;
    return this;
  }

  /** The binary column that holds image files. */
  public Classification pictures(String name) {
    return images(ImageKind.PICTURE, name);
  }

  /**
   * The binary column that holds pixels, uint8 [height,width,channels] of the model's shape: row by
   * row, red, green and blue side by side.
   */
  public Classification pixels(String name) {
    return images(ImageKind.PIXELS, name);
  }

  /** The column of text that says where each image file is, on any file system of Hadoop's. */
  public Classification paths(String name) {
    return images(ImageKind.PATH, name);
  }

  Classification images(ImageKind newKind, String name) {
    kind = newKind;
    column = name;
    return this;
  }

  /** The columns of the input that the result has; all, unless this is called. */
  public Classification keep(List<String> names) {
    kept = List.copyOf(names);
    return this;
  }

  /** What the names of the result's new columns begin with; nothing, unless this is called. */
  public Classification prefix(String text) {
    prefix = text;
    return this;
  }

  /**
   * How many classes {@code probabilities} has: 5, unless this is called.
   *
   * @param k at least 1; more than there are classes gives all of them
   */
  public Classification top(int k) {
    require(k >= 1, "top (" + k + ") must be at least 1");
    top = k;
    return this;
  }

  /**
   * How many images are computed at a time.
   *
   * @param size 1 to 4096
   */
  public Classification group(int size) {
    require(
        size >= 1 && size <= MOST_GROUP, "group (" + size + ") must be from 1 to " + MOST_GROUP);
    group = size;
    return this;
  }

  /** Other images, with the same columns. */
  Classification with(Dataset<Row> others) {
    images = others;
    return this;
  }

  /** What counts the images, and those that could not be read, as tasks end. */
  Classification counting(LongAccumulator all, LongAccumulator bad) {
    done = all;
    failed = bad;
    return this;
  }

  /**
   * The result's columns.
   *
   * @throws IllegalArgumentException if the input has no such column as was named, or has one that
   *     the result adds
   */
  StructType schema() {
    return schema(images.schema(), kind, column, keptNames(), prefix);
  }

  static StructType schema(
      StructType input, ImageKind kind, String column, List<String> kept, String prefix) {
    require(
        List.of(input.fieldNames()).contains(column),
        "column "
            + column
            + ": is not in the input, which has "
            + String.join(", ", input.fieldNames()));
    require(
        input.apply(column).dataType().equals(kind.type()),
        "column "
            + column
            + ": is "
            + input.apply(column).dataType().simpleString()
            + ", must be "
            + kind.type().simpleString());
    StructType left = new StructType();
    for (String name : kept) {
      left = left.add(input.apply(name));
    }
    return Results.after(left, prefix);
  }

  private List<String> keptNames() {
    return kept == null ? List.of(images.schema().fieldNames()) : kept;
  }

  /**
   * The labelled images; nothing is computed before they are asked for.
   *
   * @throws IllegalArgumentException if a column is not as it should be
   * @throws org.lenet5.classify.ModelException if there is no such model, or it is damaged
   */
  public Dataset<Row> run() {
    require(model != null, "model: must be named");
    return run(ShippedModel.pack(images.sparkSession(), model));
  }

  Dataset<Row> run(ShippedModel shipped) {
    StructType schema = schema();
    SparkSession spark = images.sparkSession();
    List<String> names = List.of(images.schema().fieldNames());
    Broadcast<SerializableConfiguration> hadoop =
        new JavaSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
    ClassifyRows work =
        new ClassifyRows(
            shipped,
            hadoop,
            kind,
            names.indexOf(column),
            keptNames().stream().mapToInt(names::indexOf).toArray(),
            top,
            group,
            attempts(spark),
            done == null ? counter(spark) : done,
            failed == null ? counter(spark) : failed);
    return images.mapPartitions(work, Encoders.row(schema));
  }

  private static LongAccumulator counter(SparkSession spark) {
    return spark.sparkContext().longAccumulator();
  }

  // A local master tries once.
  private static int attempts(SparkSession spark) {
    return spark.sparkContext().isLocal()
        ? 1
        : Integer.parseInt(spark.sparkContext().getConf().get("spark.task.maxFailures", "4"));
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
