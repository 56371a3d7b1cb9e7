package org.lenet5.classify;

import org.lenet5.io.OneLine;

/**
 * A model that cannot be used: absent, damaged, or another one than its files say. The message is
 * one line that names the file and what differs.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModelException(String message) {
    super(OneLine.of(message));
  }

  ModelException(String message, Throwable cause) {
    super(OneLine.of(message), cause);
  }
}
