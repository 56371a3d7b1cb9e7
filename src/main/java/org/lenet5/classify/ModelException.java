package org.lenet5.classify;

/**
 * A model that cannot be used: absent, damaged, or another one than its files say. The message is
 * one line that names the file and what differs.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 1500;

  ModelException(String message) {
    super(ModelException.oneLine(message));
  }

  ModelException(String message, Throwable cause) {
    super(ModelException.oneLine(message), cause);
  }

  /** The text without control characters, and not too long: messages quote what stands in files. */
  static String oneLine(String text) {
    // Cut first: the pattern tries each of a row of spaces as its start.
    String some = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + " …";
    return some.replaceAll("\\s*[\\p{Cntrl}\\u0080-\\u009f]\\s*", " ");
  }

  /** The first line of what went wrong: native messages run on over many. */
  static String reason(Exception e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElseThrow();
  }
}
