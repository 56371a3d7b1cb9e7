package org.lenet5.spark;

import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** How results are written, and read again by a run that goes on. */
enum Format {
  PARQUET(Map.of()),
  /** With a header and quotes as in RFC 4180; {@code probabilities} as JSON, as it is no text. */
  CSV(Map.of("header", "true", "escape", "\"", "multiLine", "true")),
  /** An object a line, all with the same names. */
  JSON(Map.of("ignoreNullFields", "false"));

  private final Map<String, String> options;

  Format(Map<String, String> options) {
    this.options = options;
  }

  /** Spark's name for it. */
  String source() {
    return name().toLowerCase(Locale.ROOT);
  }

  Map<String, String> options() {
    return options;
  }

  /** The rows as this can hold them. */
  Dataset<Row> writable(Dataset<Row> rows, String probabilities) {
    return this == CSV
        ? rows.withColumn(probabilities, functions.to_json(functions.col(probabilities)))
        : rows;
  }

  /** The columns that were written, for reading them. */
  StructType written(StructType rows, String probabilities) {
    if (this != CSV) {
      return rows;
    }
    StructType all = new StructType();
    for (StructField each : rows.fields()) {
      all =
          each.name().equals(probabilities)
              ? all.add(each.name(), DataTypes.StringType)
              : all.add(each);
    }
    return all;
  }
}
