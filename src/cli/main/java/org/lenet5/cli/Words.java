package org.lenet5.cli;

import java.util.Locale;

/** Numbers and paths in messages. */
final class Words {
  private Words() {}

  /** "1 epoch", "5,000 images". */
  static String count(long number, String one) {
    return String.format(Locale.ROOT, "%,d %s%s", number, one, number == 1 ? "" : "s");
  }

  /** "0:07", "12:30" or "1:02:03". */
  static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }

  /** A word of a command that can be copied into a shell: quoted if it has to be. */
  static String quoted(Object word) {
    String text = word.toString();
    return text.matches("[\\p{L}\\p{N}@%+=:,./_-]+")
        ? text
        : "'" + text.replace("'", "'\\''") + "'";
  }
}
