package org.lenet5.serve.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.serve.Client;
import org.lenet5.serve.Server;
import org.lenet5.serve.ServerOptions;
import org.lenet5.serve.TinyModel;
import org.lenet5.serve.rest.Cases.Case;

/** The cases of Triton's qa/L0_http/http_test.py, with this model's images for their numbers. */
class TritonCasesTest {
  private static final String INFER = "/v2/models/tiny/infer";
  private static final String LENGTH = "Inference-Header-Content-Length";

  @TempDir private static Path folder;
  private static Server server;
  private static Client client;

  @BeforeAll
  static void start() {
    TinyModel.write(folder.resolve("tiny/1"), 0);
    ServerOptions options = new ServerOptions().model("tiny", folder.resolve("tiny"));
    options.port = 0;
    options.log = line -> {};
    server = Server.start(options);
    client = new Client(server.address());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Case input(String name, String shape, String data, String part) {
    String body =
        "{\"inputs\":[{\"name\":\"images\",\"shape\":"
            + shape
            + ",\"datatype\":\"UINT8\",\"data\":"
            + data
            + "}]}";
    return new Case(name, "POST", INFER, body, 400, part);
  }

  static Stream<Case> cases() {
    String twice =
        "{\"inputs\":[{\"name\":\"images\",\"shape\":[1,2,2,3],\"datatype\":\"UINT8\",\"data\":[$A]}],"
            + "\"outputs\":[{\"name\":\"label\"},{\"name\":\"label\"}]}";
    int deep = 250_000;
    String nested = "{\"ready\":" + "[".repeat(deep) + "true" + "]".repeat(deep) + "}";
    String load = "/v2/repository/models/tiny/load";
    String file = "{\"parameters\":{\"file:" + "A".repeat(256) + "\":\"YQ==\",\"config\":\"{}\"}}";
    return Stream.of(
        input("test_buffer_size_overflow", "[16,1152921504606846978]", "[1]", "shape"),
        input("test_buffer_size_overflow", "[4,1152921504606846978]", "[$A]", "shape"),
        input("test_negative_dimensions", "[2,-5]", "[$A]", "shape [2,-5]"),
        input("test_negative_dimensions", "[-1,2,2,3]", "[$A]", "its shape says -1"),
        input(
            "test_json_recursion_depth_limit",
            "[1,1]",
            "[".repeat(120) + 1 + "]".repeat(120),
            "image 0"),
        input(
            "test_json_recursion_depth_limit",
            "[1,1]",
            "[".repeat(50) + 1 + "]".repeat(50),
            "image 0"),
        new Case(
            "test_json_recursion_depth_limit",
            "POST",
            INFER,
            "{\"x\":" + "[".repeat(120) + "]".repeat(120) + "}",
            400,
            "limit"),
        new Case(
            "test_duplicate_output_names",
            "POST",
            INFER,
            twice,
            400,
            "output 'label' already exists in request"),
        new Case(
            "test_repository_index_deeply_nested_json",
            "POST",
            "/v2/repository/index",
            nested,
            405,
            "/v2/repository/index"),
        new Case("test_loading_large_invalid_model", "POST", load, "A".repeat(1 << 20), 405, load),
        new Case("test_load_oversized_file_parameter", "POST", load, file, 405, load));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isAnsweredAsTheTableSays(Case each) {
    Cases.check(each, each.send(client));
    assertThat(client.get("/v2/health/live").status()).as("afterwards").isEqualTo(200);
  }

  private static void assertHalf(Client.Reply reply, int images) {
    assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    int json = Integer.parseInt(reply.header(LENGTH));
    assertThat(new String(reply.bytes(), 0, json, StandardCharsets.UTF_8))
        .contains("\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[" + images + ",2]");
    ByteBuffer behind =
        ByteBuffer.wrap(reply.bytes(), json, reply.bytes().length - json)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2 * images; i++) {
      assertThat(behind.getFloat()).isEqualTo(0.5f);
    }
  }

  private static byte[] halves(int images) {
    byte[] all = new byte[images * TinyModel.SHAPE.bytes()];
    for (int i = 0; i < images; i++) {
      byte[] image = TinyModel.image(0x800000);
      System.arraycopy(image, 0, all, i * image.length, image.length);
    }
    return all;
  }

  /** test_raw_binary, test_raw_binary_longer. */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void pixelsAlone(int images) {
    assertHalf(client.post(INFER, halves(images), LENGTH, "0"), images);
  }

  /** test_byte_too_many_elements, test_multi_variable_dimensions: what does not come out even. */
  @Test
  void pixelsAloneOfNoWholeImage() {
    Client.Reply reply = client.post(INFER, Arrays.copyOf(halves(2), 23), LENGTH, "0");
    assertThat(reply.toString()).startsWith("400 {\"error\":").contains("a multiple of 12");
    assertThat(client.post(INFER, "427", LENGTH, "0").status()).isEqualTo(400);
    assertThat(client.post(INFER, "", LENGTH, "0").status()).isEqualTo(400);
  }

  /** test_content_encoding_chunked_manually. */
  @Test
  void inChunks() {
    byte[] pixels = halves(2);
    Client.Reply reply =
        client.send(
            client
                .request(INFER)
                .header(LENGTH, "0")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(pixels))));
    assertHalf(reply, 2);
  }

  /** test_inference_header_content_length_out_of_range. */
  @ParameterizedTest
  @ValueSource(
      strings = {"99999999999", "-1", "3", "2147483648", "0x1", "1 ", "99999999999999999999"})
  void headersLengthOutOfRange(String length) {
    Client.Reply reply = client.post(INFER, "{}", LENGTH, length);
    assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
    assertThat(client.get("/v2/health/live").status()).isEqualTo(200);
  }

  @Test
  void theTableHasThem() throws IOException {
    List<String> others =
        List.of(
            "test_raw_binary",
            "test_raw_binary_longer",
            "test_byte_too_many_elements",
            "test_multi_variable_dimensions",
            "test_content_encoding_chunked_manually",
            "test_inference_header_content_length_out_of_range");
    assertThat(Cases.inTable(TritonCasesTest.class))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(cases().map(Case::name), others.stream()).distinct().toList());
  }
}
