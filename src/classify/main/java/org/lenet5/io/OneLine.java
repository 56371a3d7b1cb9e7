package org.lenet5.io;

import java.util.regex.Pattern;

/**
 * Messages that quote what stands in files and archives: without the line ends and the commands to
 * terminals that may be in it, and of a length that can be read.
 */
public final class OneLine {
  private static final Pattern CONTROL = Pattern.compile("\\s*[\\p{Cntrl}\\u0080-\\u009f]\\s*");

  private static final int LONGEST = 1500;

  private OneLine() {}

  /** The text with a space for control characters, and its end left out where it is too long. */
  public static String of(String text) {
    String all = String.valueOf(text);
    // Cut first: the pattern tries each of a row of spaces as its start.
    String some = all.length() <= LONGEST ? all : all.substring(0, LONGEST) + " …";
    return CONTROL.matcher(some).replaceAll(" ");
  }

  /**
   * Why something failed: the first line of the exception's message, as native code's messages run
   * on over many; its class where it has none.
   */
  public static String reason(Exception e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElseThrow();
  }
}
