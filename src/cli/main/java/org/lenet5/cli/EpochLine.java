package org.lenet5.cli;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.lenet5.training.EpochResult;

/**
 * The notebook's line about an epoch, to the letter: it counts from 0, and accuracies in percent.
 */
final class EpochLine {
  /** A width for output that goes to a file or another program: never broken into lines. */
  static final int ENDLESS = Integer.MAX_VALUE;

  // As wide as the notebook's first figures: where the second row's are to stand.
  private static final String INDENT = "\t\t\t";
  private static final int TAB = 8;

  private EpochLine() {}

  /**
   * The line, without its end. On a terminal that is too narrow for it the accuracies stand under
   * the losses: it would break within a figure.
   *
   * @param columns of the terminal
   */
  static String of(EpochResult result, int columns) {
    String head =
        String.format(
            Locale.ROOT,
            "%s --- Epoch: %d",
            LocalTime.ofInstant(result.time(), ZoneId.systemDefault())
                .truncatedTo(ChronoUnit.SECONDS)
                .format(DateTimeFormatter.ISO_LOCAL_TIME),
            result.epoch() - 1);
    String losses =
        figure("\tTrain loss: %.4f", result.trainLoss())
            + figure("\tTest loss: %.4f", result.test().loss());
    String accuracies =
        figure("\tTrain accuracy: %.2f", 100 * result.train().accuracy())
            + figure("\tTest accuracy: %.2f", 100 * result.test().accuracy());
    String validationLoss =
        result.validation().map(v -> figure("\tValidation loss: %.4f", v.loss())).orElse("");
    String validationAccuracy =
        result
            .validation()
            .map(v -> figure("\tValidation accuracy: %.2f", 100 * v.accuracy()))
            .orElse("");
    String line = head + losses + accuracies + validationLoss + validationAccuracy;
    return width(line) <= columns
        ? line
        : head
            + losses
            + validationLoss
            + System.lineSeparator()
            + INDENT
            + accuracies.substring(1)
            + validationAccuracy;
  }

  private static String figure(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** How many columns a line takes on a terminal. */
  static int width(String line) {
    int width = 0;
    for (char each : line.toCharArray()) {
      width += each == '\t' ? TAB - width % TAB : 1;
    }
    return width;
  }
}
