package org.lenet5.classify;

import org.lenet5.io.OneLine;

/**
 * Thrown for a model that cannot be used: it is absent, damaged, or not the one that its own files
 * describe. The message is one line that names the file and what differs.
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
