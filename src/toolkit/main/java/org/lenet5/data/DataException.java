package org.lenet5.data;

import org.lenet5.io.OneLine;

/**
 * Bad or missing data. The message is one line that names the file, the value, and what would be
 * right.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(OneLine.of(message));
  }

  public DataException(String message, Throwable cause) {
    super(OneLine.of(message), cause);
  }
}
