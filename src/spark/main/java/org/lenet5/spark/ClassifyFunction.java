package org.lenet5.spark;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;

/**
 * A model as a function of SQL, for a few thousand images at most: it takes a row at a time, where
 * {@link Classification} takes hundreds.
 *
 * <pre>{@code
 * ClassifyFunction.register(spark, "classify", "checkpoints/pets");
 * spark.sql("SELECT path, classify(content).label FROM photos");
 * }</pre>
 */
public final class ClassifyFunction implements UDF1<byte[], Row> {
  private static final long serialVersionUID = 1L;

  private final ShippedModel model;
  private final int top;

  private ClassifyFunction(ShippedModel model, int top) {
    this.model = model;
    this.top = top;
  }

  /**
   * Registers a function of a binary value, an image file, whose result is a struct of {@code
   * label}, {@code probability}, {@code probabilities}, {@code model} and {@code error}, as {@link
   * Classification} says.
   *
   * @param name of the function
   * @param path of the model, as for {@link Classification#model}
   * @throws org.lenet5.classify.ModelException if there is no such model, or it is damaged
   */
  public static void register(SparkSession spark, String name, String path) {
    spark
        .udf()
        .register(name, new ClassifyFunction(ShippedModel.pack(spark, path), 5), Results.COLUMNS);
  }

  @Override
  public Row call(byte[] content) {
    if (content == null) {
      return null;
    }
    try (ExecutorModels.Lease lease = ExecutorModels.lease(model)) {
      PictureReader reader =
          new PictureReader(ImageKind.PICTURE, lease.classifier().imageShape(), null, true);
      PictureReader.Read read = reader.picture(content);
      return RowFactory.create(
          read.error() == null
              ? Results.of(
                  lease.classifier().classifyDecoded(List.of(read.image())).get(0),
                  top,
                  model.sha256())
              : Results.failed(read.error(), model.sha256()));
    }
  }
}
