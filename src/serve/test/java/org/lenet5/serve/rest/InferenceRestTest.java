package org.lenet5.serve.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.serve.Client;
import org.lenet5.serve.Server;
import org.lenet5.serve.ServerOptions;
import org.lenet5.serve.TinyModel;

/** The Open Inference Protocol over HTTP, with binary tensors. */
class InferenceRestTest {
  private static final String INFER = "/v2/models/tiny/infer";
  private static final String LENGTH = "Inference-Header-Content-Length";

  @TempDir private static Path folder;
  private static Server server;
  private static Client client;

  @BeforeAll
  static void start() {
    TinyModel.write(folder.resolve("tiny/3"), 0);
    ServerOptions options = new ServerOptions().model("tiny", folder.resolve("tiny"));
    options.port = 0;
    options.maxItems = 100;
    server = Server.start(options);
    client = new Client(server.address());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void assertError(Client.Reply reply, int status, String message) {
    assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
    assertThat(reply.body()).startsWith("{\"error\":\"").endsWith("\"}").contains(message);
  }

  /** A request for the probabilities of an image, with what its input has beside the name. */
  private static String request(String input) {
    return "{\"id\":\"a\",\"inputs\":[{\"name\":\"images\","
        + input
        + "}],\"outputs\":[{\"name\":\"probabilities\"}]}";
  }

  private static String reply(String shape, String data) {
    return "{\"id\":\"a\",\"model_name\":\"tiny\",\"model_version\":\"3\",\"outputs\":[{"
        + "\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":["
        + shape
        + "],\"data\":["
        + data
        + "]}]}";
  }

  @Test
  void aboutTheServer() {
    assertThat(client.get("/v2").body())
        .matches(
            "\\{\"name\":\"lenet5-serve\",\"version\":\"[^\"]+\","
                + "\"extensions\":\\[\"binary_tensor_data\"\\]}");
    assertThat(client.get("/v2/health/live").body()).isEqualTo("{\"live\":true}");
    assertThat(client.get("/v2/health/ready").body()).isEqualTo("{\"ready\":true}");
    for (String each : List.of("/v2/models/tiny/ready", "/v2/models/tiny/versions/3/ready")) {
      assertThat(client.get(each).toString()).isEqualTo("200 {\"name\":\"tiny\",\"ready\":true}");
    }
    assertThat(client.get("/v2/models/tiny/versions/4/ready").toString())
        .isEqualTo("503 {\"name\":\"tiny\",\"ready\":false}");
    assertThat(client.get("/v2/models/tiny").body())
        .isEqualTo(
            "{\"name\":\"tiny\",\"versions\":[\"3\"],\"platform\":\"tensorflow_savedmodel\","
                + "\"inputs\":[{\"name\":\"images\",\"datatype\":\"UINT8\",\"shape\":[-1,2,2,3]}],"
                + "\"outputs\":[{\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[-1,2]},"
                + "{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[-1,2]},"
                + "{\"name\":\"class_id\",\"datatype\":\"INT64\",\"shape\":[-1]},"
                + "{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[-1]}]}");
    assertThat(client.get("/v2/models/tiny/versions/3").body())
        .isEqualTo(client.get("/v2/models/tiny").body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET|/v2/models/none|404|Servable not found",
        "GET|/v2/models/none/ready|404|Servable not found",
        "GET|/v2/models/tiny/versions/9|404|Specific(tiny, 9)",
        "GET|/v2/models/tiny/versions/x|400|version x of tiny: must be a number",
        "GET|/v2/models/tiny/foo|404|Not found",
        "GET|/v2/foo|404|Not found",
        "GET|/v2/models/tiny/infer|405|GET /v2/models/tiny/infer: must be POST",
        "POST|/v2/models/tiny|405|POST /v2/models/tiny: must be GET",
        "POST|/v2/models/none/infer|404|Servable not found",
        "POST|/v2/models/tiny/versions/9/infer|404|Specific(tiny, 9)",
      })
  void wrongPaths(String method, String path, int status, String message) {
    assertError(method.equals("GET") ? client.get(path) : client.post(path, "{}"), status, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"shape\":[2,2,2,3],\"datatype\":\"UINT8\",\"data\":[FLAT]",
        "\"shape\":[2,2,2,3],\"datatype\":\"UINT8\",\"data\":[NESTED]",
        "\"datatype\":\"UINT8\",\"data\":[FLAT],\"shape\":[2,2,2,3]",
        "\"data\":[FLAT],\"shape\":[2,2,2,3],\"datatype\":\"UINT8\"",
        "\"data\" : [ NESTED ] ,\"shape\":[2,2,2,3],\"datatype\":\"UINT8\",\"parameters\":{\"x\":[1]}",
      })
  void dataInJson(String input) {
    byte[] one = TinyModel.image(0x800000);
    byte[] two = TinyModel.image(0x400000);
    String nested = TinyModel.json(one) + "," + TinyModel.json(two);
    String body =
        request(input.replace("FLAT", nested.replaceAll("[\\[\\]]", "")).replace("NESTED", nested));
    assertThat(client.post(INFER, body).toString())
        .isEqualTo("200 " + reply("2,2", "0.5,0.5,0.25,0.75"));
    assertThat(client.post("/v2/models/tiny/versions/3/infer", body).status()).isEqualTo(200);
  }

  @Test
  void allOutputsWhereNoneIsNamed() {
    String body =
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[1,2,2,3],\"datatype\":\"UINT8\",\"data\":["
            + TinyModel.json(TinyModel.image(0x800000))
            + "]}]}";
    assertThat(client.post(INFER, body).body())
        .isEqualTo(
            "{\"model_name\":\"tiny\",\"model_version\":\"3\",\"outputs\":["
                + "{\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[0.5,0.5]},"
                + "{\"name\":\"logits\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[2.0,2.0]},"
                + "{\"name\":\"class_id\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[0]},"
                + "{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"yes\"]}]}");
  }

  @Test
  void picturesAsBytes() {
    String picture = Base64.getEncoder().encodeToString(Pictures.png(0x400000));
    for (String data : List.of("[\"" + picture + "\"]", "[[\"" + picture + "\"]]")) {
      String shape = data.startsWith("[[") ? "[1,1]" : "[1]";
      String body = request("\"shape\":" + shape + ",\"datatype\":\"BYTES\",\"data\":" + data);
      assertThat(client.post(INFER, body).toString()).isEqualTo("200 " + reply("1,2", "0.25,0.75"));
    }
  }

  private static byte[] joined(String json, byte[]... rest) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(json.getBytes(StandardCharsets.UTF_8));
    for (byte[] each : rest) {
      all.writeBytes(each);
    }
    return all.toByteArray();
  }

  private static byte[] element(byte[] bytes) {
    return ByteBuffer.allocate(4 + bytes.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private static Client.Reply binary(String json, byte[]... rest) {
    return client.post(INFER, joined(json, rest), LENGTH, Integer.toString(json.length()));
  }

  @Test
  void binaryTensorsBothWays() {
    String input =
        "\"shape\":[2,2,2,3],\"datatype\":\"UINT8\",\"parameters\":{\"binary_data_size\":24}";
    byte[] one = TinyModel.image(0x800000);
    byte[] two = TinyModel.image(0x400000);
    assertThat(binary(request(input), one, two).toString())
        .isEqualTo("200 " + reply("2,2", "0.5,0.5,0.25,0.75"));

    String all =
        "{\"inputs\":[{\"name\":\"images\","
            + input
            + "}],\"outputs\":[{\"name\":\"label\"},"
            + "{\"name\":\"probabilities\",\"parameters\":{\"binary_data\":true}},"
            + "{\"name\":\"class_id\",\"parameters\":{\"binary_data\":false}}],"
            + "\"parameters\":{\"binary_data_output\":true}}";
    Client.Reply reply = binary(all, one, two);
    assertThat(reply.header("content-type")).isEqualTo("application/octet-stream");
    int json = Integer.parseInt(reply.header(LENGTH));
    assertThat(new String(reply.bytes(), 0, json, StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"model_name\":\"tiny\",\"model_version\":\"3\",\"outputs\":["
                + "{\"name\":\"label\",\"datatype\":\"BYTES\",\"shape\":[2],\"parameters\":{\"binary_data_size\":13}},"
                + "{\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[2,2],\"parameters\":{\"binary_data_size\":16}},"
                + "{\"name\":\"class_id\",\"datatype\":\"INT64\",\"shape\":[2],\"data\":[0,1]}]}");
    ByteBuffer behind =
        ByteBuffer.wrap(reply.bytes(), json, reply.bytes().length - json)
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] labels = new byte[13];
    behind.get(labels);
    assertThat(labels)
        .isEqualTo(joined("", element(new byte[] {'y', 'e', 's'}), element(new byte[] {'n', 'o'})));
    assertThat(List.of(behind.getFloat(), behind.getFloat(), behind.getFloat(), behind.getFloat()))
        .containsExactly(0.5f, 0.5f, 0.25f, 0.75f);
    assertThat(behind.hasRemaining()).isFalse();
  }

  @Test
  void picturesAsBinaryElements() {
    byte[] elements = joined("", element(Pictures.png(0x400000)), element(Pictures.png(0xC00000)));
    String json =
        request(
            "\"shape\":[2],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":"
                + elements.length
                + "}");
    assertThat(binary(json, elements).toString())
        .isEqualTo("200 " + reply("2,2", "0.25,0.75,0.75,0.25"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"99999999999", "-1", "1e3", "x", "", "1000", "99999999999999999999999"})
  void aHeaderThatCannotBe(String length) {
    assertError(client.post(INFER, "{}", LENGTH, length), 400, "Inference-Header-Content-Length (");
  }

  static Stream<List<String>> wrongBodies() {
    String uint8 = "\"datatype\":\"UINT8\"";
    String one = "\"shape\":[1,2,2,3]," + uint8 + ",";
    String flat = "\"data\":[0,0,0,0,0,0,0,0,0,0,0,0]";
    return Stream.of(
        List.of("", "The document is empty"),
        List.of("{}", "the request has no inputs"),
        List.of("{\"inputs\":[]}", "the request has no inputs"),
        List.of("{\"inputs\":{}}", "'inputs' must be an array"),
        List.of("{\"inputs\":[1]}", "must be an object"),
        List.of("{\"inputs\":[{}]}", "must have a name, a datatype and a shape"),
        List.of("{\"id\":1,\"inputs\":[]}", "id must be a string"),
        List.of(request(one + flat).replace("\"images\"", "\"x\""), "unexpected input 'x'"),
        List.of(request(one + flat).replace("\"probabilities\"", "\"x\""), "unexpected output 'x'"),
        List.of(request(one + flat).replace("}],\"out", "},{}],\"out"), "one input"),
        List.of(request(one + flat.replace("[0,", "[300,")), "holds 300"),
        List.of(request(one + flat.replace("[0,", "[")), "has 11 values, must have 12"),
        List.of(request(one + flat.replace("[0,", "[0,0,")), "has 1 values, must have 12"),
        List.of(request(one + "\"data\":[]"), "holds 0 images, its shape says 1"),
        List.of(request(one + "\"data\":1"), "'data' must be an array"),
        List.of(request(one + flat + "," + flat), "data twice"),
        List.of(request(one + "\"x\":1"), "either data or the parameter binary_data_size"),
        List.of(request(flat + ",\"shape\":[1,2,2,3]"), "must have a name, a datatype and a shape"),
        List.of(request("\"shape\":[2,2,2,3]," + uint8 + "," + flat), "holds 1 images"),
        List.of(request("\"shape\":[1,12]," + uint8 + "," + flat), "has the shape [1,12]"),
        List.of(request("\"shape\":[-1,2,2,3]," + uint8 + "," + flat), "its shape says -1"),
        List.of(request("\"shape\":[\"1\"]," + uint8 + "," + flat), "whole numbers"),
        List.of(
            request("\"shape\":[1,1,1,1,1,1,1,1,1]," + uint8 + "," + flat),
            "more than 8 dimensions"),
        List.of(request("\"shape\":[1,2,2,3],\"datatype\":\"FP32\"," + flat), "the datatype FP32"),
        List.of(
            request(one + "\"parameters\":{\"binary_data_size\":-1}"), "must be a number of bytes"),
        List.of(
            request(one + "\"parameters\":{\"binary_data_size\":12}"),
            "0 bytes follow the JSON, binary_data_size says 12"),
        List.of(request(one + flat) + "rest", "JSON"));
  }

  @ParameterizedTest
  @MethodSource("wrongBodies")
  void wrongBody(List<String> bodyAndMessage) {
    assertError(client.post(INFER, bodyAndMessage.get(0)), 400, bodyAndMessage.get(1));
  }

  @Test
  void wrongBinaryData() {
    String bytes = "\"shape\":[1],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":%d}";
    assertError(
        binary(request(bytes.formatted(4)), new byte[] {-1, -1, -1, -1}), 400, "ends too early");
    assertError(
        binary(request(bytes.formatted(6)), new byte[] {9, 0, 0, 0, 1, 2}), 400, "ends too early");
    assertError(binary(request(bytes.formatted(2)), new byte[] {1, 2}), 400, "ends too early");
    String pixels =
        "\"shape\":[1,2,2,3],\"datatype\":\"UINT8\",\"parameters\":{\"binary_data_size\":%d}";
    assertError(binary(request(pixels.formatted(11)), new byte[11]), 400, "a multiple of 12");
    assertError(
        binary(request(pixels.formatted(12)), new byte[13]),
        400,
        "13 bytes follow the JSON, binary_data_size says 12");
    assertError(binary(request(pixels.formatted(24)), new byte[24]), 400, "holds 2 images");
    assertError(
        binary(
            request(
                "\"shape\":[101,2,2,3],\"datatype\":\"UINT8\","
                    + "\"parameters\":{\"binary_data_size\":1212}"),
            new byte[1212]),
        400,
        "(--max-items)");
  }
}
