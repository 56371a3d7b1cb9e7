package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.lenet5.io.OneLine;
import org.lenet5.serve.model.LoadedModel;
import org.lenet5.serve.model.Predictor;
import org.lenet5.serve.model.Results;
import org.lenet5.serve.model.ServeException;

/**
 * What is answered to pictures, with the names that {@code classify} has in its files.
 *
 * @param results of those that could be read, in their order
 * @param pictures all that came
 * @param decoded for each what was read, or why not
 * @param top classes to name for each
 */
record ClassifyReply(
    Results results,
    List<ClassifyRest.Picture> pictures,
    List<Predictor.Decoded> decoded,
    int top) {

  /** In JSON; one picture alone that cannot be read is an error. */
  HttpResponse json() {
    if (pictures.size() == 1 && decoded.get(0).failure() != null) {
      throw ServeException.invalid(decoded.get(0).failure());
    }
    LoadedModel model = results.model();
    return Replies.json(
        Json.write(
            out -> {
              out.writeStartObject();
              out.writeStringField("model", model.name());
              out.writeStringField("version", Long.toString(model.version()));
              out.writeArrayFieldStart("predictions");
              int read = 0;
              for (int i = 0; i < pictures.size(); i++) {
                read += json(out, i, read);
              }
              out.writeEndArray();
              out.writeEndObject();
            }));
  }

  /** Writes a picture's object; returns how many results were used. */
  private int json(JsonGenerator out, int picture, int result) throws IOException {
    Predictor.Decoded read = decoded.get(picture);
    out.writeStartObject();
    out.writeStringField("image", OneLine.of(pictures.get(picture).name()));
    if (read.failure() != null) {
      out.writeStringField("error", read.failure());
      out.writeEndObject();
      return 0;
    }
    List<Integer> ranked = ranked(result);
    named(out, ranked.get(0), result);
    out.writeArrayFieldStart("warnings");
    for (String each : read.image().warnings()) {
      out.writeString(each);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("top");
    for (int each : ranked) {
      out.writeStartObject();
      named(out, each, result);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
    return 1;
  }

  private void named(JsonGenerator out, int classId, int result) throws IOException {
    out.writeStringField("label", results.model().classes().get(classId));
    out.writeNumberField("class_id", classId);
    out.writeFieldName("probability");
    out.writeNumber(results.probabilities(result)[classId]);
  }

  /**
   * The most probable classes, the most probable first; of equals the one with the lower number.
   */
  private List<Integer> ranked(int result) {
    float[] probabilities = results.probabilities(result);
    if (top == 1) {
      return List.of(results.classId(result));
    }
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> probabilities[i]).reversed())
        .limit(top)
        .toList();
  }

  /** In CSV, a line for each picture; what could not be read has its reason in the last column. */
  String csv() {
    StringBuilder text = new StringBuilder();
    int shown = Math.min(top, results.model().classes().size());
    List<Object> head = new ArrayList<>(List.of("image", "label", "probability"));
    for (int i = 2; i <= shown; i++) {
      head.add("label_" + i);
      head.add("probability_" + i);
    }
    head.add("model");
    head.add("error");
    try (CSVPrinter out =
        new CSVPrinter(text, CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get())) {
      out.printRecord(head);
      int read = 0;
      for (int i = 0; i < pictures.size(); i++) {
        List<Object> line = new ArrayList<>(List.of(OneLine.of(pictures.get(i).name())));
        String failure = decoded.get(i).failure();
        if (failure == null) {
          for (int each : ranked(read)) {
            line.add(results.model().classes().get(each));
            line.add(results.probabilities(read)[each]);
          }
          read++;
        } else {
          line.addAll(Collections.nCopies(2 * shown, ""));
        }
        line.add(results.model().name());
        line.add(failure == null ? "" : failure);
        out.printRecord(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into memory", e);
    }
    return text.toString();
  }
}
