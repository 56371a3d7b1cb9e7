package org.lenet5;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lenet5.data.Cifar10;
import org.lenet5.data.LabeledImages;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;

/** Reference numbers that PyTorch computed in float64; {@code golden.json} describes the files. */
public final class Golden {
  private static final JsonNode INDEX = index();

  private Golden() {}

  /** The arrays of one of the files by name. */
  public static Map<String, FloatNdArray> arrays(String file) {
    ByteBuffer bytes = ByteBuffer.wrap(read(file)).order(ByteOrder.LITTLE_ENDIAN);
    Map<String, FloatNdArray> arrays = new LinkedHashMap<>();
    for (JsonNode each : INDEX.get("files").get(file)) {
      long[] sizes = new long[each.get("shape").size()];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = each.get("shape").get(i).asLong();
      }
      Shape shape = Shape.of(sizes);
      float[] values = new float[(int) shape.size()];
      bytes.position(each.get("offset").asInt());
      bytes.asFloatBuffer().get(values);
      arrays.put(each.get("name").asText(), NdArrays.wrap(shape, DataBuffers.of(values)));
    }
    return arrays;
  }

  /** The 20 images. */
  public static LabeledImages images() {
    int[] labels = new int[INDEX.get("labels").size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = INDEX.get("labels").get(i).asInt();
    }
    return LabeledImages.copyOf(Cifar10.SHAPE, read("images.u8"), labels);
  }

  /** A number or a list of numbers of golden.json. */
  public static JsonNode at(String pointer) {
    return INDEX.at(pointer);
  }

  /** ‖actual − expected‖ / ‖expected‖. */
  public static double relativeDifference(FloatNdArray actual, FloatNdArray expected) {
    if (!actual.shape().equals(expected.shape())) {
      throw new AssertionError("shape " + actual.shape() + ", expected " + expected.shape());
    }
    double[] sums = new double[2];
    expected
        .scalars()
        .forEachIndexed(
            (at, value) -> {
              double difference = actual.getFloat(at) - value.getFloat();
              sums[0] += difference * difference;
              sums[1] += (double) value.getFloat() * value.getFloat();
            });
    return Math.sqrt(sums[0] / sums[1]);
  }

  /** The values in C order. */
  public static double[] values(FloatNdArray array) {
    double[] values = new double[(int) array.size()];
    int[] next = {0};
    array.scalars().forEach(each -> values[next[0]++] = each.getFloat());
    return values;
  }

  private static JsonNode index() {
    try {
      return new JsonMapper().readTree(read("golden.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(String file) {
    try (InputStream in = Golden.class.getResourceAsStream("/golden/" + file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
