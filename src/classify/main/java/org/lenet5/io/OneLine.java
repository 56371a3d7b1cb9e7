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

  /**
   * Why something failed: the first line of its message, as native code's messages run on over
   * many; the class of what was thrown where it has none.
   */
  public static String reason(Throwable e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElseThrow();
  }
}
