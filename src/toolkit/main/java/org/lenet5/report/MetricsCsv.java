package org.lenet5.report;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.lenet5.chart.EpochPoint;
import org.lenet5.chart.EpochPoint.Figures;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.GrowingFile;
import org.lenet5.training.EpochListener;
import org.lenet5.training.EpochResult;

/**
 * Writes {@code metrics.csv}, one line an epoch, appended when the epoch ends. Not thread-safe.
 *
 * <p>Columns: {@code epoch} from 1, {@code wall_time} in UTC (ISO 8601, milliseconds), losses,
 * accuracies as fractions, {@code learning_rate}, seconds of the training pass and of all
 * evaluations, images a second in the training pass; {@code validation_loss} and {@code
 * validation_accuracy} only for runs that hold images out. Numbers are written so that parsing
 * gives them back exactly.
 */
public final class MetricsCsv implements EpochListener {
  private static final List<String> COLUMNS =
      List.of(
          "epoch",
          "wall_time",
          "train_loss",
          "test_loss",
          "train_accuracy",
          "test_accuracy",
          "learning_rate",
          "train_seconds",
          "evaluation_seconds",
          "images_per_second");
  private static final List<String> VALIDATION_COLUMNS =
      Stream.concat(COLUMNS.stream(), Stream.of("validation_loss", "validation_accuracy")).toList();
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').setIgnoreEmptyLines(false).get();

  private final Path file;
  private final List<Row> rows;
  private GrowingFile written; // null until the earlier lines are
  private boolean validation;

  /**
   * Writes to {@code file}, nothing before the first epoch ends.
   *
   * @param file {@code graphs/RUN/metrics.csv}; its folder is created if absent
   * @param earlier the epochs before a resume, in order; empty for a new run
   */
  public MetricsCsv(Path file, List<Row> earlier) {
    this.file = file;
    this.rows = new ArrayList<>(earlier);
  }

  /**
   * A line of the table.
   *
   * @param point the epoch, its losses and accuracies
   * @param wallTime when the epoch ended
   * @param learningRate of the epoch
   * @param trainSeconds of the training pass
   * @param evaluationSeconds of all evaluations
   * @param imagesPerSecond in the training pass
   */
  public record Row(
      EpochPoint point,
      Instant wallTime,
      double learningRate,
      double trainSeconds,
      double evaluationSeconds,
      double imagesPerSecond) {

    /** The line of an epoch of {@code run.json}. */
    public static Row of(Manifest.Epoch epoch) {
      return new Row(
          new EpochPoint(
              epoch.epoch(),
              new EpochPoint.Figures(epoch.trainLoss(), epoch.trainAccuracy()),
              new EpochPoint.Figures(epoch.testLoss(), epoch.testAccuracy()),
              Optional.ofNullable(epoch.validationLoss())
                  .map(loss -> new EpochPoint.Figures(loss, epoch.validationAccuracy()))),
          Instant.parse(epoch.wallTime()),
          epoch.learningRate(),
          epoch.trainSeconds(),
          epoch.evaluationSeconds(),
          epoch.imagesPerSecond());
    }

    /** The line of {@code result}; the time is cut to milliseconds. */
    public static Row of(EpochResult result) {
      return new Row(
          EpochPoint.of(result),
          result.time().truncatedTo(ChronoUnit.MILLIS),
          result.learningRate(),
          result.trainSeconds(),
          result.evaluationSeconds(),
          result.imagesPerSecond());
    }
  }

