package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.lenet5.serve.model.ImageList;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.OpenInference;
import org.lenet5.serve.model.ServeException;

/** The input of an inference request, as its JSON describes it. */
final class InferInput {
  private final byte[] body;
  private final LoadedModel model;
  private final ImageList images;
  private String name;
  private String datatype;
  private long[] shape;
  private long binarySize = -1;
  private boolean hasData;
  // Where data lies that came before its datatype.
  private int dataFrom = -1;
  private int dataTo;

  private InferInput(byte[] body, LoadedModel model, ImageList images) {
    this.body = body;
    this.model = model;
    this.images = images;
  }

  /** Reads it, with its data if that is in the JSON; the parser stands at its first brace. */
  static InferInput read(JsonParser in, byte[] body, LoadedModel model, ImageList images)
      throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw ServeException.invalid("each of 'inputs' must be an object");
    }
    InferInput input = new InferInput(body, model, images);
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String key = in.currentName();
      in.nextToken();
      switch (key) {
        case "name" -> input.name = InferRequest.string(in, "an input's name");
        case "datatype" -> input.datatype(InferRequest.string(in, "an input's datatype"));
        case "shape" -> input.shape = shape(in);
        case "parameters" -> input.parameters(in);
        case "data" -> input.data(in);
        default -> in.skipChildren();
      }
    }
    return input;
  }

  private void datatype(String value) {
    OpenInference.requireDatatype(value);
    if (datatype != null && !datatype.equals(value)) {
      throw ServeException.invalid("an input has two datatypes");
    }
    datatype = value;
  }

  private static long[] shape(JsonParser in) throws IOException {
    InferRequest.openArray(in, "shape");
    long[] sizes = new long[8];
    int count = 0;
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() != JsonToken.VALUE_NUMBER_INT || in.getTextLength() > 18) {
        throw ServeException.invalid("a shape must be of whole numbers");
      }
      if (count == sizes.length) {
        throw ServeException.invalid("a shape has more than 8 dimensions");
      }
      sizes[count++] = in.getLongValue();
    }
    return Arrays.copyOf(sizes, count);
  }

  private void parameters(JsonParser in) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw ServeException.invalid("parameters must be an object");
    }
    while (in.nextToken() != JsonToken.END_OBJECT) {
      boolean isSize = in.currentName().equals("binary_data_size");
      JsonToken token = in.nextToken();
      if (isSize) {
        if (token != JsonToken.VALUE_NUMBER_INT
            || in.getTextLength() > 18
            || in.getLongValue() < 0) {
          throw ServeException.invalid("binary_data_size must be a number of bytes");
        }
        binarySize = in.getLongValue();
      }
      in.skipChildren();
    }
  }

  private void data(JsonParser in) throws IOException {
    InferRequest.openArray(in, "data");
    if (hasData) {
      throw ServeException.invalid("an input has data twice");
    }
    hasData = true;
    if (datatype != null) {
      readData(in);
      return;
    }
    dataFrom = (int) Json.at(in);
    in.skipChildren();
    dataTo = (int) in.currentLocation().getByteOffset();
  }

  private void readData(JsonParser in) throws IOException {
    if (datatype.equals(OpenInference.BYTES)) {
      pictures(in, 0);
      return;
    }
    Pixels pixels = new Pixels(in, model.shape(), images);
    if (in.nextToken() != JsonToken.START_ARRAY) {
      pixels.flat();
      return;
    }
    while (in.currentToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() != JsonToken.START_ARRAY) {
        throw ServeException.invalid("image " + images.size() + " is no array of pixels");
      }
      pixels.image();
      in.nextToken();
    }
  }

  private void pictures(JsonParser in, int depth) throws IOException {
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() == JsonToken.START_ARRAY && depth == 0) {
        pictures(in, 1);
      } else {
        PredictRequest.picture(in, images);
      }
    }
  }

  /**
   * Reads what is not read yet, and checks the whole.
   *
   * @param binary what follows the JSON
   */
  void finish(ByteBuffer binary) {
    if (name == null || datatype == null || shape == null) {
      throw ServeException.invalid("an input must have a name, a datatype and a shape");
    }
    if (dataFrom >= 0) {
      Json.readPart(
          body,
          dataFrom,
          dataTo,
          in -> {
            readData(in);
            return null;
          });
    }
    if (hasData == binarySize >= 0) {
      throw ServeException.invalid(
          "input '" + name + "' must have either data or the parameter binary_data_size");
    }
    if (binary.remaining() != Math.max(0, binarySize)) {
      throw ServeException.invalid(
          "%d bytes follow the JSON, binary_data_size says %d"
              .formatted(binary.remaining(), Math.max(0, binarySize)));
    }
    if (binarySize >= 0) {
      OpenInference.readRaw(datatype, binary, model, images);
    }
    OpenInference.requireShape(model, name, datatype, shape, images.size());
  }
}
