package org.lenet5.run;

import org.lenet5.io.OneLine;

/**
 * Thrown for a request that cannot be met: the run's name is taken, or its settings are different
 * ones. The message is one line that names the flag of {@code train}, the value, and what would be
 * right. Nothing was written.
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
