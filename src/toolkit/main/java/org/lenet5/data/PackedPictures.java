package org.lenet5.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.lenet5.image.ImageShape;
import org.lenet5.io.AtomicFiles;

/**
 * Images of a data set in a folder: {@code pixels}, one image after the other; {@code
 * pictures.csv}, for each image its file, class, part (nothing if it is not used) and the picture's
 * own width and height; {@code packed.json}; {@link PackChecksums} of these. Written once, then
 * only read. Immutable and thread-safe.
 *
 * @param folder that they lie in
 * @param about what {@code packed.json} says
 * @param rows of {@code pictures.csv}
 * @param data mapped
 */
record PackedPictures(Path folder, PackedAbout about, List<Row> rows, Dataset data) {
  static final String PIXELS = "pixels";
  static final String PICTURES = "pictures.csv";
  private static final List<String> CHECKED = List.of(PIXELS, PICTURES, PackedAbout.FILE);
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader("path", "label", "split", "width", "height")
          .setSkipHeaderRecord(true)
          .setRecordSeparator('\n')
          .get();

  /**
   * A row of {@code pictures.csv}.
   *
   * @param name of the file; empty if the image lies in no file of its own
   * @param part null if the image is not used
   * @param width of the picture itself, 0 if it is not known
   */
  record Row(String name, String label, Picture.Part part, int width, int height) {
    Row in(Picture.Part other) {
      return new Row(name, label, other, width, height);
    }
  }

  /**
   * Completes a folder that has the pixels.
   *
   * @param rows one for each image, in the order of the pixels
   */
  static void write(Path folder, PackedAbout.Made made, PackedAbout.Origin origin, List<Row> rows) {
    Parts parts = new Parts(folder, made.shape(), made.classes(), rows);
    Dataset data =
        Dataset.of(
            origin.name(),
            parts.images(Picture.Part.TRAIN),
            parts.validation(),
            parts.images(Picture.Part.TEST),
            made.classes());
    writeRows(folder, rows);
    new PackedAbout(
            made,
            origin,
            data.train().size(),
            data.validation().map(LabeledImages::size).orElse(0),
            data.test().size(),
            data.sha256())
        .write(folder);
    try {
      new PackChecksums(folder).write(CHECKED);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", folder, e);
    }
  }

  private static void writeRows(Path folder, List<Row> rows) {
    AtomicFiles.write(
        folder.resolve(PICTURES),
        out -> {
          StringBuilder text = new StringBuilder();
          FORMAT.printRecord(text, (Object[]) FORMAT.getHeader());
          for (Row each : rows) {
            FORMAT.printRecord(
                text,
                each.name,
                each.label,
                each.part == null ? "" : each.part.name(),
                each.width,
                each.height);
          }
          out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        });
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
      throw PackedAbout.damaged(folder, e);
    }
    PackedAbout about = PackedAbout.read(folder);
    List<Row> rows = readRows(folder);
    PackedAbout.Made made = about.made();
    Parts parts = new Parts(folder, made.shape(), made.classes(), rows);
    Dataset data =
        new Dataset(
            about.origin().name(),
            parts.images(Picture.Part.TRAIN),
            parts.validation(),
            parts.images(Picture.Part.TEST),
            made.classes(),
            about.sha256());
    return new PackedPictures(folder, about, rows, data);
  }

  /** With the files' names, if there are any. */
  OpenedData opened() {
    boolean named = rows.stream().anyMatch(each -> !each.name.isEmpty());
    return new OpenedData(
        data,
        named ? names(Picture.Part.TRAIN) : List.of(),
        named ? names(Picture.Part.TEST) : List.of(),
        about.origin().findings(),
        Optional.of(folder));
  }

  private List<String> names(Picture.Part part) {
    return rows.stream().filter(row -> row.part == part).map(Row::name).toList();
  }

  /** Reads {@code pictures.csv}. */
  static List<Row> readRows(Path folder) {
    List<Row> rows = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(folder.resolve(PICTURES));
        CSVParser parser = CSVParser.parse(reader, FORMAT)) {
      for (CSVRecord row : parser) {
        String part = row.get(2);
        rows.add(
            new Row(
                row.get(0),
                row.get(1),
                part.isEmpty() ? null : Picture.Part.valueOf(part),
                Integer.parseInt(row.get(3)),
                Integer.parseInt(row.get(4))));
      }
    } catch (IOException
        | UncheckedIOException
        | IllegalArgumentException
        | ArrayIndexOutOfBoundsException e) {
      throw PackedAbout.damaged(folder, e);
    }
    return rows;
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
          IntStream.range(0, rows.size()).filter(i -> rows.get(i).part == part).toArray();
      return all.select(indices);
    }

    Optional<LabeledImages> validation() {
      return Optional.of(images(Picture.Part.VALIDATION)).filter(images -> images.size() > 0);
    }
  }
}
