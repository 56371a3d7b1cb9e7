package org.lenet5.exercise;

import java.util.Locale;

/** Numbers as the report writes them. */
final class Numbers {
  private Numbers() {}

  /** A fraction in percent, without the sign. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f", 100 * fraction);
  }

  /** A difference of fractions in percentage points, with its sign. */
  static String points(double difference) {
    String text = String.format(Locale.ROOT, "%+.2f", 100 * difference);
    return text.equals("-0.00") || text.equals("+0.00") ? "0.00" : text.replace('-', '−');
  }

  /** The size of a difference of fractions, in percentage points. */
  static String size(double difference) {
    return String.format(Locale.ROOT, "%.2f", 100 * Math.abs(difference));
  }

  static String loss(double loss) {
    return String.format(Locale.ROOT, "%.4f", loss);
  }

  static String p(double p) {
    return p < 0.0001 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", p);
  }

  static String meanAndDeviation(double[] fractions) {
    return percent(Statistics.mean(fractions)) + " ± " + percent(Statistics.deviation(fractions));
  }

  /** "13.94 to 17.85", or a single number where all agree. */
  static String range(double low, double high) {
    return low == high ? percent(low) : percent(low) + " to " + percent(high);
  }

  /** "1 epoch", "2 epochs". */
  static String count(long number, String one) {
    return number + " " + one + (number == 1 ? "" : "s");
  }

  /** "45 s", "12 min" or "3.4 h". */
  static String duration(double seconds) {
    if (seconds < 100) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    return seconds < 6000
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }
}
