package org.lenet5.spark;

import org.lenet5.io.OneLine;
import picocli.CommandLine.IExitCodeGenerator;

/** Why a job did not end well, in one line, and what its process is to exit with. */
final class JobException extends RuntimeException implements IExitCodeGenerator {
  private static final long serialVersionUID = 1L;

  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;
  static final int BAD_DATA = 3;

  private final int exitCode;

  private JobException(int exitCode, String message, Throwable cause) {
    super(OneLine.of(message), cause);
    this.exitCode = exitCode;
  }

  /** A flag's value that cannot be used. */
  static JobException wrongUsage(String message) {
    return new JobException(WRONG_USAGE, message, null);
  }

  /** Data that is missing or not what it should be. */
  static JobException badData(String message, Throwable cause) {
    return new JobException(BAD_DATA, message, cause);
  }

  static JobException failed(String message, Throwable cause) {
    return new JobException(FAILED, message, cause);
  }

  /**
   * Why Spark gave up: what the last attempt of the task met, without the traces that Spark puts
   * behind it.
   */
  static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage());
    // From a process of another machine comes only text: "… failed 4 times, most recent failure:
    // Lost task 0.3 in stage 1.0 (TID 9) (host executor 1): java.io.IOException: No space left".
    int recent = message.indexOf("most recent failure: ");
    if (recent >= 0) {
      String all = message.substring(recent);
      String last = all;
      for (String line : all.lines().toList()) {
        if (line.startsWith("Caused by: ")) {
          last = line.substring("Caused by: ".length());
        }
      }
      int from = last.equals(all) ? all.indexOf("): ") : -1;
      message = from < 0 ? last : all.substring(from + 3);
    }
    String first = message.strip().lines().findFirst().orElse("");
    return first.isEmpty() || first.equals("null") ? root.getClass().getSimpleName() : first;
  }

  @Override
  public int getExitCode() {
    return exitCode;
  }
}
