package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.lenet5.classify.Scores;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.Results;

/** The answer to a predict request in JSON, in rows or in columns. */
final class Outputs {
  private Outputs() {}

  /** {@code predictions}, a row an image; a single output has no name. */
  static byte[] rows(LoadedModel model, Scores scores) {
    Results results = new Results(model, scores);
    List<String> outputs = model.outputs();
    return Json.write(
        out -> {
          out.writeStartObject();
          out.writeArrayFieldStart("predictions");
          for (int i = 0; i < results.size(); i++) {
            if (outputs.size() == 1) {
              value(out, outputs.get(0), results, i);
            } else {
              out.writeStartObject();
              for (String output : outputs) {
                out.writeFieldName(output);
                value(out, output, results, i);
              }
              out.writeEndObject();
            }
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  /** {@code outputs}, a tensor an output; a single one has no name. */
  static byte[] columns(LoadedModel model, Scores scores) {
    Results results = new Results(model, scores);
    List<String> outputs = model.outputs();
    return Json.write(
        out -> {
          out.writeStartObject();
          out.writeFieldName("outputs");
          if (outputs.size() == 1) {
            column(out, outputs.get(0), results);
          } else {
            out.writeStartObject();
            for (String output : outputs) {
              out.writeFieldName(output);
              column(out, output, results);
            }
            out.writeEndObject();
          }
          out.writeEndObject();
        });
  }

  private static void column(JsonGenerator out, String output, Results results) throws IOException {
    out.writeStartArray();
    for (int i = 0; i < results.size(); i++) {
      value(out, output, results, i);
    }
    out.writeEndArray();
  }

  private static void value(JsonGenerator out, String output, Results results, int image)
      throws IOException {
    switch (output) {
      case Results.PROBABILITIES -> Json.floats(out, results.probabilities(image));
      case Results.LOGITS -> Json.floats(out, results.logits(image));
      case Results.CLASS_ID -> out.writeNumber(results.classId(image));
      default -> out.writeString(results.label(image));
    }
  }
}
