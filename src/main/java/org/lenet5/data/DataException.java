package org.lenet5.data;

/**
 * Bad or missing data. The message is one line that names the file, the value, and what would be
 * right.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
