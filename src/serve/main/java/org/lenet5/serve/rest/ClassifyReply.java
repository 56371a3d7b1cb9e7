package org.lenet5.serve.rest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
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
 * What is answered to pictures, with the names that the command {@code classify} has in its files.
 *
 * @param results of those that could be read, in their order
 * @param pictures all that came
 * @param decoded for each what was read, or why not
 * @param asked how the answer is wanted
 * @param milliseconds that the request took so far
 */
record ClassifyReply(
    Results results,
    List<ClassifyRest.Picture> pictures,
    List<Predictor.Decoded> decoded,
    ClassifyRest.Asked asked,
    double milliseconds) {

  /** In JSON: an object for a picture alone, an array for a form. */
  HttpResponse json() {
    if (!asked.isForm()) {
      if (decoded.get(0).failure() != null) {
        throw ServeException.invalid(decoded.get(0).failure());
      }
      return Replies.json(Json.write(out -> json(out, 0, 0)));
    }
    return Replies.json(
        Json.write(
            out -> {
              out.writeStartArray();
              int read = 0;
              for (int i = 0; i < pictures.size(); i++) {
                read += json(out, i, read);
              }
              out.writeEndArray();
            }));
  }

  /** Writes a picture's object; returns how many results were used. */
  private int json(JsonGenerator out, int picture, int result) throws IOException {
    Predictor.Decoded read = decoded.get(picture);
    String name = pictures.get(picture).name();
    out.writeStartObject();
    out.writeStringField("image", name == null ? null : OneLine.of(name));
    if (read.failure() != null) {
      out.writeStringField("error", read.failure());
      out.writeEndObject();
      return 0;
    }
    LoadedModel model = results.model();
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
    out.writeStringField("model", model.name());
    out.writeStringField("version", Long.toString(model.version()));
    out.writeNumberField("milliseconds", Math.round(100 * milliseconds) / 100.0);
    if (asked.isSeen()) {
      byte[] png = SeenPicture.png(read.image().pixels(), model.shape());
      out.writeStringField("seen", Base64.getEncoder().encodeToString(png));
    }
    out.writeEndObject();
    return 1;
  }

  private void named(JsonGenerator out, int classId, int result) throws IOException {
    out.writeStringField("label", results.model().classes().get(classId));
    out.writeFieldName("probability");
    out.writeNumber(results.probabilities(result)[classId]);
  }

  /**
   * The most probable classes, the most probable first; of equals the one with the lower number.
   */
  List<Integer> ranked(int result) {
    float[] probabilities = results.probabilities(result);
    if (asked.top() == 1) {
      return List.of(results.classId(result));
    }
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> probabilities[i]).reversed())
        .limit(asked.top())
        .toList();
  }

  /** In CSV, a line for each picture; what could not be read has its reason in the last column. */
  String csv() {
    StringBuilder text = new StringBuilder();
    int shown = Math.min(asked.top(), results.model().classes().size());
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
        String name = pictures.get(i).name();
        List<Object> line = new ArrayList<>(List.of(name == null ? "" : OneLine.of(name)));
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
