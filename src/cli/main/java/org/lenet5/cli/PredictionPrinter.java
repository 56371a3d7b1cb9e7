package org.lenet5.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.csv.CSVFormat;
import org.lenet5.classify.Prediction;
import org.lenet5.io.OneLine;

/** Prints the predictions, a line for each image. */
@FunctionalInterface
interface PredictionPrinter {
  /** Stands for the label of an answer that is not confident enough. */
  String UNCERTAIN = "uncertain";

  /** Prints a line; it may stay in memory until {@link #flush}. */
  void print(String image, Prediction prediction);

  /**
   * A printer. A table's head comes with the first result: there may be none. That of CSV comes at
   * once, as a file without it cannot be read.
   *
   * @param format table, csv or json
   * @param top classes to name for each image
   * @param model what gives the predictions, for csv and json
   * @param images all that will come, for the width of their column
   * @param least confidence of an answer that is not uncertain; if there is none, all are answers
   */
  static PredictionPrinter of(
      String format,
      PrintWriter out,
      int top,
      String model,
      List<String> images,
      Optional<Float> least) {
    return switch (format) {
      case "csv" -> csv(out, top, model, least);
      case "json" -> json(out, top, model, least);
      default -> table(out, top, images, least);
    };
  }

  private static boolean isUncertain(Prediction prediction, Optional<Float> least) {
    return least.isPresent() && prediction.probability() < least.get();
  }

  /** The classes to name; of an uncertain answer the first is called that. */
  private static List<Prediction.Ranked> named(
      Prediction prediction, int top, Optional<Float> least) {
    List<Prediction.Ranked> ranked = new ArrayList<>(prediction.top(top));
    if (isUncertain(prediction, least)) {
      Prediction.Ranked first = ranked.get(0);
      ranked.set(0, new Prediction.Ranked(first.classId(), UNCERTAIN, first.probability()));
    }
    return ranked;
  }

  private static PredictionPrinter table(
      PrintWriter out, int top, List<String> images, Optional<Float> least) {
    int width =
        Math.max(5, images.stream().map(OneLine::of).mapToInt(String::length).max().orElse(0));
    String name = "%-" + width + "s";
    StringBuilder head = new StringBuilder(String.format(Locale.ROOT, name, "Image"));
    for (int i = 1; i <= top; i++) {
      head.append(String.format(Locale.ROOT, "  %-12s  %7s", i == 1 ? "Label" : "No. " + i, "%"));
    }
    AtomicBoolean begun = new AtomicBoolean();
    return (image, prediction) -> {
      if (begun.compareAndSet(false, true)) {
        out.append(head).append(System.lineSeparator());
      }
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, name, OneLine.of(image)));
      for (Prediction.Ranked each : named(prediction, top, least)) {
        line.append(
            String.format(Locale.ROOT, "  %-12s  %7.2f", each.label(), 100 * each.probability()));
      }
      // Not println: that would hand over each line by itself.
      out.append(line.toString()).append(System.lineSeparator());
    };
  }

  private static PredictionPrinter csv(
      PrintWriter out, int top, String model, Optional<Float> least) {
    CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
    List<Object> head = new ArrayList<>(List.of("image", "label", "probability"));
    for (int i = 2; i <= top; i++) {
      head.add("label_" + i);
      head.add("probability_" + i);
    }
    head.add("model");
    record(format, out, head);
    flush(out);
    return (image, prediction) -> {
      List<Object> line = new ArrayList<>(List.of(image));
      for (Prediction.Ranked each : named(prediction, top, least)) {
        line.add(each.label());
        line.add(each.probability());
      }
      line.add(model);
      record(format, out, line);
    };
  }

  private static void record(CSVFormat format, PrintWriter out, List<Object> cells) {
    try {
      format.printRecord(out, cells.toArray());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot print", e);
    }
  }

  private static PredictionPrinter json(
      PrintWriter out, int top, String model, Optional<Float> least) {
    JsonMapper mapper = new JsonMapper();
    return (image, prediction) -> {
      ObjectNode line = mapper.createObjectNode();
      line.put("image", image);
      line.put("label", isUncertain(prediction, least) ? UNCERTAIN : prediction.label());
      line.put("probability", prediction.probability());
      ArrayNode warnings = line.putArray("warnings");
      prediction.warnings().forEach(warnings::add);
      ArrayNode ranked = line.putArray("top");
      for (Prediction.Ranked each : prediction.top(top)) {
        ranked.addObject().put("label", each.label()).put("probability", each.probability());
      }
      line.put("model", model);
      out.append(line.toString()).append(System.lineSeparator());
    };
  }

  /**
   * Hands over what was printed. Java's print streams hide errors: a closed pipe (head) or a full
   * disk must be reported.
   */
  static void flush(PrintWriter out) {
    if (out.checkError() || System.out.checkError()) {
      throw new UncheckedIOException(
          "cannot write to standard output: its reader is gone, or the disk is full",
          new IOException("standard output"));
    }
  }
}
