package org.lenet5.serve.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lenet5.image.ImageShape;

/** What the Open Inference Protocol's REST and gRPC have in common: names, shapes, raw tensors. */
public final class OpenInference {
  /** The server's name. */
  public static final String SERVER = "lenet5-serve";

  /** What kind of model this is. */
  public static final String PLATFORM = "tensorflow_savedmodel";

  /** Triton's names for what else is understood. */
  public static final List<String> EXTENSIONS = List.of("binary_tensor_data");

  /** The datatype of pixels. */
  public static final String UINT8 = "UINT8";

  /** The datatype of pictures in a file's format, and of labels. */
  public static final String BYTES = "BYTES";

  private OpenInference() {}

  /**
   * A tensor of a model.
   *
   * @param shape -1 for any
   */
  public record Tensor(String name, String datatype, long... shape) {}

  /** What a model takes. */
  public static Tensor input(LoadedModel model) {
    ImageShape shape = model.shape();
    return new Tensor(
        LoadedModel.INPUT, UINT8, -1, shape.height(), shape.width(), shape.channels());
  }

  /** What a model gives for any number of images. */
  public static List<Tensor> outputs(LoadedModel model) {
    return model.outputs().stream().map(each -> output(model, each, -1)).toList();
  }

  /** One of a model's outputs for so many images. */
  public static Tensor output(LoadedModel model, String name, long images) {
    return switch (name) {
      case Results.CLASS_ID -> new Tensor(name, "INT64", images);
      case Results.LABEL -> new Tensor(name, BYTES, images);
      default -> new Tensor(name, "FP32", images, model.classes().size());
    };
  }

  /**
   * The version that is asked for.
   *
   * @param version empty or null for the latest
   */
  public static ModelRef wanted(String name, String version) {
    if (version == null || version.isEmpty()) {
      return ModelRef.latest(name);
    }
    if (!version.matches("\\d{1,18}")) {
      throw ServeException.invalid("version " + version + " of " + name + ": must be a number");
    }
    return new ModelRef(name, Long.valueOf(version), null);
  }

  /**
   * Checks a request's only input.
   *
   * @param images that came
   * @throws ServeException if they are not what name, datatype and shape say
   */
  public static void requireShape(
      LoadedModel model, String name, String datatype, long[] shape, int images) {
    if (!name.equals(LoadedModel.INPUT)) {
      throw ServeException.invalid(
          "unexpected input '%s': the model's input is '%s'".formatted(name, LoadedModel.INPUT));
    }
    ImageShape own = model.shape();
    boolean fits =
        datatype.equals(BYTES)
            ? shape.length == 1 || shape.length == 2 && shape[1] == 1
            : shape.length == 4
                && shape[1] == own.height()
                && shape[2] == own.width()
                && shape[3] == own.channels();
    if (!fits) {
      throw ServeException.invalid(
          "input '%s' has the shape %s, must have %s"
              .formatted(
                  name,
                  text(shape),
                  datatype.equals(BYTES)
                      ? "[n]"
                      : "[n,%d,%d,%d]".formatted(own.height(), own.width(), own.channels())));
    }
    if (shape[0] != images || images == 0) {
      throw ServeException.invalid(
          "input '%s' holds %d images, its shape says %d".formatted(name, images, shape[0]));
    }
  }

  /** Refuses a datatype that the input has not. */
  public static void requireDatatype(String datatype) {
    if (!datatype.equals(UINT8) && !datatype.equals(BYTES)) {
      throw ServeException.invalid(
          "input '%s' has the datatype %s, must have UINT8, or BYTES for pictures in a file's format"
              .formatted(LoadedModel.INPUT, datatype));
    }
  }

  private static String text(long... shape) {
    List<String> sizes = new ArrayList<>();
    for (long each : shape) {
      sizes.add(Long.toString(each));
    }
    return "[" + String.join(",", sizes) + "]";
  }

  /**
   * Reads a raw tensor: pixels as they are; of BYTES each element's length in 4 bytes,
   * little-endian, then the element.
   */
  public static void readRaw(String datatype, ByteBuffer raw, LoadedModel model, ImageList images) {
    if (datatype.equals(UINT8)) {
      if (raw.remaining() % model.imageBytes() != 0) {
        throw ServeException.invalid(
            "input '%s' has %d bytes, must have a multiple of %d"
                .formatted(LoadedModel.INPUT, raw.remaining(), model.imageBytes()));
      }
      byte[] pixels = new byte[raw.remaining()];
      raw.get(pixels);
      images.addAll(pixels);
      return;
    }
    raw.order(ByteOrder.LITTLE_ENDIAN);
    while (raw.hasRemaining()) {
      int length = raw.remaining() < Integer.BYTES ? -1 : raw.getInt();
      if (length < 0 || length > raw.remaining()) {
        throw ServeException.invalid(
            "input '%s': element %d ends too early".formatted(LoadedModel.INPUT, images.size()));
      }
      byte[] picture = new byte[length];
      raw.get(picture);
      images.addEncoded(picture);
    }
  }

  /** An output as a raw tensor, as {@link #readRaw} would read it. */
  public static byte[] raw(Results results, String output) {
    int images = results.size();
    if (output.equals(Results.LABEL)) {
      List<byte[]> labels = new ArrayList<>();
      int length = 0;
      for (int i = 0; i < images; i++) {
        labels.add(results.label(i).getBytes(StandardCharsets.UTF_8));
        length += Integer.BYTES + labels.get(i).length;
      }
      ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
      labels.forEach(each -> out.putInt(each.length).put(each));
      return out.array();
    }
    if (output.equals(Results.CLASS_ID)) {
      ByteBuffer out = ByteBuffer.allocate(images * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < images; i++) {
        out.putLong(results.classId(i));
      }
      return out.array();
    }
    int classes = results.model().classes().size();
    ByteBuffer out =
        ByteBuffer.allocate(images * classes * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < images; i++) {
      for (float each : results.scores(output, i)) {
        out.putFloat(each);
      }
    }
    return out.array();
  }

  /**
   * The outputs that a request asks for, all if it names none.
   *
   * @throws ServeException if the model has not one of them, or one is asked for twice
   */
  public static List<String> wantedOutputs(LoadedModel model, List<String> names) {
    Set<String> wanted = new HashSet<>();
    for (String each : names) {
      if (!wanted.add(each)) {
        throw ServeException.invalid("output '" + each + "' already exists in request");
      }
      if (!model.outputs().contains(each)) {
        throw ServeException.invalid(
            "unexpected output '%s': the model has %s"
                .formatted(each, String.join(", ", model.outputs())));
      }
    }
    return names.isEmpty() ? model.outputs() : names;
  }
}
