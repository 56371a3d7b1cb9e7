package org.lenet5.io;

import java.util.regex.Pattern;

/**
 * Messages that quote what stands in files and archives: without the line ends and the commands to
 * terminals that may be in it.
 */
public final class OneLine {
  private static final Pattern CONTROL = Pattern.compile("\\s*[\\p{Cntrl}\\u0080-\\u009f]\\s*");

  private OneLine() {}

  /** The text with a space for control characters. */
  public static String of(String text) {
    return CONTROL.matcher(String.valueOf(text)).replaceAll(" ");
  }
}
