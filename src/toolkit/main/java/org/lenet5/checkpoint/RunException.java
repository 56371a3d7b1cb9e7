package org.lenet5.checkpoint;

import org.lenet5.io.OneLine;

/** A run that cannot be read or gone on with. The message is one line that says what to do. */
public class RunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RunException(String message) {
    super(OneLine.of(message));
  }

  public RunException(String message, Throwable cause) {
    super(OneLine.of(message), cause);
  }
}
