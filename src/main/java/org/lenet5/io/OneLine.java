package org.lenet5.io;

import java.util.regex.Pattern;

/**
 * Makes messages that quote files and archives safe to print: on one line, without control
 * characters for the terminal, and not too long.
 */
public final class OneLine {
  private static final Pattern CONTROL = Pattern.compile("\\s*[\\p{Cntrl}\\u0080-\\u009f]\\s*");

  private static final int LONGEST = 1500;

  private OneLine() {}

  /** The text with control characters replaced by a space, cut where it is too long. */
  public static String of(String text) {
    String all = String.valueOf(text);
    // Cut first, because the pattern's time grows with the square of a run of spaces.
    String some = all.length() <= LONGEST ? all : all.substring(0, LONGEST) + " …";
    return CONTROL.matcher(some).replaceAll(" ");
  }
}
