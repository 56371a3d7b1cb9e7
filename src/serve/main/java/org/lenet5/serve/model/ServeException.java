package org.lenet5.serve.model;

import org.lenet5.io.OneLine;

/**
 * A request that gets no answer. The message is one line, for the client: without the server's
 * paths.
 */
public final class ServeException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final Reason reason;

  /** With a message for the client. */
  public ServeException(Reason reason, String message) {
    // Without a stack trace: a client's mistake is no fault of the program, and may come often.
    super(OneLine.of(message), null, false, false);
    this.reason = reason;
  }

  /** A request that the client must change. */
  public static ServeException invalid(String message) {
    return new ServeException(Reason.INVALID_ARGUMENT, message);
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
