package org.lenet5.serve.rest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.lenet5.image.ImageShape;
import org.lenet5.serve.model.ImageList;
import org.lenet5.serve.model.LoadedModel;

/**
 * Reads the predict request that nearly everybody sends, {@code {"instances": [[[[1, 2, 3], …]]]}}
 * or the same with {@code inputs}, three times as fast as a parser of all JSON: nothing but digits,
 * brackets and commas. What is anything else is not read here, nor said to be wrong.
 */
final class PlainRequest {
  private static final byte[] ROWS = key("instances");
  private static final byte[] COLUMNS = key("inputs");
  private static final int NOT_PLAIN = -1; // a place in the body from which nothing is found

  private final byte[] body;
  private final int length;
  private final ImageShape shape;
  private final ImageList images;

  private PlainRequest(byte[] body, int length, ImageShape shape, ImageList images) {
    this.body = body;
    this.length = length;
    this.shape = shape;
    this.images = images;
  }

  private static byte[] key(String name) {
    return ('"' + name + '"').getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * The request, or null if it is not plain: then the whole of it is to be read otherwise.
   *
   * @throws org.lenet5.serve.model.ServeException if it has too many images
   */
  static PredictRequest read(byte[] body, int length, ImageShape shape, int mostImages) {
    ImageList images = new ImageList(shape, mostImages);
    PlainRequest in = new PlainRequest(body, length, shape, images);
    int open = in.after('{', 0);
    int rows = in.after(ROWS, open);
    int at = in.after('[', in.after(':', rows < 0 ? in.after(COLUMNS, open) : rows));
    int next = at;
    while (next >= 0) {
      at = in.image(next);
      next = in.after(',', at);
    }
    at = in.after('}', in.after(']', at));
    return at >= 0 && in.pastSpace(at) == length
        ? new PredictRequest(images, rows >= 0, LoadedModel.SIGNATURE)
        : null;
  }

  private int pastSpace(int from) {
    int at = from;
    while (at < length
        && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
      at++;
    }
    return at;
  }

  /** The place behind {@code c}, which comes next from here. */
  private int after(char c, int from) {
    if (from < 0) {
      return NOT_PLAIN;
    }
    int at = from < length && body[from] == c ? from : pastSpace(from);
    return at < length && body[at] == c ? at + 1 : NOT_PLAIN;
  }

  private int after(byte[] text, int from) {
    if (from < 0) {
      return NOT_PLAIN;
    }
    int at = pastSpace(from);
    int end = at + text.length;
    return end <= length && Arrays.equals(body, at, end, text, 0, text.length) ? end : NOT_PLAIN;
  }

  private int image(int from) {
    int at = after('[', from);
    if (at < 0) {
      return NOT_PLAIN; // before there is room made for an image that is none
    }
    int to = images.add();
    byte[] pixels = images.array();
    int channels = shape.channels();
    for (int y = 0; y < shape.height(); y++) {
      at = after('[', y == 0 ? at : after(',', at));
      for (int x = 0; x < shape.width(); x++) {
        at = after('[', x == 0 ? at : after(',', at));
        for (int c = 0; c < channels; c++) {
          at = number(c == 0 ? at : after(',', at), pixels, to++);
        }
        at = after(']', at);
        if (at < 0) {
          return NOT_PLAIN;
        }
      }
      at = after(']', at);
    }
    return after(']', at);
  }

  /**
   * Behind a number from 0 to 255 without sign, point or zeros before it, which goes into a byte.
   */
  private int number(int from, byte[] pixels, int to) {
    if (from < 0) {
      return NOT_PLAIN;
    }
    int at = pastSpace(from);
    int value = digit(at);
    if (value < 0) {
      return NOT_PLAIN;
    }
    at++;
    // A fourth digit is no comma and no bracket, and so found out by the caller.
    for (int digits = 1, next = digit(at); next >= 0 && digits < 3; digits++, next = digit(++at)) {
      if (value == 0) {
        return NOT_PLAIN;
      }
      value = 10 * value + next;
    }
    pixels[to] = (byte) value;
    return value <= 255 ? at : NOT_PLAIN;
  }

  private int digit(int at) {
    int digit = at < length ? body[at] - '0' : -1;
    return digit <= 9 ? digit : -1;
  }
}
