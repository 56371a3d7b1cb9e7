package org.lenet5.spark;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.lenet5.classify.Prediction;

/** The columns that say what a model says of an image, in their order. */
final class Results {
  private static final StructType RANKED =
      new StructType().add("label", DataTypes.StringType).add("probability", DataTypes.FloatType);

  /**
   * {@code label} and {@code probability} of the most probable class; {@code probabilities}, an
   * array of labels with their probabilities, the most probable first; {@code model}, its SHA-256;
   * {@code error}, why there is nothing of these, else null.
   */
  static final StructType COLUMNS =
      new StructType()
          .add("label", DataTypes.StringType)
          .add("probability", DataTypes.FloatType)
          .add("probabilities", DataTypes.createArrayType(RANKED, false))
          .add("model", DataTypes.StringType, false)
          .add("error", DataTypes.StringType);

  private Results() {}

  /**
   * The input's columns with these behind them.
   *
   * @param prefix of these columns' names
   * @throws IllegalArgumentException if the input has one of the same name
   */
  static StructType after(StructType input, String prefix) {
    StructType all = input;
    for (StructField column : COLUMNS.fields()) {
      String name = prefix + column.name();
      if (List.of(input.fieldNames()).stream().anyMatch(name::equalsIgnoreCase)) {
        throw new IllegalArgumentException(
            "column "
                + name
                + ": is in the input already; set a prefix for the columns of results");
      }
      all = all.add(name, column.dataType(), column.nullable());
    }
    return all;
  }

  /** The values of an image that has a prediction. */
  static Object[] of(Prediction prediction, int top, String model) {
    Row[] ranked =
        prediction.top(top).stream()
            .map(each -> RowFactory.create(each.label(), each.probability()))
            .toArray(Row[]::new);
    return new Object[] {prediction.label(), prediction.probability(), ranked, model, null};
  }

  /** The values of an image that could not be read. */
  static Object[] failed(String error, String model) {
    return new Object[] {null, null, null, model, error};
  }
}
