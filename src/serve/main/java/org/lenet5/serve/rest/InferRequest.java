package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.lenet5.serve.model.ImageList;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.OpenInference;
import org.lenet5.serve.model.ServeException;

/**
 * An inference request of the Open Inference Protocol: JSON, and after it the input's bytes if it
 * says so.
 *
 * @param id to be echoed; null for none
 * @param images that were asked about
 * @param outputs that are wanted
 */
record InferRequest(String id, ImageList images, List<Output> outputs) {
  /**
   * An output that is wanted.
   *
   * @param isBinary whether behind the JSON
   */
  record Output(String name, boolean isBinary) {}

  /**
   * Reads a body.
   *
   * @param json how many of its bytes are JSON; of none, all are pixels, as Triton's raw requests
   *     have them
   * @throws ServeException if it is no request that the model can answer
   */
  static InferRequest read(byte[] body, int json, LoadedModel model, int mostImages) {
    if (json == 0 && body.length > 0) {
      return raw(body, model, mostImages);
    }
    Reader reader = new Reader(body, json, model, new ImageList(model.shape(), mostImages));
    Json.read(
        body,
        json,
        in -> {
          reader.request(in);
          return null;
        });
    return reader.result();
  }

  private static InferRequest raw(byte[] body, LoadedModel model, int mostImages) {
    ImageList images = new ImageList(model.shape(), mostImages);
    OpenInference.readRaw(OpenInference.UINT8, ByteBuffer.wrap(body), model, images);
    return new InferRequest(
        null, images, model.outputs().stream().map(each -> new Output(each, true)).toList());
  }

  /** The names of the outputs that are wanted. */
  List<String> outputNames() {
    return outputs.stream().map(Output::name).toList();
  }

  /** Gathers what the JSON says; its keys come in any order. */
  private static final class Reader {
    private final byte[] body;
    private final int json;
    private final LoadedModel model;
    private final ImageList images;
    private final List<String> names = new ArrayList<>();
    private final List<Boolean> binaries = new ArrayList<>();
    private String id;
    private Boolean isBinary;
    private InferInput input;

    Reader(byte[] body, int json, LoadedModel model, ImageList images) {
      this.body = body;
      this.json = json;
      this.model = model;
      this.images = images;
    }

    void request(JsonParser in) throws IOException {
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String key = in.currentName();
        in.nextToken();
        switch (key) {
          case "id" -> id = string(in, "id");
          case "parameters" -> isBinary = parameter(in, "binary_data_output");
          case "inputs" -> inputs(in);
          case "outputs" -> outputs(in);
          default -> in.skipChildren();
        }
      }
    }

    private void inputs(JsonParser in) throws IOException {
      openArray(in, "inputs");
      while (in.nextToken() != JsonToken.END_ARRAY) {
        if (input != null) {
          throw ServeException.invalid(
              "the model has one input, '" + LoadedModel.INPUT + "', and the request has more");
        }
        input = InferInput.read(in, body, model, images);
      }
    }

    private void outputs(JsonParser in) throws IOException {
      openArray(in, "outputs");
      while (in.nextToken() != JsonToken.END_ARRAY) {
        if (in.currentToken() != JsonToken.START_OBJECT) {
          throw ServeException.invalid("each of 'outputs' must be an object");
        }
        String name = null;
        Boolean binary = null;
        while (in.nextToken() != JsonToken.END_OBJECT) {
          String key = in.currentName();
          in.nextToken();
          switch (key) {
            case "name" -> name = string(in, "an output's name");
            case "parameters" -> binary = parameter(in, "binary_data");
            default -> in.skipChildren();
          }
        }
        if (name == null) {
          throw ServeException.invalid("an output has no name");
        }
        names.add(name);
        binaries.add(binary);
      }
    }

    InferRequest result() {
      if (input == null) {
        throw ServeException.invalid("the request has no inputs");
      }
      input.finish(ByteBuffer.wrap(body, json, body.length - json));
      List<Output> wanted = new ArrayList<>();
      boolean otherwise = Boolean.TRUE.equals(isBinary);
      List<String> all = OpenInference.wantedOutputs(model, names);
      for (int i = 0; i < all.size(); i++) {
        Boolean own = names.isEmpty() ? null : binaries.get(i);
        wanted.add(new Output(all.get(i), own == null ? otherwise : own));
      }
      return new InferRequest(id, images, wanted);
    }
  }

  static void openArray(JsonParser in, String name) throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw ServeException.invalid("'" + name + "' must be an array");
    }
  }

  static String string(JsonParser in, String name) throws IOException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw ServeException.invalid(name + " must be a string");
    }
    return in.getText();
  }

  /** A parameter that is true or false; null if it is not there. */
  private static Boolean parameter(JsonParser in, String name) throws IOException {
    Boolean value = null;
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw ServeException.invalid("parameters must be an object");
    }
    while (in.nextToken() != JsonToken.END_OBJECT) {
      boolean isIt = in.currentName().equals(name);
      JsonToken token = in.nextToken();
      if (isIt && token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
        throw ServeException.invalid("the parameter " + name + " must be true or false");
      }
      if (isIt) {
        value = token == JsonToken.VALUE_TRUE;
      }
      in.skipChildren();
    }
    return value;
  }
}
