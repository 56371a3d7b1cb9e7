package org.lenet5.serve.rest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What the server says of its own interface: an OpenAPI document, and the files of gRPC's messages,
 * {@code /protos} naming those below it.
 */
final class Descriptions {
  private static final String API = "/openapi.json";
  private static final String PROTOS = "/protos";
  private static final List<String> FILES =
      List.of(
          "inference.proto",
          "tensorflow/core/example/example.proto",
          "tensorflow/core/example/feature.proto",
          "tensorflow/core/framework/tensor.proto",
          "tensorflow/core/framework/tensor_shape.proto",
          "tensorflow/core/framework/types.proto",
          "tensorflow/core/protobuf/meta_graph.proto",
          "tensorflow_serving/apis/classification.proto",
          "tensorflow_serving/apis/get_model_metadata.proto",
          "tensorflow_serving/apis/get_model_status.proto",
          "tensorflow_serving/apis/inference.proto",
          "tensorflow_serving/apis/input.proto",
          "tensorflow_serving/apis/model.proto",
          "tensorflow_serving/apis/model_service.proto",
          "tensorflow_serving/apis/predict.proto",
          "tensorflow_serving/apis/prediction_service.proto",
          "tensorflow_serving/apis/regression.proto",
          "tensorflow_serving/util/status.proto");

  boolean has(String path) {
    return path.equals(API)
        || path.equals(PROTOS)
        || path.startsWith(PROTOS + "/") && FILES.contains(path.substring(PROTOS.length() + 1));
  }

  HttpResponse get(String path) {
    if (path.equals(API)) {
      return HttpResponse.of(HttpStatus.OK, MediaType.JSON, read("openapi.json"));
    }
    HttpData text =
        path.equals(PROTOS)
            ? HttpData.ofUtf8(String.join("\n", FILES) + "\n")
            : read(path.substring(1));
    return HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, text);
  }

  // Of the class path, and only what stands in the list.
  private static HttpData read(String name) {
    try (InputStream in = Descriptions.class.getResourceAsStream("/org/lenet5/serve/" + name)) {
      return HttpData.wrap(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }
}
