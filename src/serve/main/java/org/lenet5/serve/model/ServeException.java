package org.lenet5.serve.model;

import java.util.concurrent.CompletionException;
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

  /** What was thrown, without what futures wrap it in; null for null. */
  public static Throwable unwrapped(Throwable thrown) {
    Throwable e = thrown;
    while (e instanceof CompletionException && e.getCause() != null) {
      e = e.getCause();
    }
    return e;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
