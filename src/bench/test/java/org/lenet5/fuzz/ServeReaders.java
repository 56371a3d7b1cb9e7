package org.lenet5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lenet5.serve.TinyModel;
import org.lenet5.serve.model.ServeException;
import org.lenet5.serve.rest.RestCalls;

/**
 * What the server reads from the network, as one input each: bodies, and before some a line for the
 * header that says how to read them.
 */
final class ServeReaders {
  static final String PREDICT = "/v1/models/tiny:predict";
  static final String INFER = "/v2/models/tiny/infer";
  static final String CLASSIFY = "/classify?top=2";

  private static final String BOUNDARY = "----boundary";

  private static final ObjectMapper JSON = new ObjectMapper();

  private ServeReaders() {}

  /** The server refused an input. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  /**
   * A request that an input stands for.
   *
   * @param headers beside those that every request has
   */
  record Request(String path, Map<String, String> headers, byte[] body) {}

  // Loaded when the first input is read; not freed before the process ends.
  private static final class Loaded {
    static final RestCalls CALLS = calls();

    private static RestCalls calls() {
      try {
        return new RestCalls(Files.createTempDirectory("serve"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Reader reader(String name, List<byte[]> seeds) {
    return new Reader(name, seeds, (input, folder) -> read(name, input), Set.of(Refused.class));
  }

  private static void read(String name, byte[] input) throws Refused {
    Request request = request(name, input);
    if (request.path().equals(PREDICT)) {
      parsed(request.body());
    }
    RestCalls.Answer answer = Loaded.CALLS.post(request.path(), request.headers(), request.body());
    check(answer.status(), answer.body());
  }

  private static void parsed(byte[] body) throws Refused {
    try {
      if (RestCalls.predictImages(body) > RestCalls.MOST_IMAGES) {
        throw new AssertionError("more images than a request may have");
      }
    } catch (ServeException e) {
      throw new Refused(e.getMessage());
    }
  }

  /** A request is answered or refused; the server has no fault of its own. */
  static void check(int status, String body) throws Refused {
    if (status >= 400 && status < 500) {
      throw new Refused(error(body));
    }
    if (status != 200) {
      throw new AssertionError("answered with " + status + " " + body);
    }
  }

  /** The message of an error's body, as its reader sees it: without what JSON escapes. */
  private static String error(String body) {
    try {
      JsonNode all = JSON.readTree(body);
      assertThat(all.fieldNames()).as(body).toIterable().containsExactly("error");
      return all.get("error").textValue();
    } catch (JsonProcessingException e) {
      throw new AssertionError("refused with what is no JSON: " + body, e);
    }
  }

  /** The request that an input of a reader stands for. */
  static Request request(String reader, byte[] input) {
    switch (reader) {
      case "serve-predict" -> {
        return new Request(PREDICT, Map.of(), input);
      }
      case "serve-b64" -> {
        byte[] head = ascii("{\"instances\":[{\"b64\":\"");
        return new Request(PREDICT, Map.of(), join(head, input, ascii("\"}]}")));
      }
      default -> {
        int end = 0;
        while (end < input.length && input[end] != '\n') {
          end++;
        }
        // Other characters do not get through to here: they are no header.
        String line =
            new String(input, 0, end, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "?");
        byte[] body = Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length);
        boolean isInfer = reader.equals("serve-infer");
        String header = isInfer ? "inference-header-content-length" : "content-type";
        return new Request(
            isInfer ? INFER : CLASSIFY,
            line.isBlank() ? Map.of() : Map.of(header, line.strip()),
            body);
      }
    }
  }

  /** TensorFlow Serving's JSON. */
  static Reader predict() {
    String image = TinyModel.json(TinyModel.image(0x123456));
    return reader(
        "serve-predict",
        Seeds.of(
            "serve-predict",
            ascii("{\"instances\":[" + image + "," + image + "]}"),
            ascii("{\"signature_name\":\"serving_default\",\"inputs\":[" + image + "]}"),
            ascii("{\"instances\":[{\"images\":" + image + "},{\"b64\":\"" + b64("png") + "\"}]}"),
            ascii("{\"inputs\":{\"images\":[" + image + "]},\"more\":[[{\"a\":null}],1e9,true]}"),
            ascii("{\"inputs\":{\"b64\":\"" + b64("gif") + "\"}}")));
  }

  /** The Open Inference Protocol's JSON with tensors behind it; the first line is its length. */
  static Reader infer() {
    byte[] pixels = TinyModel.image(0x123456);
    String shape = "\"name\":\"images\",\"shape\":[1,2,2,3]";
    String uint8 = shape + ",\"datatype\":\"UINT8\"";
    String flat = Arrays.toString(pixels).replaceAll("[ -]", "");
    String binary =
        "{\"id\":\"1\",\"inputs\":[{"
            + uint8
            + ",\"parameters\":{\"binary_data_size\":12}}],\"outputs\":[{\"name\":\"label\","
            + "\"parameters\":{\"binary_data\":true}},{\"name\":\"logits\"}]}";
    String pictures =
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[1],\"datatype\":\"BYTES\",\"parameters\":"
            + "{\"binary_data_size\":%d}}],\"parameters\":{\"binary_data_output\":true}}";
    byte[] png = Seeds.picture("png", BufferedImage.TYPE_INT_RGB);
    byte[] sized = join(new byte[] {(byte) png.length, (byte) (png.length >> 8), 0, 0}, png);
    String head = pictures.formatted(sized.length);
    return reader(
        "serve-infer",
        Seeds.of(
            "serve-infer",
            join(ascii(binary.length() + "\n" + binary), pixels),
            join(ascii(head.length() + "\n" + head), sized),
            ascii("\n{\"inputs\":[{" + uint8 + ",\"data\":" + flat + "}]}"),
            ascii("\n{\"inputs\":[{\"data\":" + flat + "," + uint8 + "}]}"),
            ascii(
                "\n{\"inputs\":[{"
                    + uint8
                    + ",\"data\":["
                    + TinyModel.json(pixels)
                    + "]}],\"outputs\":[{\"name\":\"class_id\"}]}"),
            ascii(
                "\n{\"inputs\":[{\"name\":\"images\",\"shape\":[1,1],\"datatype\":\"BYTES\",\"data\":[\""
                    + b64("png")
                    + "\"]}]}")));
  }

  /** Forms with pictures; the first line is their Content-Type. */
  static Reader multipart() {
    byte[] png = Seeds.picture("png", BufferedImage.TYPE_INT_RGB);
    byte[] jpeg = Seeds.picture("jpg", BufferedImage.TYPE_INT_RGB);
    byte[] type = ascii("multipart/form-data; boundary=" + BOUNDARY + "\n");
    byte[] end = ascii("--" + BOUNDARY + "--\r\n");
    return reader(
        "serve-multipart",
        Seeds.of(
            "serve-multipart",
            join(type, part("a", "a.png", png), part("b", "b.jpg", jpeg), end),
            join(type, ascii("preamble\r\n"), part("a", "a\"b.png", png), end, ascii("epilogue")),
            join(type, part("a", "a.txt", ascii("no picture")), part("a", "", png), end),
            join(ascii("image/png\n"), png)));
  }

  /** A picture in Base64 within JSON. */
  static Reader b64() {
    return reader(
        "serve-b64",
        Seeds.of(
            "serve-b64",
            ascii(b64("png")),
            ascii(b64("jpg")),
            ascii(b64("gif")),
            ascii(b64("bmp"))));
  }

  private static byte[] part(String name, String file, byte[] content) {
    String head =
        "--"
            + BOUNDARY
            + "\r\nContent-Disposition: form-data; name=\""
            + name
            + "\"; filename=\""
            + file
            + "\"\r\nContent-Type: image/png\r\n\r\n";
    return join(ascii(head), content, ascii("\r\n"));
  }

  private static String b64(String format) {
    return Base64.getEncoder().encodeToString(Seeds.picture(format, BufferedImage.TYPE_INT_RGB));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] each : parts) {
      bytes.writeBytes(each);
    }
    return bytes.toByteArray();
  }
}
