package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.VersionStatus;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/** TensorFlow Serving's status and metadata of a model in JSON. */
final class ModelJson {
  private ModelJson() {}

  static byte[] status(List<VersionStatus> versions) {
    return Json.write(
        out -> {
          out.writeStartObject();
          out.writeArrayFieldStart("model_version_status");
          for (VersionStatus each : versions) {
            out.writeStartObject();
            out.writeStringField("version", Long.toString(each.version()));
            out.writeStringField("state", each.state().name());
            out.writeObjectFieldStart("status");
            out.writeStringField("error_code", each.reason() == null ? "OK" : each.reason().name());
            out.writeStringField("error_message", each.message());
            out.writeEndObject();
            out.writeEndObject();
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  static byte[] metadata(LoadedModel model) {
    SignatureDef signature = model.signature();
    return Json.write(
        out -> {
          out.writeStartObject();
          out.writeObjectFieldStart("model_spec");
          out.writeStringField("name", model.name());
          out.writeStringField("signature_name", "");
          out.writeStringField("version", Long.toString(model.version()));
          out.writeEndObject();
          out.writeObjectFieldStart("metadata");
          out.writeObjectFieldStart("signature_def");
          out.writeObjectFieldStart("signature_def");
          out.writeObjectFieldStart(LoadedModel.SIGNATURE);
          tensors(out, "inputs", signature.getInputsMap());
          tensors(out, "outputs", signature.getOutputsMap());
          out.writeStringField("method_name", signature.getMethodName());
          out.writeObjectFieldStart("defaults");
          out.writeEndObject();
          for (int i = 0; i < 5; i++) {
            out.writeEndObject();
          }
        });
  }

  private static void tensors(JsonGenerator out, String field, Map<String, TensorInfo> tensors)
      throws IOException {
    out.writeObjectFieldStart(field);
    for (Map.Entry<String, TensorInfo> each : new TreeMap<>(tensors).entrySet()) {
      TensorInfo tensor = each.getValue();
      out.writeObjectFieldStart(each.getKey());
      out.writeStringField("dtype", tensor.getDtype().name());
      out.writeObjectFieldStart("tensor_shape");
      out.writeArrayFieldStart("dim");
      for (TensorShapeProto.Dim dim : tensor.getTensorShape().getDimList()) {
        out.writeStartObject();
        out.writeStringField("size", Long.toString(dim.getSize()));
        out.writeStringField("name", dim.getName());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeBooleanField("unknown_rank", tensor.getTensorShape().getUnknownRank());
      out.writeEndObject();
      out.writeStringField("name", tensor.getName());
      out.writeEndObject();
    }
    out.writeEndObject();
  }
}
