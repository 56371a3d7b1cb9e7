package org.lenet5.serve.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
import org.lenet5.serve.model.ModelOptions;
import org.lenet5.serve.model.VersionPolicy;

/** TensorFlow Serving's REST, to the letter. */
class TensorFlowRestTest {
  @TempDir private static Path folder;
  private static Server server;
  private static Client client;

  @BeforeAll
  static void start() {
    TinyModel.write(folder.resolve("tiny/1"), 1);
    TinyModel.write(folder.resolve("tiny/2"), 0);
    TinyModel.write(folder.resolve("bare/7"), 0, false);
    ServerOptions options = new ServerOptions();
    options.models.add(
        new ModelOptions(
            "tiny",
            folder.resolve("tiny"),
            VersionPolicy.parse("all"),
            Map.of("stable", 1L, "gone", 9L)));
    options.model("bare", folder.resolve("bare"));
    options.port = 0;
    options.maxItems = 100;
    server = Server.start(options);
    client = new Client(server.address());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String rows(int... numbers) {
    return "{\"instances\":["
        + IntStream.of(numbers)
            .mapToObj(each -> TinyModel.json(TinyModel.image(each)))
            .collect(Collectors.joining(","))
        + "]}";
  }

  private static String b64(int number) {
    return "{\"b64\":\"" + Base64.getEncoder().encodeToString(Pictures.png(number)) + "\"}";
  }

  private static void assertError(Client.Reply reply, int status, String message) {
    assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
    assertThat(reply.header("content-type")).startsWith("application/json");
    assertThat(reply.body()).startsWith("{\"error\":\"").endsWith("\"}").contains(message);
  }

  @Test
  void rowsAnswerRows() {
    Client.Reply reply = client.post("/v1/models/tiny:predict", rows(0x800000, 0));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("content-type")).startsWith("application/json");
    assertThat(reply.body())
        .isEqualTo(
            "{\"predictions\":["
                + "{\"probabilities\":[0.5,0.5],\"logits\":[2.0,2.0],\"class_id\":0,\"label\":\"yes\"},"
                + "{\"probabilities\":[0.0,1.0],\"logits\":[0.0,4.0],\"class_id\":1,\"label\":\"no\"}]}");
  }

  @Test
  void columnsAnswerColumns() {
    String tensor = rows(0x800000, 0).replace("instances", "inputs");
    assertThat(client.post("/v1/models/tiny:predict", tensor).body())
        .isEqualTo(
            "{\"outputs\":{\"probabilities\":[[0.5,0.5],[0.0,1.0]],"
                + "\"logits\":[[2.0,2.0],[0.0,4.0]],\"class_id\":[0,1],\"label\":[\"yes\",\"no\"]}}");
    String named = tensor.replace("\"inputs\":", "\"inputs\":{\"images\":").replace("]}", "]}}");
    assertThat(client.post("/v1/models/tiny:predict", named).body())
        .isEqualTo(client.post("/v1/models/tiny:predict", tensor).body());
  }

  @Test
  void aSingleOutputLosesItsName() {
    // Of a model made elsewhere it is not known what class_id and label mean.
    assertThat(client.post("/v1/models/bare:predict", rows(0x800000)).body())
        .isEqualTo("{\"predictions\":[{\"probabilities\":[0.5,0.5],\"logits\":[2.0,2.0]}]}");
  }

