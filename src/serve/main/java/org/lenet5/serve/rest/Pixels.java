package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.lenet5.image.ImageShape;
import org.lenet5.serve.model.ImageList;
import org.lenet5.serve.model.ServeException;

/**
 * Reads an image's pixels from JSON straight into the list of images: [height][width][channels].
 */
final class Pixels {
  private final JsonParser in;
  private final ImageShape shape;
  private final ImageList images;

  Pixels(JsonParser in, ImageShape shape, ImageList images) {
    this.in = in;
    this.shape = shape;
    this.images = images;
  }

  /** Reads one image; the parser stands at its first bracket, then at its last. */
  void image() throws IOException {
    int image = images.size();
    int at = images.add();
    byte[] to = images.array();
    for (int y = 0; y < shape.height(); y++) {
      open(image, y, -1);
      for (int x = 0; x < shape.width(); x++) {
        open(image, y, x);
        for (int c = 0; c < shape.channels(); c++) {
          in.nextToken();
          to[at++] = (byte) value(image);
        }
        close(image, y, x);
      }
      close(image, y, -1);
    }
    close(image, -1, -1);
  }

  /**
   * Reads an array of pixels of any number of images, row by row; the parser stands behind its
   * bracket.
   */
  void flat() throws IOException {
    int bytes = shape.bytes();
    while (in.currentToken() != JsonToken.END_ARRAY) {
      int image = images.size();
      int at = images.add();
      byte[] to = images.array();
      for (int i = 0; i < bytes; i++) {
        if (in.currentToken() == JsonToken.END_ARRAY) {
          throw ServeException.invalid(
              "image %d has %d values, must have %d for the shape %s"
                  .formatted(image, i, bytes, shape));
        }
        to[at++] = (byte) value(image);
        in.nextToken();
      }
    }
  }

  private int value(int image) throws IOException {
    JsonToken token = in.currentToken();
    if (token == JsonToken.VALUE_NUMBER_INT && in.getTextLength() <= 4) {
      int value = in.getIntValue();
      if (value >= 0 && value <= 255) {
        return value;
      }
    }
    if (token == JsonToken.END_ARRAY || token == JsonToken.START_ARRAY) {
      throw wrongShape(image, token == JsonToken.END_ARRAY ? "too few" : "arrays instead of");
    }
    throw ServeException.invalid(
        "image %d holds %s, must be whole numbers from 0 to 255 (uint8)".formatted(image, text()));
  }

  private String text() throws IOException {
    String text = in.getText();
    return text == null || text.length() <= 30 ? text : text.substring(0, 30) + "…";
  }

  private void open(int image, int y, int x) throws IOException {
    JsonToken token = in.nextToken();
    if (token != JsonToken.START_ARRAY) {
      throw wrong(image, y, x, token, true);
    }
  }

  private void close(int image, int y, int x) throws IOException {
    JsonToken token = in.nextToken();
    if (token != JsonToken.END_ARRAY) {
      throw wrong(image, y, x, token, false);
    }
  }

  private ServeException wrong(int image, int y, int x, JsonToken token, boolean opening)
      throws IOException {
    if (token == null) {
      return ServeException.invalid("JSON Parse error: the request ends within image " + image);
    }
    String place = "image " + image + (y < 0 ? "" : "[" + y + "]") + (x < 0 ? "" : "[" + x + "]");
    String what =
        opening
            ? token == JsonToken.END_ARRAY ? "is missing" : "is " + text() + ", must be an array"
            : "has too many values";
    return ServeException.invalid(place + " " + what + ": each image must have the shape " + shape);
  }

  private ServeException wrongShape(int image, String what) {
    return ServeException.invalid(
        "image %d has %s values in a pixel: each image must have the shape %s"
            .formatted(image, what, shape));
  }
}
