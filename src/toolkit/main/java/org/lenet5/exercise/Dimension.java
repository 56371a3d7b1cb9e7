package org.lenet5.exercise;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import org.lenet5.training.Setting;
import org.lenet5.training.Settings;

/**
 * A setting and the values that a search draws from: some choices, or a range. Immutable.
 *
 * @param setting the flag without its dashes
 * @param labels the choices as they were written; empty for a range
 * @param choices the choices as {@code run.json} has them; empty for a range
 * @param low lowest value of a range
 * @param high highest value of a range
 * @param log true if each factor is as likely as any other, rather than each difference
 * @param integer true for whole numbers only
 */
public record Dimension(
    String setting,
    List<String> labels,
    List<String> choices,
    double low,
    double high,
    boolean log,
    boolean integer) {
  // Enough to tell two trials apart, few enough to type.
  private static final MathContext DIGITS = new MathContext(3, RoundingMode.HALF_EVEN);
  private static final double MOST_WHOLE = 1e9;

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException "setting: " and what would be right
   */
  public Dimension {
    labels = List.copyOf(labels);
    choices = List.copyOf(choices);
    Setting<?> known =
        Settings.find(setting)
            .orElseThrow(() -> new IllegalArgumentException(setting + ": is no setting of train"));
    require(labels.size() == choices.size(), setting, "must have a label for each choice");
    for (String choice : choices) {
      known.parse(choice);
    }
    if (choices.isEmpty()) {
      require(known.isNumber(), setting, "is no number: must be choices, as A|B|C");
      require(
          Double.isFinite(low) && Double.isFinite(high) && low < high,
          setting,
          "the range must go from a number to a higher one");
      require(!log || low > 0, setting, "a range with log must begin above 0");
      require(
          !integer || Math.abs(low) <= MOST_WHOLE && Math.abs(high) <= MOST_WHOLE,
          setting,
          "whole numbers must be from -1e9 to 1e9");
      require(
          !integer || low == Math.rint(low) && high == Math.rint(high),
          setting,
          "a range with integer must go from a whole number to a whole number");
      require(
          integer || takesFractions(known, low, high), setting, "takes whole numbers: add integer");
      known.parse(written(low, integer));
      known.parse(written(high, integer));
    }
  }

  static Dimension of(String setting, List<String> labels, List<String> choices) {
    return new Dimension(setting, labels, choices, 0, 0, false, false);
  }

  static Dimension of(String setting, double low, double high, boolean log, boolean integer) {
    return new Dimension(setting, List.of(), List.of(), low, high, log, integer);
  }

  private static boolean takesFractions(Setting<?> known, double low, double high) {
    double within = low + (high - low) * 0.3819660112501051;
    try {
      return known.parse(Double.toString(within)) != null;
    } catch (IllegalArgumentException e) {
      return !(e.getCause() instanceof NumberFormatException); // else its ends say what is wrong
    }
  }

  private static void require(boolean holds, String setting, String right) {
    if (!holds) {
      throw new IllegalArgumentException(setting + ": " + right);
    }
  }

  /** True for choices, false for a range. */
  public boolean hasChoices() {
    return !choices.isEmpty();
  }

  /** How many values there are; more than can be tried for a range of fractions. */
  double values() {
    return hasChoices() ? choices.size() : integer ? high - low + 1 : Double.POSITIVE_INFINITY;
  }

  /**
   * The value at a place, as {@code run.json} has it.
   *
   * @param place from 0 to below 1; places of the same distance are as likely
   */
  String at(double place) {
    if (hasChoices()) {
      return choices.get((int) (place * choices.size()));
    }
    double first = integer ? low - 0.5 : low;
    double last = integer ? high + 0.5 : high;
    double value =
        log
            ? Math.exp(Math.log(first) + place * (Math.log(last) - Math.log(first)))
            : first + place * (last - first);
    double rounded = integer ? Math.rint(value) : new BigDecimal(value).round(DIGITS).doubleValue();
    return canonical(written(Math.max(low, Math.min(high, rounded)), integer));
  }

  private String canonical(String text) {
    return text(Settings.find(setting).orElseThrow(), text);
  }

  private static <T> String text(Setting<T> known, String text) {
    return known.text(known.parse(text));
  }

  private static String written(double value, boolean integer) {
    return integer ? Long.toString(Math.round(value)) : Double.toString(value);
  }

  /** Where a value lies on an axis from 0 to 1; choices at equal distances. */
  double place(String value) {
    if (hasChoices()) {
      return choices.size() == 1 ? 0.5 : (double) index(value) / (choices.size() - 1);
    }
    double number = Double.parseDouble(value);
    return log
        ? (Math.log(number) - Math.log(low)) / (Math.log(high) - Math.log(low))
        : (number - low) / (high - low);
  }

  /** A value for people: a choice as it was written, a number without an exponent. */
  public String label(String value) {
    return hasChoices() ? labels.get(index(value)) : plain(value);
  }

  private static String plain(String number) {
    return new BigDecimal(number).stripTrailingZeros().toPlainString();
  }

  private int index(String value) {
    int index = choices.indexOf(value);
    require(index >= 0, setting, "has no choice " + value);
    return index;
  }

  /** The line of a space that says this. */
  public String line() {
    return setting
        + " "
        + (hasChoices()
            ? String.join("|", labels)
            : plain(written(low, integer))
                + ".."
                + plain(written(high, integer))
                + (log ? " log" : "")
                + (integer ? " integer" : ""));
  }
}
