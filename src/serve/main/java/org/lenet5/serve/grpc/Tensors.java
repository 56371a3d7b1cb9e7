package org.lenet5.serve.grpc;

import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.List;
import org.lenet5.image.ImageShape;
import org.lenet5.serve.model.ImageList;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.Results;
import org.lenet5.serve.model.ServeException;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Images out of TensorFlow's tensors, and answers into them. */
final class Tensors {
  private Tensors() {}

  /**
   * Reads pixels, uint8 [n,height,width,channels], or pictures in a file's format, string [n].
   *
   * @throws ServeException if it is something else
   */
  static ImageList images(TensorProto tensor, LoadedModel model, int most) {
    ImageList images = new ImageList(model.shape(), most);
    List<Long> sizes =
        tensor.getTensorShape().getDimList().stream().map(TensorShapeProto.Dim::getSize).toList();
    switch (tensor.getDtype()) {
      case DT_UINT8 -> {
        ImageShape shape = model.shape();
        long count = sizes.isEmpty() ? 0 : sizes.get(0);
        List<Long> wanted =
            List.of(count, (long) shape.height(), (long) shape.width(), (long) shape.channels());
        if (!sizes.equals(wanted) || count < 1) {
          throw wrong(model, "has the shape " + sizes);
        }
        if (count > most) {
          throw tooMany(count, most);
        }
        images.addAll(pixels(tensor, (int) count * shape.bytes()));
      }
      case DT_STRING -> {
        if (sizes.size() != 1 || sizes.get(0) != tensor.getStringValCount() || sizes.get(0) < 1) {
          throw wrong(
              model, "has the shape " + sizes + " and " + tensor.getStringValCount() + " strings");
        }
        if (sizes.get(0) > most) {
          throw tooMany(sizes.get(0), most);
        }
        tensor.getStringValList().forEach(each -> images.addEncoded(each.toByteArray()));
      }
      default -> throw wrong(model, "has the type " + tensor.getDtype());
    }
    return images;
  }

  private static ServeException tooMany(long count, int most) {
    return ServeException.invalid(
        "a request may have %d images and this one has %d (--max-items)".formatted(most, count));
  }

  private static ServeException wrong(LoadedModel model, String what) {
    ImageShape shape = model.shape();
    return ServeException.invalid(
        "input '%s' %s: must be DT_UINT8 [n,%d,%d,%d], or DT_STRING [n] for pictures in a file's format"
            .formatted(LoadedModel.INPUT, what, shape.height(), shape.width(), shape.channels()));
  }

  private static byte[] pixels(TensorProto tensor, int bytes) {
    if (!tensor.getTensorContent().isEmpty()) {
      if (tensor.getTensorContent().size() != bytes) {
        throw ServeException.invalid(
            "input '%s' has %d bytes, its shape needs %d"
                .formatted(LoadedModel.INPUT, tensor.getTensorContent().size(), bytes));
      }
      return tensor.getTensorContent().toByteArray();
    }
    int given = tensor.getIntValCount();
    if (given == 0 || given > bytes) {
      throw ServeException.invalid(
          "input '%s' has %d values, its shape needs %d"
              .formatted(LoadedModel.INPUT, given, bytes));
    }
    byte[] pixels = new byte[bytes];
    for (int i = 0; i < given; i++) {
      int value = tensor.getIntVal(i);
      if (value < 0 || value > 255) {
        throw ServeException.invalid(
            "input '%s' holds %d, must be from 0 to 255".formatted(LoadedModel.INPUT, value));
      }
      pixels[i] = (byte) value;
    }
    // As TensorFlow reads such a list: the last value stands for the rest.
    Arrays.fill(pixels, given, bytes, pixels[given - 1]);
    return pixels;
  }

  /** An output as a tensor. */
  static TensorProto output(Results results, String name) {
    int images = results.size();
    TensorProto.Builder tensor = TensorProto.newBuilder();
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setSize(images);
    switch (name) {
      case Results.CLASS_ID -> {
        tensor.setDtype(DataType.DT_INT64);
        for (int i = 0; i < images; i++) {
          tensor.addInt64Val(results.classId(i));
        }
      }
      case Results.LABEL -> {
        tensor.setDtype(DataType.DT_STRING);
        for (int i = 0; i < images; i++) {
          tensor.addStringVal(ByteString.copyFromUtf8(results.label(i)));
        }
      }
      default -> {
        tensor.setDtype(DataType.DT_FLOAT);
        shape.addDimBuilder().setSize(results.model().classes().size());
        for (int i = 0; i < images; i++) {
          for (float each : results.scores(name, i)) {
            tensor.addFloatVal(each);
          }
        }
      }
    }
    return tensor.setTensorShape(shape).build();
  }
}