  /**
   * Goes on with a run after {@code lastEpoch}: keeps the lines up to it. A file that is not there
   * counts as one without lines; the file itself changes when the next epoch ends.
   *
   * @throws UncheckedIOException as {@link #read} does
   */
  public static MetricsCsv resume(Path file, int lastEpoch) {
    List<Row> rows = Files.exists(file) ? read(file) : List.of();
    return new MetricsCsv(
        file, rows.stream().filter(row -> row.point().epoch() <= lastEpoch).toList());
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  @Override
  public void onEpoch(EpochResult result) {
    Row row = Row.of(result);
    rows.add(row);
    if (written == null) {
      publish();
    } else {
      StringBuilder line = new StringBuilder();
      print(row, line);
      written.append(bytes(line));
    }
  }

  /**
   * Writes the lines before the first epoch, in place of what a run that was killed has left; with
   * none there is no file.
   *
   * @throws UncheckedIOException if the file cannot be written
   */
  public void publish() {
    if (rows.isEmpty()) {
      AtomicFiles.delete(file);
    } else if (written == null) {
      validation = rows.stream().anyMatch(row -> row.point().validation().isPresent());
      StringBuilder text = new StringBuilder();
      print(text, (validation ? VALIDATION_COLUMNS : COLUMNS).toArray());
      rows.forEach(row -> print(row, text));
      written = new GrowingFile(file, 0);
      written.append(bytes(text));
    }
  }

  /** The lines so far. */
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /**
   * Reads a file that this class wrote.
   *
   * @return its lines in the epochs' order
   * @throws UncheckedIOException if it cannot be read or is damaged: another header, a line cut
   *     off, a cell that is no number or time, epochs that do not rise. The message names the file
   *     and the line.
   */
  public static List<Row> read(Path file) {
    try {
      // Bytes that are no UTF-8 become a character that no cell can hold, and so name their line.
      return parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    } catch (UncheckedIOException e) {
      throw AtomicFiles.failed("cannot read", file, e.getCause());
    }
  }

  private void print(Row row, StringBuilder text) {
    EpochPoint point = row.point();
    List<Object> cells =
        new ArrayList<>(
            List.of(
                point.epoch(),
                row.wallTime(),
                point.train().loss(),
                point.test().loss(),
                point.train().accuracy(),
                point.test().accuracy(),
                row.learningRate(),
                row.trainSeconds(),
                row.evaluationSeconds(),
                row.imagesPerSecond()));
    if (validation) {
      cells.add(point.validation().<Object>map(Figures::loss).orElse(""));
      cells.add(point.validation().<Object>map(Figures::accuracy).orElse(""));
    }
    print(text, cells.toArray());
  }

  private static void print(StringBuilder text, Object... cells) {
    text.append(FORMAT.format(cells)).append('\n');
  }

  private static byte[] bytes(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static List<Row> parse(String text) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (CSVParser lines = CSVParser.parse(new StringReader(text), FORMAT)) {
      List<String> header = null;
      for (CSVRecord line : lines) {
        long number = line.getRecordNumber();
        if (header == null) {
          header = line.toList();
          if (!header.equals(COLUMNS) && !header.equals(VALIDATION_COLUMNS)) {
            throw new IOException("line 1: the header is not " + String.join(",", COLUMNS));
          }
          continue;
        }
        if (line.size() != header.size()) {
          throw new IOException(
              "line %d: %d cells where the header has %d"
                  .formatted(number, line.size(), header.size()));
        }
        Row row = row(line);
        if (!rows.isEmpty() && row.point().epoch() <= rows.get(rows.size() - 1).point().epoch()) {
          throw new IOException(
              "line %d: epoch %d does not come after the line before"
                  .formatted(number, row.point().epoch()));
        }
        rows.add(row);
      }
      if (header == null) {
        throw new IOException("line 1: the header is missing");
      }
      if (!text.endsWith("\n")) {
        throw new IOException("line %d: cut off".formatted(lines.getRecordNumber()));
      }
    }
    return rows;
  }

  private static Row row(CSVRecord line) throws IOException {
    Optional<Figures> validation = Optional.empty();
    if (line.size() > COLUMNS.size() && !line.get(10).isEmpty()) {
      validation = Optional.of(new Figures(number(line, 10), number(line, 11)));
    }
    return new Row(
        new EpochPoint(
            epoch(line),
            new Figures(number(line, 2), number(line, 4)),
            new Figures(number(line, 3), number(line, 5)),
            validation),
        time(line),
        number(line, 6),
        number(line, 7),
        number(line, 8),
        number(line, 9));
  }

  private static int epoch(CSVRecord line) throws IOException {
    try {
      int epoch = Integer.parseInt(line.get(0));
      if (epoch >= 1) {
        return epoch;
      }
    } catch (NumberFormatException e) {
      throw unfit(line, 0, "a whole number from 1", e);
    }
    throw unfit(line, 0, "a whole number from 1", null);
  }

  private static Instant time(CSVRecord line) throws IOException {
    try {
      return Instant.parse(line.get(1));
    } catch (DateTimeParseException e) {
      throw unfit(line, 1, "a time such as 2026-01-31T12:00:00Z", e);
    }
  }

  private static double number(CSVRecord line, int column) throws IOException {
    try {
      return Double.parseDouble(line.get(column));
    } catch (NumberFormatException e) {
      throw unfit(line, column, "a number", e);
    }
  }

  private static IOException unfit(CSVRecord line, int column, String right, Exception cause) {
    return new IOException(
        "line %d: %s is \"%s\", not %s"
            .formatted(
                line.getRecordNumber(), VALIDATION_COLUMNS.get(column), line.get(column), right),
        cause);
  }
}
