package org.lenet5.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.OneLine;

/**
 * Decoded pictures in a folder: {@code pixels}, one image after the other; {@code pictures.csv},
 * for each image its file, class and part, nothing for one that is not used; {@code packed.json};
 * {@link PackChecksums} of these. Written once, then only read. Immutable and thread-safe.
 *
 * @param path of the pictures or their list
 * @param data mapped
 * @param testNames of the test images' files, in their order
 * @param findings of the check
 */
record PackedPictures(String path, Dataset data, List<String> testNames, List<Finding> findings) {
  static final String PIXELS = "pixels";
  static final String PICTURES = "pictures.csv";
  static final String ABOUT = "packed.json";
  private static final List<String> CHECKED = List.of(PIXELS, PICTURES, ABOUT);
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader("path", "label", "split")
          .setRecordSeparator('\n')
          .get();
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * A row of {@code pictures.csv}.
   *
   * @param part null if the image is not used
   */
  record Row(String name, String label, Picture.Part part) {}

  /** What {@code packed.json} says. */
  record About(
      String path,
      String name,
      ImageShape shape,
      List<String> classes,
      String sha256,
      List<Finding> findings) {}

  static void writeRows(Path folder, List<Row> rows) {
    AtomicFiles.write(
        folder.resolve(PICTURES),
        out -> {
          StringBuilder text = new StringBuilder();
          FORMAT.printRecord(text, "path", "label", "split");
          for (Row each : rows) {
            FORMAT.printRecord(
                text, each.name, each.label, each.part == null ? "" : each.part.name());
          }
          out.write(text.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        });
  }

  static void writeAbout(Path folder, About about) {
    ObjectNode json = JSON.createObjectNode();
    json.put("path", about.path);
    json.put("name", about.name);
    json.put("height", about.shape.height());
    json.put("width", about.shape.width());
    json.put("channels", about.shape.channels());
    about.classes.forEach(json.putArray("classes")::add);
    json.put("sha256", about.sha256);
    ArrayNode findings = json.putArray("findings");
    about.findings.forEach(
        each -> findings.addObject().put("kind", each.kind().name()).put("what", each.what()));
    AtomicFiles.writeString(folder.resolve(ABOUT), json.toPrettyString() + "\n");
  }

  /** Writes the checksums of all that was written. */
  static void seal(Path folder) {
    try {
      new PackChecksums(folder).write(CHECKED);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", folder, e);
    }
  }

  static About readAbout(Path folder) {
    Path file = folder.resolve(ABOUT);
    try {
      JsonNode json = JSON.readTree(file.toFile());
      List<String> classes = new ArrayList<>();
      json.required("classes").forEach(each -> classes.add(each.asText()));
      List<Finding> findings = new ArrayList<>();
      for (JsonNode each : json.required("findings")) {
        Finding.Kind kind = Finding.Kind.valueOf(each.required("kind").asText());
        findings.add(new Finding(kind, each.required("what").asText()));
      }
      return new About(
          json.required("path").asText(),
          json.required("name").asText(),
          new ImageShape(
              json.required("height").asInt(),
              json.required("width").asInt(),
              json.required("channels").asInt()),
          classes,
          json.required("sha256").asText(),
          findings);
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(folder, e);
    }
  }

  /**
   * Opens a folder, once its files are compared with their checksums: a training on other ones
   * would go unnoticed.
   *
   * @throws DataException if it is damaged
   */
  static PackedPictures open(Path folder, Progress progress) {
    try {
      new PackChecksums(folder).require(CHECKED, progress);
    } catch (IOException | UncheckedIOException e) {
      throw damaged(folder, e);
    }
    About about = readAbout(folder);
    List<Row> rows = readRows(folder);
    Parts parts = new Parts(folder, about.shape, about.classes, rows);
    Dataset data =
        new Dataset(
            about.name,
            parts.images(Picture.Part.TRAIN),
            parts.validation(),
            parts.images(Picture.Part.TEST),
            about.classes,
            about.sha256);
    List<String> names =
        rows.stream().filter(row -> row.part == Picture.Part.TEST).map(Row::name).toList();
    return new PackedPictures(about.path, data, names, about.findings);
  }

  private static List<Row> readRows(Path folder) {
    List<Row> rows = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(folder.resolve(PICTURES));
        CSVParser parser = CSVParser.parse(reader, FORMAT)) {
      boolean header = true;
      for (CSVRecord row : parser) {
        if (!header) {
          String part = row.get(2);
          rows.add(
              new Row(row.get(0), row.get(1), part.isEmpty() ? null : Picture.Part.valueOf(part)));
        }
        header = false;
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      throw damaged(folder, e);
    }
    return rows;
  }

  private static DataException damaged(Path folder, Exception e) {
    return new DataException("%s is damaged (%s)".formatted(folder, OneLine.reason(e)), e);
  }

  /** The parts of images that lie in one file. */
  static final class Parts {
    private final LabeledImages all;
    private final List<Row> rows;

    Parts(Path folder, ImageShape shape, List<String> classes, List<Row> rows) {
      this.rows = rows;
      Map<String, Integer> numbers = new HashMap<>();
      classes.forEach(each -> numbers.put(each, numbers.size()));
      int[] labels = rows.stream().mapToInt(row -> numbers.getOrDefault(row.label, 0)).toArray();
      all = LabeledImages.mapped(shape, folder.resolve(PIXELS), 0, labels);
    }

    LabeledImages images(Picture.Part part) {
      int[] indices =
          java.util.stream.IntStream.range(0, rows.size())
              .filter(i -> rows.get(i).part == part)
              .toArray();
      return all.select(indices);
    }

    java.util.Optional<LabeledImages> validation() {
      return java.util.Optional.of(images(Picture.Part.VALIDATION))
          .filter(images -> images.size() > 0);
    }
  }
}