  @Test
  void rowsMayNameTheInput() {
    String plain = TinyModel.json(TinyModel.image(0x400000));
    String named = "{\"instances\":[{\"images\":" + plain + "}," + plain + "]}";
    assertThat(client.post("/v1/models/tiny:predict", named).body())
        .contains("\"probabilities\":[0.25,0.75]")
        .doesNotContain("[0.5,");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"instances\":[%s]}",
        "{\"instances\":[{\"images\":%s}]}",
        "{\"inputs\":[%s]}",
        "{\"inputs\":%s}",
        "{\"inputs\":{\"images\":[%s]}}",
        "{\"inputs\":{\"images\":%s}}",
      })
  void encodedPictures(String form) {
    Client.Reply reply = client.post("/v1/models/tiny:predict", form.formatted(b64(0x400000)));
    assertThat(reply.body()).contains("[0.25,0.75]");
  }

  @Test
  void picturesAndPixelsMix() {
    String body =
        "{\"instances\":["
            + b64(0x400000)
            + ","
            + TinyModel.json(TinyModel.image(0xC00000))
            + ","
            + b64(0x800000)
            + "]}";
    assertThat(client.post("/v1/models/bare:predict", body).body())
        .containsSubsequence("[0.25,0.75]", "[0.75,0.25]", "[0.5,0.5]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/models/tiny/versions/1:predict|0.0",
        "/v1/models/tiny/versions/2:predict|0.5",
        "/v1/models/tiny/labels/stable:predict|0.0",
        "/V1/Models/tiny:Predict|0.5",
        "/v1/MODELS/tiny/Versions/2:PREDICT|0.5",
      })
  void whichVersionAnswers(String path, String yes) {
    byte[] image = TinyModel.image(0x800000, 0);
    Client.Reply reply = client.post(path, "{\"instances\":[" + TinyModel.json(image) + "]}");
    assertThat(reply.body()).contains("\"probabilities\":[" + yes + ",");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/models/none:predict|404|Servable not found for request: Latest(none)",
        "/v1/models/tiny/versions/9:predict|404|Servable not found for request: Specific(tiny, 9)",
        "/v1/models/tiny/labels/gone:predict|404|Servable not found for request: Specific(tiny, 9)",
        "/v1/models/tiny/labels/x:predict|400|Unrecognized servable version label: x",
        "/v1/models/tiny/versions/99999999999999999999:predict|400|Failed to convert version",
        "/v1/models/tiny/versions/x:predict|400|Malformed request: POST /v1/models/tiny/versions/x",
        "/v1/models/tiny:foo|400|Malformed request: POST /v1/models/tiny:foo",
        "/v1/models/tiny|400|Malformed request: POST /v1/models/tiny",
        "/v1/models/:predict|400|Malformed request: POST /v1/models/:predict",
        "/v1/|400|Malformed request: POST /v1/",
        "/v1/models/tiny:classify|400|Expected classification signature method_name to be"
            + " tensorflow/serving/classify. Was: tensorflow/serving/predict",
        "/v1/models/tiny:regress|400|Expected regression signature method_name",
        "/elsewhere|404|Not found: POST /elsewhere",
      })
  void wrongPaths(String path, int status, String message) {
    assertError(client.post(path, rows(1)), status, message);
  }

  static Stream<List<String>> wrongBodies() {
    String image = TinyModel.json(TinyModel.image(1));
    return Stream.of(
        List.of("", "The document is empty"),
        List.of("[]", "no JSON object"),
        List.of("{", "JSON Parse error"),
        List.of("{}", "Missing 'inputs' or 'instances' key"),
        List.of("{\"instances\":[]}", "No values in 'instances' array"),
        List.of("{\"inputs\":[]}", "No values in 'inputs' array"),
        List.of("{\"instances\":1}", "Expecting 'instances' to be an list/array"),
        List.of("{\"instances\":{}}", "Expecting 'instances' to be an list/array"),
        List.of("{\"inputs\":1}", "'inputs' must be an array"),
        List.of("{\"inputs\":{}}", "'inputs' has no key"),
        List.of("{\"inputs\":{\"x\":1}}", "'inputs' has the key 'x'"),
        List.of("{\"instances\":[" + image + "],\"inputs\":[" + image + "]}", "expecting only one"),
        List.of("{\"instances\":[" + image + "],\"instances\":[" + image + "]}", "twice"),
        List.of("{\"instances\":[" + image + "]}x", "JSON"),
        List.of("{\"instances\":[" + image + "]} {}", "something follows"),
        List.of("{\"instances\":[" + image.replace(",1]", ",300]") + "]}", "holds 300"),
        List.of("{\"instances\":[" + image.replace(",1]", ",-1]") + "]}", "holds -1"),
        List.of("{\"instances\":[" + image.replace(",1]", ",1.5]") + "]}", "holds 1.5"),
        List.of("{\"instances\":[" + image.replace(",1]", ",NaN]") + "]}", "holds NaN"),
        List.of("{\"instances\":[" + image.replace(",1]", ",1e1]") + "]}", "holds 1e1"),
        List.of("{\"instances\":[" + image.replace(",1]", ",\\\"1\\\"]") + "]}", "JSON"),
        List.of("{\"instances\":[" + image.replace(",1]", ",null]") + "]}", "holds null"),
        List.of("{\"instances\":[" + image.replace(",1]", "]") + "]}", "shape [2,2,3]"),
        List.of("{\"instances\":[" + image.replace(",1]", ",1,1]") + "]}", "shape [2,2,3]"),
        List.of("{\"instances\":[[" + image + "]]}", "shape [2,2,3]"),
        List.of("{\"instances\":[[]]}", "image 0[0] is missing"),
        List.of("{\"instances\":[[1]]}", "image 0[0] is 1, must be an array"),
        List.of("{\"instances\":[1]}", "image 0 is no array"),
        List.of("{\"instances\":[" + image + ",1]}", "image 1 is no array"),
        List.of("{\"instances\":[{}]}", "instance 0 has no key"),
        List.of("{\"instances\":[{\"x\":1}]}", "instance 0 has the key 'x'"),
        List.of("{\"instances\":[{\"images\":" + image + ",\"x\":1}]}", "the key 'x' too many"),
        List.of("{\"instances\":[{\"b64\":1}]}", "must be a string of base64"),
        List.of("{\"instances\":[{\"b64\":\"*\"}]}", "is no base64"),
        List.of("{\"instances\":[{\"b64\":\"AAAA\"}]}", "image 0: the image of 3 bytes: is no PNG"),
        List.of("{\"instances\":[" + image + "],\"signature_name\":1}", "must be a string"),
        List.of(
            "{\"instances\":[" + image + "],\"signature_name\":\"x\"}",
            "Serving signature name: \\\"x\\\" not found"),
        List.of("{\"instances\":" + "[".repeat(200), "must have the shape [2,2,3]"),
        List.of("{\"x\":" + "[".repeat(200) + "]".repeat(200) + "}", "limit"),
        List.of("{\"x\":" + "1".repeat(2000) + "}", "limit"),
        List.of(rows(new int[101]), "(--max-items)"));
  }

  @ParameterizedTest
  @MethodSource("wrongBodies")
  void wrongBody(List<String> bodyAndMessage) {
    assertError(
        client.post("/v1/models/tiny:predict", bodyAndMessage.get(0)), 400, bodyAndMessage.get(1));
  }

  @Test
  void otherKeysArePassedOver() {
    String body = rows(0x800000).replace("{\"inst", "{\"x\":{\"instances\":[1]},\"inst");
    assertThat(client.post("/v1/models/tiny:predict", body).status()).isEqualTo(200);
    String signature = rows(1).replace("}", ",\"signature_name\":\"serving_default\"}");
    assertThat(client.post("/v1/models/tiny:predict", signature).status()).isEqualTo(200);
  }

  @Test
  void status() {
    String one =
        "{\"version\":\"1\",\"state\":\"AVAILABLE\",\"status\":{\"error_code\":\"OK\",\"error_message\":\"\"}}";
    String both = "{\"model_version_status\":[" + one.replace("\"1\"", "\"2\"") + "," + one + "]}";
    assertThat(client.get("/v1/models/tiny").body()).isEqualTo(both);
    assertThat(client.get("/V1/models/tiny").body()).isEqualTo(both);
    assertThat(client.get("/v1/models/tiny/versions/1").body())
        .isEqualTo("{\"model_version_status\":[" + one + "]}");
    assertThat(client.get("/v1/models/tiny/labels/stable").body())
        .isEqualTo("{\"model_version_status\":[" + one + "]}");
    assertError(client.get("/v1/models"), 400, "Missing model name in request.");
    assertError(client.get("/v1/models/none"), 404, "Could not find any versions of model none");
    assertError(client.get("/v1/models/tiny/versions/9"), 404, "Could not find version 9 of model");
    assertError(
        client.get("/v1/models/tiny:predict"), 400, "Malformed request: GET /v1/models/tin");
    assertError(client.get("/v1/"), 400, "Malformed request: GET /v1/");
  }

  @Test
  void metadata() {
    assertThat(client.get("/v1/models/tiny/versions/1/metadata").body())
        .startsWith(
            "{\"model_spec\":{\"name\":\"tiny\",\"signature_name\":\"\",\"version\":\"1\"},"
                + "\"metadata\":{\"signature_def\":{\"signature_def\":{\"serving_default\":{"
                + "\"inputs\":{\"images\":{\"dtype\":\"DT_UINT8\",\"tensor_shape\":{\"dim\":["
                + "{\"size\":\"-1\",\"name\":\"\"},{\"size\":\"2\",\"name\":\"\"},")
        .contains(
            "\"label\":{\"dtype\":\"DT_STRING\"", "\"method_name\":\"tensorflow/serving/predict\"");
    assertError(client.get("/v1/models/none/metadata"), 404, "Servable not found");
  }
}
