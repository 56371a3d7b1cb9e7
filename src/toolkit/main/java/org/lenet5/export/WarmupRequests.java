package org.lenet5.export;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lenet5.summary.EventRecord;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The requests that TensorFlow Serving sends itself before it serves a model, so that no client
 * waits for the first run: {@code tf_serving_warmup_requests}, one for each golden image and one
 * for all of them.
 *
 * <p>A TFRecord file (see {@link EventRecord}) of PredictionLog messages. TensorFlow Java has none
 * of Serving's messages; these are the fields used, by number, from tensorflow_serving/apis:
 *
 * <pre>
 * PredictionLog   6 predict_log   PredictLog
 * PredictLog      1 request       PredictRequest
 * PredictRequest  1 model_spec    ModelSpec
 *                 2 inputs        map: 1 key, "images"; 2 value, TensorProto uint8 [n,h,w,c]
 * ModelSpec       1 name          string
 *                 3 signature_name  string
 * </pre>
 */
final class WarmupRequests {
  static final String FILE = "tf_serving_warmup_requests";

  // Serving looks at the signature alone; the name is whatever it is told to serve the model as.
  private static final String MODEL = "lenet5";

  private WarmupRequests() {}

  /** Writes the file into {@code extra}. */
  static void write(Path extra, ByteNdArray images) throws IOException {
    int count = (int) Math.min(GoldenFiles.MOST, images.shape().get(0));
    byte[] pixels = new byte[Math.toIntExact(images.size())];
    images.copyTo(DataBuffers.of(pixels));
    int size = pixels.length / (int) images.shape().get(0);
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      records.write(record(ByteString.copyFrom(pixels, i * size, size), 1, images.shape()));
    }
    if (count > 1) {
      records.write(record(ByteString.copyFrom(pixels, 0, count * size), count, images.shape()));
    }
    Files.write(extra.resolve(FILE), records.toByteArray());
  }

  private static byte[] record(ByteString pixels, int count, Shape images) throws IOException {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : images.tail().prepend(count).asArray()) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    byte[] tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_UINT8)
            .setTensorShape(shape)
            .setTensorContent(pixels)
            .build()
            .toByteArray();
    byte[] spec =
        message(
            out -> {
              out.writeString(1, MODEL);
              out.writeString(3, Signature.DEFAULT_KEY);
            });
    byte[] input =
        message(
            out -> {
              out.writeString(1, "images");
              out.writeByteArray(2, tensor);
            });
    byte[] request =
        message(
            out -> {
              out.writeByteArray(1, spec);
              out.writeByteArray(2, input);
            });
    byte[] predict = message(out -> out.writeByteArray(1, request));
    return EventRecord.frame(message(out -> out.writeByteArray(6, predict)));
  }

  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  // A message within a message is encoded as its bytes are, length first.
  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    fields.writeTo(out);
    out.flush();
    return bytes.toByteArray();
  }
}
