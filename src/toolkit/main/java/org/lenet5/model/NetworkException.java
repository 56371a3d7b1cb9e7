package org.lenet5.model;

/**
 * Thrown for a network that cannot be built. The message is one line that names the network, the
 * line, and what would be right.
 */
public class NetworkException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  NetworkException(String message) {
    super(message);
  }

  NetworkException(String message, Throwable cause) {
    super(message, cause);
  }
}
