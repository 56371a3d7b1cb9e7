package org.lenet5.serve.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lenet5.serve.Client;
import org.lenet5.serve.Server;
import org.lenet5.serve.ServerOptions;
import org.lenet5.serve.TinyModel;
import org.lenet5.serve.model.ModelOptions;
import org.lenet5.serve.model.VersionPolicy;
import org.lenet5.serve.rest.Cases.Case;

/**
 * The cases of TensorFlow Serving's json_tensor_test.cc and http_rest_api_handler_test.cc, with
 * this model's images for their numbers.
 */
class TensorFlowCasesTest {
  private static final String MODEL = "/v1/models/tiny";
  private static final String PREDICT = MODEL + ":predict";
  private static final String YES = "[0.5,0.5]";
  private static final String QUARTER = "[0.25,0.75]";
  private static final int DEEP = 500_000;

  @TempDir private static Path folder;
  private static Server server;
  private static Client client;

  @BeforeAll
  static void start() {
    TinyModel.write(folder.resolve("tiny/123"), 0);
    ServerOptions options = new ServerOptions();
    options.models.add(
        new ModelOptions(
            "tiny", folder.resolve("tiny"), VersionPolicy.parse("all"), Map.of("stable", 123L)));
    options.port = 0;
    options.log = line -> {};
    server = Server.start(options);
    client = new Client(server.address());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Case body(String name, String body, int status, String... parts) {
    return new Case(name, "POST", PREDICT, body, status, parts);
  }

  private static Case pixel(String name, String number) {
    String image = "[[[1,2,3],[4,5,6]],[[7,8,9],[10,11," + number + "]]]";
    return body(
        name, "{\"instances\":[" + image + "]}", 400, "must be whole numbers from 0 to 255");
  }

  static Stream<Case> tensors() {
    String deep = "[".repeat(DEEP) + "]".repeat(DEEP);
    String named = "{\"instances\":[{\"images\":$A,\"str_tensor\":[\"foo\"]}]}";
    return Stream.of(
        body(
            "SingleUnnamedTensor",
            "{\"instances\":[$A,$B]}",
            200,
            "{\"predictions\":[",
            YES,
            QUARTER),
        body(
            "DeeplyNestedWellFormed", "{\"instances\":[$A],\"nested\":" + deep + "}", 400, "limit"),
        body(
            "DeeplyNestedMalformed",
            "{\"signature_name\":" + deep + "}",
            400,
            "key must be a string value"),
        pixel("MixedInputForFloatTensor", "2.0"),
        pixel("MixedInputForDoubleTensor", "0.662"),
        pixel("FloatTensorWithPrecisionLoss", "1435774380"),
        pixel("FloatTensorThatExceedsMaxReturnsInf", "1.79769e+308"),
        pixel("FloatTensorThatExceedsMinReturnsZero", "2.22507e-308"),
        body(
            "SingleUnnamedTensorWithSignature",
            "{\"signature_name\":\"serving_default\",\"instances\":[$A]}",
            200,
            YES),
        body(
            "SingleUnnamedTensorWithSignature",
            "{\"signature_name\":\"predict_images\",\"instances\":[$A]}",
            400,
            "predict_images"),
        body("TensorFromNonNullTerminatedBuffer", "{\"instances\":[$A]}X", 400, "JSON"),
        body(
            "SingleUnnamedTensorBase64Scalars",
            "{\"instances\":[{\"b64\":\"$P\"},{\"b64\":\"$P\"}]}",
            200,
            QUARTER,
            QUARTER),
        body(
            "SingleUnnamedTensorBase64Lists",
            "{\"instances\":[[{\"b64\":\"$P\"}],[{\"b64\":\"$P\"}]]}",
            400,
            "image 0"),
        body(
            "SingleNamedTensorBase64",
            "{\"instances\":[{\"images\":{\"b64\":\"$P\"}}]}",
            200,
            QUARTER),
        body(
            "SingleNamedTensorBase64",
            "{\"instances\":[{\"images\":[[{\"b64\":\"$P\"}]]}]}",
            400,
            "image 0"),
        body("MultipleNamedTensor", named, 400, "str_tensor"),
        body(
            "SingleUnnamedTensorColumnarFormat",
            "{\"inputs\":{\"images\":[$A]}}",
            200,
            "{\"outputs\":{",
            YES),
        body("SingleUnnamedTensorColumnarFormat", "{\"inputs\":[$A]}", 200, "{\"outputs\":{", YES),
        body(
            "MultipleNamedTensorColumnarFormat",
            "{\"inputs\":{\"images\":[$A],\"str_tensor\":[\"foo\"]}}",
            400,
            "str_tensor"),
        body("SingleUnnamedTensorErrors", "", 400, "The document is empty"),
        body(
            "SingleUnnamedTensorErrors",
            "{\"signature_name\":5,\"instances\":[$A]}",
            400,
            "must be a string value"),
        body(
            "SingleUnnamedTensorErrors",
            "{\"instances\":[$A],\"inputs\":[$A]}",
            400,
            "Not formatted correctly"),
        body(
            "SingleUnnamedTensorErrors",
            "{\"instances\":[$A,[[[1,2,3],[4,5,6]],[[7,8,9],[1,2]]]]}",
            400,
            "image 1"),
        body("SingleUnnamedTensorErrors", "{\"instances\":[$A,[[1,2],[3,4]]]}", 400, "image 1"),
        body("SingleUnnamedTensorErrors", "{\"instances\":[1,$A]}", 400, "image 0"),
        body("SingleUnnamedTensorErrors", "{\"instances\":[$A,[\"a\",\"b\"]]}", 400, "image 1"),
        body(
            "MultipleNamedTensorErrors",
            "{\"instances\":[{\"images\":$A},{\"images\":[$A]}]}",
            400,
            "image 1"),
        body(
            "MultipleNamedTensorErrors",
            "{\"instances\":[{\"images\":$A},{\"images\":[[[1,2,3]]]}]}",
            400,
            "image 1"),
        body("MixedRows", "{\"instances\":[{\"images\":$A},$B]}", 200, YES, QUARTER),
        body("MixedRows", "{\"instances\":[$A,{\"images\":$B}]}", 200, YES, QUARTER),
        body(
            "FromJsonSingleTensor",
            "{\"instances\":[$A]}",
            200,
            "{\"predictions\":[{\"probabilities\":[0.5,0.5]"),
        body("FromJsonSingleScalarTensor", "{\"inputs\":[$A,$B]}", 200, "\"class_id\":[0,1]"),
        body(
            "FromJsonSingleBytesTensor", "{\"inputs\":[$A,$B]}", 200, "\"label\":[\"yes\",\"no\"]"),
        body(
            "FromJsonMultipleNamedTensors",
            "{\"instances\":[$A,$B]}",
            200,
            "{\"predictions\":[{\"probabilities\":[0.5,0.5],\"logits\":[2.0,2.0],\"class_id\":0,\"label\":\"yes\"},",
            "{\"probabilities\":[0.25,0.75]"),
        body(
            "FromJsonMultipleNamedTensors",
            "{\"inputs\":[$A,$B]}",
            200,
            "{\"outputs\":{\"probabilities\":[[0.5,0.5],[0.25,0.75]],\"logits\":"),
        body(
            "FromJsonSingleZeroBatchTensor", "{\"instances\":[]}", 400, "No values in 'instances'"),
        body("FromJsonMultipleZeroBatchTensors", "{\"inputs\":[]}", 400, "No values in 'inputs'"),
        body(
            "StatusError",
            "{\"signature_name\":\"a\\\"b'\",\"instances\":[$A]}",
            400,
            "\\\"a\\\"b'\\\""));
  }

  private static Case call(String name, String method, String path, int status, String... parts) {
    return new Case(name, method, path, "{\"instances\":[$A]}", status, parts);
  }

  private static Case unsupported(String method, String path) {
    return call("UnsupportedApiCalls", method, path, 400, "Malformed request: " + method + " /v1/");
  }

  static Stream<Case> handler() {
    String examples = "{\"signature_name\":\"x_to_y\",\"examples\":[{\"x\":80.0}]}";
    String noMethod = " signature method_name to be tensorflow/serving/";
    String status =
        "{\"model_version_status\":[{\"version\":\"123\",\"state\":\"AVAILABLE\",\"status\":"
            + "{\"error_code\":\"OK\",\"error_message\":\"\"}}]}";
    return Stream.of(
        call("kPathRegex", "GET", "/v1/models", 400, "Missing model name"),
        call("kPathRegex", "GET", "/statuspage", 404, "Not found"),
        call("kPathRegex", "GET", "/index", 404, "Not found"),
        unsupported("GET", "/v1/foo"),
        unsupported("POST", "/v1/foo"),
        unsupported("GET", "/v1/models/debug/model_name"),
        unsupported("POST", "/v1/models"),
        unsupported("GET", "/v1/models/foo:predict"),
        unsupported("GET", "/v1/models/foo/version/50:predict"),
        unsupported("POST", "/v1/models/foo/version/50:regress"),
        unsupported("POST", "/v1/models/foo/versions/HELLO:regress"),
        call(
            "UnsupportedApiCalls",
            "POST",
            "/v1/models/foo/versions/18446744073709551615:regress",
            400,
            "Failed to convert version"),
        unsupported("POST", "/v1/models/foo/metadata"),
        unsupported("POST", "/v1/models/foo/label/some_label:regress"),
        unsupported("POST", "/v1/models/foo/versions/50/labels/some_label:regress"),
        unsupported("POST", "/v1/models/foo/versions/some_label:regress"),
        call("PredictModelNameVersionErrors", "POST", "/v1/models/foo:predict", 404, "foo"),
        call(
            "PredictModelNameVersionErrors",
            "POST",
            "/v1/models/foo/versions/50:predict",
            404,
            "50"),
        call("PredictModelNameVersionErrors", "POST", MODEL + "99:predict", 404, "tiny99"),
        body("PredictRequestErrors", "", 400, "JSON Parse error: The document is empty"),
        body("PredictRequestErrors", "instances = [1, 2]", 400, "JSON Parse error: "),
        body("PredictRequestErrors", "{\"instances\":[\"x\",\"y\"]}", 400, "image 0"),
        call(
            "PredictRequestErrors",
            "POST",
            MODEL + "/labels/none:predict",
            400,
            "Unrecognized servable version label"),
        body(
            "PredictRequestErrors",
            "{\"signature_name\":100}",
            400,
            "'signature_name' key must be a string value."),
        call("Predict", "POST", PREDICT, 200, YES),
        call("Predict", "POST", MODEL + "/versions/123:predict", 200, YES),
        call("Predict", "POST", MODEL + "/labels/stable:predict", 200, YES),
        new Case(
            "Predict",
            "POST",
            MODEL + "/versions/123:predict",
            "{\"signature_name\":\"serving_default\",\"inputs\":[$A]}",
            200,
            "{\"outputs\":",
            YES),
        new Case("Regress", "POST", MODEL + ":regress", examples, 400, noMethod),
        new Case("Regress", "POST", MODEL + "/versions/123:regress", examples, 400, noMethod),
        new Case("Classify", "POST", MODEL + ":classify", examples, 400, noMethod),
        new Case("Classify", "POST", MODEL + "/labels/stable:classify", examples, 400, noMethod),
        call("GetStatus", "GET", MODEL, 200, status),
        call("GetStatus", "GET", MODEL + "/versions/123", 200, status),
        call("GetStatus", "GET", MODEL + "/labels/stable", 200, status),
        call(
            "GetModelMetadata",
            "GET",
            MODEL + "/metadata",
            200,
            "\"model_spec\":{\"name\":\"tiny\"",
            "\"signature_def\":{\"signature_def\":{\"serving_default\":"));
  }

  @ParameterizedTest
  @MethodSource({"tensors", "handler"})
  void isAnsweredAsTheTableSays(Case each) {
    Cases.check(each, each.send(client));
    assertThat(client.get(MODEL).status()).as("afterwards").isEqualTo(200);
  }

  /** FromJsonSingleFloatTensorSixDigitPrecision and FromJsonSingleFloatTensorNonFinite. */
  @Test
  void numbersReadBackAsTheyWere() {
    float[] values = {9e6f, 999999, 0.5f, .0003f, .00003f, 555557.5f};
    String[] texts = text(values).replaceAll("[\\[\\]]", "").split(",");
    assertThat(texts).hasSize(values.length).doesNotContain("0.50000").contains("0.5", "999999.0");
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.parseFloat(texts[i])).isEqualTo(values[i]);
    }
    assertThat(text(Float.NaN, Float.POSITIVE_INFINITY, 3, Float.NEGATIVE_INFINITY))
        .isEqualTo("[NaN,Infinity,3.0,-Infinity]");
  }

  private static String text(float... values) {
    return new String(Json.write(out -> Json.floats(out, values)), StandardCharsets.UTF_8);
  }

  @Test
  void theTableHasThem() throws IOException {
    Stream<String> others =
        Stream.of(
            "FromJsonSingleFloatTensorSixDigitPrecision", "FromJsonSingleFloatTensorNonFinite");
    assertThat(Cases.inTable(TensorFlowCasesTest.class))
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Stream.concat(tensors(), handler()).map(Case::name), others)
                .distinct()
                .toList());
  }
}
