package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Base64;
import org.lenet5.image.ImageShape;
import org.lenet5.serve.model.ImageList;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.ServeException;

/**
 * TensorFlow Serving's predict request in JSON: {@code instances}, a list of images or of objects
 * with the input's name, or {@code inputs}, all images in one tensor, with or without the input's
 * name; beside them {@code signature_name}. Where an image may stand, {@code {"b64": "…"}} may
 * stand too: a picture in a file's format. Other names are passed over, as there.
 *
 * @param images that were asked about
 * @param isRows whether the answer is to be in rows
 * @param signature that was asked for
 */
record PredictRequest(ImageList images, boolean isRows, String signature) {
  private static final String ROWS = "instances";
  private static final String COLUMNS = "inputs";
  private static final String ENCODED = "b64";

  /**
   * Reads a request's body.
   *
   * @throws ServeException if it is none that a model with images of this shape can answer
   */
  static PredictRequest read(byte[] body, int length, ImageShape shape, int mostImages) {
    PredictRequest plain = PlainRequest.read(body, length, shape, mostImages);
    return plain == null ? readAny(body, length, shape, mostImages) : plain;
  }

  /** Reads a request in whatever JSON it is written. */
  static PredictRequest readAny(byte[] body, int length, ImageShape shape, int mostImages) {
    ImageList images = new ImageList(shape, mostImages);
    return Json.read(body, length, in -> read(in, images, shape));
  }

  private static PredictRequest read(JsonParser in, ImageList images, ImageShape shape)
      throws IOException {
    String data = null;
    String signature = LoadedModel.SIGNATURE;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      switch (name) {
        case ROWS, COLUMNS -> {
          if (data != null) {
            throw ServeException.invalid(
                data.equals(name)
                    ? "The key '" + name + "' stands there twice"
                    : "Not formatted correctly expecting only one of 'inputs' or 'instances' keys"
                        + " to exist");
          }
          data = name;
          if (name.equals(ROWS)) {
            rows(in, images, shape);
          } else {
            columns(in, images, shape);
          }
        }
        case "signature_name" -> {
          if (value != JsonToken.VALUE_STRING) {
            throw ServeException.invalid("'signature_name' key must be a string value.");
          }
          signature = in.getText();
        }
        default -> in.skipChildren();
      }
    }
    if (data == null) {
      throw ServeException.invalid("Missing 'inputs' or 'instances' key");
    }
    if (images.size() == 0) {
      throw ServeException.invalid("No values in '" + data + "' array");
    }
    return new PredictRequest(
        images, data.equals(ROWS), signature.isEmpty() ? LoadedModel.SIGNATURE : signature);
  }

  private static void rows(JsonParser in, ImageList images, ImageShape shape) throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw ServeException.invalid("Expecting 'instances' to be an list/array");
    }
    Pixels pixels = new Pixels(in, shape, images);
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() == JsonToken.START_OBJECT) {
        row(in, images, pixels);
      } else {
        image(in, images, pixels);
      }
    }
  }

  /** An object: a picture, or the input's name with an image. */
  private static void row(JsonParser in, ImageList images, Pixels pixels) throws IOException {
    int before = images.size();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      if (images.size() > before) {
        throw ServeException.invalid(
            "instance %d has the key '%s' too many: the input is '%s' alone"
                .formatted(before, name, LoadedModel.INPUT));
      }
      if (name.equals(LoadedModel.INPUT)) {
        image(in, images, pixels);
      } else if (name.equals(ENCODED)) {
        picture(in, images);
      } else {
        throw noInput("instance " + before, name);
      }
    }
    if (images.size() == before) {
      throw noInput("instance " + before, null);
    }
  }

  private static ServeException noInput(String where, String found) {
    return ServeException.invalid(
        "%s has %s, must have the input '%s'"
            .formatted(
                where, found == null ? "no key" : "the key '" + found + "'", LoadedModel.INPUT));
  }

  private static void columns(JsonParser in, ImageList images, ImageShape shape)
      throws IOException {
    Pixels pixels = new Pixels(in, shape, images);
    if (in.currentToken() != JsonToken.START_OBJECT) {
      tensor(in, images, pixels);
      return;
    }
    boolean found = false;
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      if (found) {
        throw ServeException.invalid(
            "'inputs' has the key '%s' too many: the input is '%s' alone"
                .formatted(name, LoadedModel.INPUT));
      }
      found = true;
      if (name.equals(LoadedModel.INPUT)) {
        tensor(in, images, pixels);
      } else if (name.equals(ENCODED)) {
        picture(in, images);
      } else {
        throw noInput("'inputs'", name);
      }
    }
    if (!found) {
      throw noInput("'inputs'", null);
    }
  }

  private static void tensor(JsonParser in, ImageList images, Pixels pixels) throws IOException {
    if (in.currentToken() == JsonToken.START_OBJECT) { // one picture alone
      encoded(in, images);
      return;
    }
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw ServeException.invalid("'inputs' must be an array of images, or an object with one");
    }
    while (in.nextToken() != JsonToken.END_ARRAY) {
      image(in, images, pixels);
    }
  }

  private static void image(JsonParser in, ImageList images, Pixels pixels) throws IOException {
    switch (in.currentToken()) {
      case START_ARRAY -> pixels.image();
      case START_OBJECT -> encoded(in, images);
      default ->
          throw ServeException.invalid(
              "image %d is no array of pixels and no {\"b64\": …}".formatted(images.size()));
    }
  }

  private static void encoded(JsonParser in, ImageList images) throws IOException {
    if (in.nextToken() == JsonToken.END_OBJECT || !in.currentName().equals(ENCODED)) {
      throw ServeException.invalid(
          "image %d is an object without \"b64\"".formatted(images.size()));
    }
    in.nextToken();
    picture(in, images);
    if (in.nextToken() != JsonToken.END_OBJECT) {
      throw ServeException.invalid("image %d has more than \"b64\"".formatted(images.size() - 1));
    }
  }

  static void picture(JsonParser in, ImageList images) throws IOException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw ServeException.invalid("image %d must be a string of base64".formatted(images.size()));
    }
    images.addEncoded(decoded(in.getText(), images.size()));
  }

  static byte[] decoded(String text, int image) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw ServeException.invalid("image " + image + " is no base64: " + e.getMessage());
    }
  }
}
