package org.lenet5.run;

import org.lenet5.io.OneLine;

/**
 * A run that cannot be had as it was asked for: its name is taken, its settings are others. The
 * message is one line that names the flag of {@code train}, the value, and what would be right.
 * Nothing was written.
 */
public class RunUsageException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public RunUsageException(String message) {
    super(OneLine.of(message));
  }

  RunUsageException(IllegalArgumentException cause) {
    super(cause.getMessage(), cause);
  }
}
