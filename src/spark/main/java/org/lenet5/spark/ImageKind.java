package org.lenet5.spark;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** What a column holds of an image. */
enum ImageKind {
  /** The bytes of an image file. */
  PICTURE(DataTypes.BinaryType),
  /** Pixels, uint8 [height,width,channels] of the model's own shape. */
  PIXELS(DataTypes.BinaryType),
  /** Where an image file is. */
  PATH(DataTypes.StringType);

  private final DataType type;

  ImageKind(DataType type) {
    this.type = type;
  }

  DataType type() {
    return type;
  }
}
