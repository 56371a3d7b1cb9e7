package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.OpenInference;
import org.lenet5.serve.model.Results;

/** The answer to an inference request: JSON, and behind it what is wanted in binary. */
final class InferReply {
  private static final String HEADER_LENGTH = "inference-header-content-length";

  private InferReply() {}

  static HttpResponse of(InferRequest request, Results results) {
    LoadedModel model = results.model();
    List<byte[]> behind = new ArrayList<>();
    byte[] json =
        Json.write(
            out -> {
              out.writeStartObject();
              if (request.id() != null) {
                out.writeStringField("id", request.id());
              }
              out.writeStringField("model_name", model.name());
              out.writeStringField("model_version", Long.toString(model.version()));
              out.writeArrayFieldStart("outputs");
              for (InferRequest.Output each : request.outputs()) {
                output(out, each, results, behind);
              }
              out.writeEndArray();
              out.writeEndObject();
            });
    if (behind.isEmpty()) {
      return Replies.json(json);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(json);
    behind.forEach(all::writeBytes);
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.OCTET_STREAM)
            .setInt(HEADER_LENGTH, json.length)
            .build(),
        HttpData.wrap(all.toByteArray()));
  }

  private static void output(
      JsonGenerator out, InferRequest.Output wanted, Results results, List<byte[]> behind)
      throws IOException {
    OpenInference.Tensor tensor =
        OpenInference.output(results.model(), wanted.name(), results.size());
    out.writeStartObject();
    out.writeStringField("name", tensor.name());
    out.writeStringField("datatype", tensor.datatype());
    out.writeFieldName("shape");
    out.writeArray(tensor.shape(), 0, tensor.shape().length);
    if (wanted.isBinary()) {
      byte[] raw = OpenInference.raw(results, wanted.name());
      behind.add(raw);
      out.writeObjectFieldStart("parameters");
      out.writeNumberField("binary_data_size", raw.length);
      out.writeEndObject();
    } else {
      out.writeArrayFieldStart("data");
      for (int i = 0; i < results.size(); i++) {
        values(out, wanted.name(), results, i);
      }
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  private static void values(JsonGenerator out, String output, Results results, int image)
      throws IOException {
    switch (output) {
      case Results.CLASS_ID -> out.writeNumber(results.classId(image));
      case Results.LABEL -> out.writeString(results.label(image));
      default -> {
        for (float each : results.scores(output, image)) {
          out.writeNumber(each);
        }
      }
    }
  }
}
