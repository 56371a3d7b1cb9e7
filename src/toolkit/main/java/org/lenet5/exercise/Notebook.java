package org.lenet5.exercise;

import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** What the notebook printed for its third exercise: the even half, batches of 10. */
final class Notebook {
  private static final String RESOURCE = "printed-results.csv";

  private Notebook() {}

  /**
   * A printed line.
   *
   * @param experiment our name of it
   * @param epoch from 1; the notebook counts from 0
   * @param trainLoss running mean of the epoch
   * @param trainAccuracy a fraction
   * @param testAccuracy a fraction
   * @param clock when it was printed
   */
  record Line(
      String experiment,
      int epoch,
      double trainLoss,
      double testLoss,
      double trainAccuracy,
      double testAccuracy,
      LocalTime clock) {}

  /** All lines, experiment by experiment in the order of their epochs. */
  static List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser parser =
        CSVParser.parse(
            new InputStreamReader(
                Notebook.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8),
            format)) {
      for (CSVRecord record : parser) {
        lines.add(
            new Line(
                record.get("optimizer") + "-" + record.get("learning_rate"),
                Integer.parseInt(record.get("epoch")) + 1,
                Double.parseDouble(record.get("train_loss")),
                Double.parseDouble(record.get("test_loss")),
                Double.parseDouble(record.get("train_accuracy_percent")) / 100,
                Double.parseDouble(record.get("test_accuracy_percent")) / 100,
                LocalTime.parse(record.get("wall_clock"))));
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the embedded " + RESOURCE, e);
    }
    return lines;
  }

  /** Median seconds from one printed epoch to the next: what an epoch took there. */
  static double secondsAnEpoch() {
    List<Line> lines = lines();
    List<Long> seconds = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      if (lines.get(i).experiment().equals(lines.get(i - 1).experiment())) {
        seconds.add(Duration.between(lines.get(i - 1).clock(), lines.get(i).clock()).toSeconds());
      }
    }
    return seconds.stream().sorted().skip(seconds.size() / 2).findFirst().orElseThrow();
  }
}
