package org.lenet5.image;

import org.lenet5.io.OneLine;

/**
 * An image that cannot be read: no image, damaged, or over a limit. The message is one line that
 * names the file.
 */
public final class ImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ImageException(String message) {
    super(OneLine.of(message));
  }

  ImageException(String message, Throwable cause) {
    super(OneLine.of(message), cause);
  }
}
