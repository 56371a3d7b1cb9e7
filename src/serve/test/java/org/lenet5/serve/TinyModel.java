package org.lenet5.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lenet5.image.ImageShape;
import org.lenet5.io.Sha256;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/**
 * A real SavedModel that tells 16 million images apart: of three bytes of an image it makes the
 * probability of the class "yes", exactly, whatever the size of the batch. The rest is for "no".
 */
public final class TinyModel {
  /** What it takes: 12 bytes. */
  public static final ImageShape SHAPE = new ImageShape(2, 2, 3);

  private static final float SCALE = 1 << 24;

  private TinyModel() {}

  /**
   * Writes a model with digests.
   *
   * @param folder of the version
   * @param offset of the bytes that count, 0 to 9: so models differ
   */
  public static Path write(Path folder, int offset) {
    return write(folder, offset, true);
  }

  /** Writes a model, with digests and classes' names or, as one made elsewhere, without. */
  public static Path write(Path folder, int offset, boolean isProven) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Placeholder<TUint8> images =
          tf.withName("images").placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, 2, 2, 3)));
      float[][] weights = new float[SHAPE.bytes()][2];
      for (int i = 0; i < 3; i++) {
        float weight = (float) Math.pow(256, 2 - i) / SCALE;
        weights[offset + i] = new float[] {weight, -weight};
      }
      Operand<TFloat32> rows =
          tf.reshape(tf.dtypes.cast(images, TFloat32.class), tf.array(-1, SHAPE.bytes()));
      Operand<TFloat32> both =
          tf.math.add(tf.linalg.matMul(rows, tf.constant(weights)), tf.array(0f, 1f));
      tf.withName("probabilities").identity(both);
      tf.withName("logits").math.mul(both, tf.constant(4f));
      Operand<TInt64> best = tf.math.argMax(both, tf.constant(1));
      tf.withName("class_id").identity(best);
      Operand<TString> names = tf.array("yes", "no");
      tf.withName("label").gather(names, best, tf.constant(0));
      Files.createDirectories(folder.resolve("assets.extra"));
      Files.write(folder.resolve("saved_model.pb"), saved(graph).toByteArray());
      if (isProven) {
        Files.writeString(folder.resolve("assets.extra/labels.txt"), "yes\nno\n");
        digest(folder);
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SavedModel saved(Graph graph) {
    SignatureDef signature =
        SignatureDef.newBuilder()
            .putInputs("images", tensor("images", DataType.DT_UINT8, -1, 2, 2, 3))
            .putOutputs("probabilities", tensor("probabilities", DataType.DT_FLOAT, -1, 2))
            .putOutputs("logits", tensor("logits", DataType.DT_FLOAT, -1, 2))
            .putOutputs("class_id", tensor("class_id", DataType.DT_INT64, -1))
            .putOutputs("label", tensor("label", DataType.DT_STRING, -1))
            .setMethodName("tensorflow/serving/predict")
            .build();
    MetaGraphDef.Builder meta = MetaGraphDef.newBuilder();
    meta.getMetaInfoDefBuilder().addTags("serve");
    meta.setGraphDef(graph.toGraphDef()).putSignatureDef("serving_default", signature);
    return SavedModel.newBuilder().setSavedModelSchemaVersion(1).addMetaGraphs(meta).build();
  }

  private static TensorInfo tensor(String name, DataType type, long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long each : sizes) {
      shape.addDimBuilder().setSize(each);
    }
    return TensorInfo.newBuilder()
        .setName(name + ":0")
        .setDtype(type)
        .setTensorShape(shape)
        .build();
  }

  /** Writes the digests of a model's files anew. */
  public static void digest(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    StringBuilder lines = new StringBuilder();
    for (Path each : files) {
      if (!each.endsWith("SHA256SUMS")) {
        lines.append(Sha256.of(each)).append("  ").append(folder.relativize(each)).append('\n');
      }
    }
    Files.writeString(folder.resolve("assets.extra/SHA256SUMS"), lines);
  }

  /** The image with a number, 0 to 2^24-1, in the three bytes from {@code offset} on. */
  public static byte[] image(int number, int offset) {
    byte[] image = new byte[SHAPE.bytes()];
    image[offset] = (byte) (number >> 16);
    image[offset + 1] = (byte) (number >> 8);
    image[offset + 2] = (byte) number;
    return image;
  }

  /** The image with a number, for a model with the offset 0. */
  public static byte[] image(int number) {
    return image(number, 0);
  }

  /** What the model must answer to that image. */
  public static float yes(int number) {
    return number / SCALE;
  }

  /** An image as JSON: [[[…],[…]],[[…],[…]]]. */
  public static String json(byte[] image) {
    StringBuilder text = new StringBuilder("[");
    for (int y = 0; y < 2; y++) {
      text.append(y == 0 ? "[" : ",[");
      for (int x = 0; x < 2; x++) {
        text.append(x == 0 ? "[" : ",[");
        for (int c = 0; c < 3; c++) {
          text.append(c == 0 ? "" : ",").append(image[(2 * y + x) * 3 + c] & 0xFF);
        }
        text.append("]");
      }
      text.append("]");
    }
    return text.append("]").toString();
  }
}
