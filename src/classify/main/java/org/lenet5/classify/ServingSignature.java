package org.lenet5.classify;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lenet5.image.ImageShape;
import org.lenet5.io.OneLine;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * The part of a model's signature that its user needs, read from {@code saved_model.pb} in Java, so
 * that a file that is not a SavedModel never reaches native code.
 *
 * @param images name of the tensor to feed, uint8 [-1,height,width,channels]
 * @param shape of an image
 * @param output name of the tensor to fetch, float32 [-1,classes]
 * @param classes how many, or -1 if the signature leaves it open
 * @param logits name of the tensor of what stands before the softmax, as wide as the probabilities;
 *     null if there is none
 * @param outputs the signature's names of what it gives, of those that are known here
 */
record ServingSignature(
    String images,
    ImageShape shape,
    String output,
    long classes,
    String logits,
    List<String> outputs) {
  static final String TAG = "serve";
  static final String PROBABILITIES = "probabilities";
  static final String LOGITS = "logits";
  private static final String KEY = "serving_default";
  // This program's models are under 100 kB; no model with this signature comes near this limit.
  private static final long MOST_BYTES = 64_000_000;

  /** That of a model which is to classify. */
  static ServingSignature read(Path model) {
    return read(model, PROBABILITIES);
  }

  /**
   * The same for another output.
   *
   * @param output {@link #PROBABILITIES} or {@link #LOGITS}
   */
  static ServingSignature read(Path model, String output) {
    Path file = model.resolve("saved_model.pb");
    try (InputStream in = Files.newInputStream(file)) {
      if (Files.size(file) > MOST_BYTES) {
        throw new ModelException(
            file + " has " + Files.size(file) + " bytes, more than " + MOST_BYTES);
      }
      // From an array: protobuf's reader of streams falls over some lengths below zero.
      return of(file, SavedModel.parseFrom(in.readNBytes((int) MOST_BYTES)), output);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelException(file + " is no SavedModel: " + OneLine.reason(e), e);
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ": " + OneLine.reason(e), e);
    }
  }

  private static ServingSignature of(Path file, SavedModel saved, String output) {
    MetaGraphDef graph =
        saved.getMetaGraphsList().stream()
            .filter(each -> each.getMetaInfoDef().getTagsList().contains(TAG))
            .findFirst()
            .orElseThrow(() -> new ModelException(file + " has no graph with the tag " + TAG));
    SignatureDef signature = graph.getSignatureDefMap().get(KEY);
    if (signature == null) {
      throw new ModelException(file + " has no signature " + KEY);
    }
    TensorInfo images = signature.getInputsMap().get("images");
    require(file, images != null, "has no input images");
    ImageShape image = shape(file, images);
    require(file, signature.getInputsCount() == 1, "has more inputs than images");
    TensorInfo found = signature.getOutputsMap().get(output);
    require(file, found != null, "has no output " + output);
    List<Long> shape = dimensions(found);
    require(
        file,
        found.getDtype() == DataType.DT_FLOAT
            && shape.size() == 2
            && (shape.get(1) == -1 || shape.get(1) >= 2),
        "has output %s %s, should be float32 [-1, classes]".formatted(output, text(found)));
    Set<String> operations = new HashSet<>();
    for (NodeDef node : graph.getGraphDef().getNodeList()) {
      operations.add(node.getName());
    }
    for (TensorInfo tensor : List.of(images, found)) {
      require(
          file,
          operations.contains(operation(tensor)),
          "names the tensor " + tensor.getName() + ", which its graph lacks");
    }
    List<String> outputs = new ArrayList<>(List.of(output));
    TensorInfo logits = signature.getOutputsMap().get(LOGITS);
    boolean hasLogits =
        logits != null
            && logits.getDtype() == DataType.DT_FLOAT
            && dimensions(logits).equals(shape)
            && operations.contains(operation(logits));
    if (hasLogits && !output.equals(LOGITS)) {
      outputs.add(LOGITS);
    }
    if (isColumn(signature.getOutputsMap().get("class_id"), DataType.DT_INT64)) {
      outputs.add("class_id");
    }
    if (isColumn(signature.getOutputsMap().get("label"), DataType.DT_STRING)) {
      outputs.add("label");
    }
    return new ServingSignature(
        images.getName(),
        image,
        found.getName(),
        shape.get(1),
        hasLogits ? logits.getName() : null,
        List.copyOf(outputs));
  }

  private static boolean isColumn(TensorInfo tensor, DataType type) {
    return tensor != null && tensor.getDtype() == type && dimensions(tensor).equals(List.of(-1L));
  }

  private static String operation(TensorInfo tensor) {
    return tensor.getName().split(":")[0];
  }

  private static ImageShape shape(Path file, TensorInfo images) {
    List<Long> sizes = dimensions(images);
    boolean fits =
        images.getDtype() == DataType.DT_UINT8
            && sizes.size() == 4
            && sizes.get(0) == -1
            && isSide(sizes.get(1))
            && isSide(sizes.get(2))
            && (sizes.get(3) == 1 || sizes.get(3) == 3);
    require(
        file,
        fits,
        "has input images "
            + text(images)
            + ", should be uint8 [-1, height, width, 1 or 3] with sides up to "
            + ImageShape.MOST_SIDE);
    return new ImageShape(
        sizes.get(1).intValue(), sizes.get(2).intValue(), sizes.get(3).intValue());
  }

  private static boolean isSide(long size) {
    return size >= 1 && size <= ImageShape.MOST_SIDE;
  }

  private static void require(Path file, boolean holds, String otherwise) {
    if (!holds) {
      throw new ModelException(file + " " + otherwise);
    }
  }

  private static List<Long> dimensions(TensorInfo tensor) {
    return tensor.getTensorShape().getDimList().stream()
        .map(TensorShapeProto.Dim::getSize)
        .toList();
  }

  private static String text(TensorInfo tensor) {
    return tensor.getDtype() + " " + dimensions(tensor);
  }
}
