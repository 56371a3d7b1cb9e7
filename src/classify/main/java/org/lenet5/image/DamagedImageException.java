package org.lenet5.image;

import java.io.IOException;

/**
 * The message says what is wrong with a picture's bytes, without the file's name: "it ends too
 * early".
 */
final class DamagedImageException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedImageException(String clause) {
    super(clause);
  }
}
