package org.lenet5.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.lenet5.io.AtomicFiles;

/**
 * A CSV (RFC 4180, UTF-8) with the columns {@code path}, relative to the CSV's folder or absolute,
 * {@code label}, and perhaps {@code split}: train, validation or test. Other columns are ignored.
 * Not thread-safe.
 */
final class PictureList {
  private static final char BOM = '\uFEFF';
  private static final Map<String, Picture.Part> PARTS =
      Map.of(
          "train", Picture.Part.TRAIN,
          "validation", Picture.Part.VALIDATION,
          "val", Picture.Part.VALIDATION,
          "valid", Picture.Part.VALIDATION,
          "test", Picture.Part.TEST);
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setIgnoreHeaderCase(true)
          .setIgnoreEmptyLines(true)
          .setTrim(true)
          .get();

  private static final Pattern OPEN_QUOTE =
      Pattern.compile("\\(startline (\\d+)\\) EOF reached before encapsulated token finished");

  private final Path file;
  private final List<Finding> findings = new ArrayList<>();
  private final List<Picture> pictures = new ArrayList<>();
  private final Map<Path, Row> rows = new HashMap<>();

  private record Row(long number, String label, String split) {}

  PictureList(Path file) {
    this.file = file;
  }

  PictureIndex index() {
    boolean hasSplit;
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      reader.mark(1);
      if (reader.read() != BOM) {
        reader.reset();
      }
      try (CSVParser parser = CSVParser.parse(reader, FORMAT)) {
        Map<String, Integer> header = parser.getHeaderMap();
        for (String column : List.of("path", "label")) {
          if (!header.containsKey(column)) {
            throw new DataException(
                header.isEmpty()
                    ? file + " is empty: its first line must be path,label or path,label,split"
                    : "%s: its first line (%s) has no column %s: must be path,label or path,label,split"
                        .formatted(file, String.join(",", parser.getHeaderNames()), column));
          }
        }
        hasSplit = header.containsKey("split");
        for (CSVRecord row : parser) {
          read(row, hasSplit);
        }
      }
    } catch (CharacterCodingException e) {
      throw noText(e);
    } catch (UncheckedIOException e) { // of a row
      throw e.getCause() instanceof CharacterCodingException ? noText(e) : noCsv(e.getCause());
    } catch (CSVException | IllegalArgumentException e) { // of the header
      throw noCsv(e);
    } catch (IOException e) {
      throw new DataException("cannot read %s: %s".formatted(file, AtomicFiles.reason(e)), e);
    }
    return new PictureIndex(inParts(), isHeldOut(), List.of(), findings);
  }

  private DataException noText(Exception e) {
    return new DataException(file + " is no list of pictures: it is not text in UTF-8", e);
  }

  // The parser's own words are kept where they are for people.
  private DataException noCsv(Exception e) {
    String said = String.valueOf(e.getMessage());
    Matcher open = OPEN_QUOTE.matcher(said);
    return new DataException(
        open.find()
            ? "%s: the quote that opens in line %s is not closed".formatted(file, open.group(1))
            : "%s is no CSV: %s".formatted(file, said),
        e);
  }

  private boolean isHeldOut() {
    return pictures.stream().anyMatch(each -> each.part() != Picture.Part.TRAIN);
  }

  /** As listed, those to train on first; validation pictures are for measuring if no others are. */
  private List<Picture> inParts() {
    boolean tests = pictures.stream().anyMatch(each -> each.part() == Picture.Part.TEST);
    return pictures.stream()
        .map(each -> tests || each.part() == Picture.Part.TRAIN ? each : each.in(Picture.Part.TEST))
        .sorted(Comparator.comparing(Picture::part))
        .toList();
  }

  private void read(CSVRecord row, boolean hasSplit) {
    long line = row.getRecordNumber() + 1; // the first one is the header
    if (!row.isConsistent()) {
      bad(line, "has %d columns where the first line has others".formatted(row.size()));
      return;
    }
    String path = row.get("path");
    String label = row.get("label");
    String split = hasSplit ? row.get("split").toLowerCase(Locale.ROOT) : "train";
    if (path.isEmpty() || label.isEmpty()) {
      bad(line, "has no " + (path.isEmpty() ? "path" : "label"));
      return;
    }
    if (!PARTS.containsKey(split)) {
      bad(line, "has the split " + split + ": must be train, validation or test");
      return;
    }
    try {
      add(line, Path.of(path), label, split);
    } catch (InvalidPathException e) {
      bad(line, "has a path that cannot be one: " + e.getMessage());
    }
  }

  private void add(long line, Path path, String label, String split) {
    Path picture = file.toAbsolutePath().resolveSibling(path);
    Row row = new Row(line, label, split);
    Row earlier = rows.putIfAbsent(picture.normalize(), row);
    if (earlier != null) {
      boolean same = earlier.label.equals(label) && earlier.split.equals(split);
      findings.add(
          new Finding(
              same ? Finding.Kind.REPEATED_ROW : Finding.Kind.BAD_ROW,
              "row %d repeats row %d%s: %s"
                  .formatted(
                      line, earlier.number, same ? "" : " with another label or split", path)));
      return;
    }
    String name = path.toString().replace(java.io.File.separatorChar, '/');
    Picture found = PictureIndex.picture(picture, name, label, PARTS.get(split), findings);
    if (found != null) {
      pictures.add(found);
    }
  }

  private void bad(long line, String reason) {
    findings.add(new Finding(Finding.Kind.BAD_ROW, "row " + line + " " + reason));
  }
}
