package org.lenet5.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.lenet5.classify.Classifier;

/**
 * {@link Classification} as a stage of a Spark ML {@code Pipeline}.
 *
 * <pre>{@code
 * ImageClassifier classifier = new ImageClassifier().setModel("checkpoints/pets").setTop(3);
 * Dataset<Row> labelled = classifier.transform(spark.read().format("binaryFile").load("photos"));
 * }</pre>
 *
 * <p>What is saved holds the model's files themselves, so that it can be loaded elsewhere.
 */
public final class ImageClassifier extends Transformer implements MLWritable {
  private static final long serialVersionUID = 1L;

  private static final String MODEL = "model";

  private final String uid;
  private final Param<String> model;
  private final Param<String> inputCol;
  private final Param<String> inputKind;
  private final Param<String> prefix;
  private final IntParam top;
  private final IntParam group;

  /** With a name of its own. */
  public ImageClassifier() {
    this(Identifiable.randomUID("imageClassifier"));
  }

  /** With that name, as Spark makes it when it is loaded. */
  public ImageClassifier(String uid) {
    this.uid = uid; // Params ask for it when they are made
    model = new Param<>(this, MODEL, "folder of the SavedModel, its versions or the run");
    inputCol = new Param<>(this, "inputCol", "column of the images");
    inputKind =
        new Param<>(
            this,
            "inputKind",
            "what that holds: picture (an image file), pixels (of the model's shape) or path");
    prefix = new Param<>(this, "prefix", "what the names of the new columns begin with");
    top = new IntParam(this, "top", "how many classes probabilities has, at least 1");
    group = new IntParam(this, "group", "images computed at a time, 1 to 4096");
    setDefault(inputCol, "content");
    setDefault(inputKind, "picture");
    setDefault(prefix, "");
    setDefault(top, 5);
    setDefault(group, Classification.DEFAULT_GROUP);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The parameter {@code model}. */
  public Param<String> model() {
    return model;
  }

  /** The parameter {@code inputCol}. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** The parameter {@code inputKind}. */
  public Param<String> inputKind() {
    return inputKind;
  }

  /** The parameter {@code prefix}. */
  public Param<String> prefix() {
    return prefix;
  }

  /** The parameter {@code top}. */
  public IntParam top() {
    return top;
  }

  /** The parameter {@code group}. */
  public IntParam group() {
    return group;
  }

  /** As {@link Classification#model}. */
  public ImageClassifier setModel(String value) {
    set(model, value);
    return this;
  }

  /** The column of the images; {@code content} if this is not called. */
  public ImageClassifier setInputCol(String value) {
    set(inputCol, value);
    return this;
  }

  /** What the column holds: {@code picture}, {@code pixels} or {@code path}. */
  public ImageClassifier setInputKind(String value) {
    set(inputKind, value);
    return this;
  }

  /** As {@link Classification#prefix}. */
  public ImageClassifier setPrefix(String value) {
    set(prefix, value);
    return this;
  }

  /** As {@link Classification#top}. */
  public ImageClassifier setTop(int value) {
    set(top, value);
    return this;
  }

  /** As {@link Classification#group}. */
  public ImageClassifier setGroup(int value) {
    set(group, value);
    return this;
  }

  private <T> T value(Param<T> param) {
    return getOrDefault(param);
  }

  private Classification of(Dataset<Row> images) {
    return Classification.of(images)
        .images(kind(), value(inputCol))
        .prefix(value(prefix))
        .top((Integer) getOrDefault(top))
        .group((Integer) getOrDefault(group));
  }

  private ImageKind kind() {
    String name = value(inputKind);
    return switch (name) {
      case "picture" -> ImageKind.PICTURE;
      case "pixels" -> ImageKind.PIXELS;
      case "path" -> ImageKind.PATH;
      default ->
          throw new IllegalArgumentException(
              "inputKind (" + name + ") must be picture, pixels or path");
    };
  }

  private String folder() {
    if (!isDefined(model)) {
      throw new IllegalArgumentException("model: must be set");
    }
    return value(model);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> images) {
    return of(images.toDF()).model(folder()).run();
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return Classification.schema(
        schema, kind(), value(inputCol), List.of(schema.fieldNames()), value(prefix));
  }

  @Override
  public ImageClassifier copy(ParamMap extra) {
    return (ImageClassifier) defaultCopy(extra);
  }

  @Override
  public MLWriter write() {
    return new MLWriter() {
      @Override
      public void saveImpl(String path) {
        new DefaultParamsWriter(ImageClassifier.this).saveImpl(path);
        SparkSession spark = sparkSession();
        try (LocalCopy copy = LocalCopy.of(spark, folder())) {
          Path to = new Path(path, MODEL);
          FileSystem files = to.getFileSystem(spark.sparkContext().hadoopConfiguration());
          files.copyFromLocalFile(new Path(Classifier.folder(copy.path()).toUri()), to);
        } catch (IOException e) {
          throw new UncheckedIOException("cannot save the model to " + path, e);
        }
      }
    };
  }

  /** Loads what was saved. */
  public static MLReader<ImageClassifier> read() {
    return new DefaultParamsReader<>() {
      @Override
      public ImageClassifier load(String path) {
        ImageClassifier loaded = super.load(path);
        return loaded.setModel(new Path(path, MODEL).toString());
      }
    };
  }

  /** Loads what was saved. */
  public static ImageClassifier load(String path) {
    return read().load(path);
  }
}
