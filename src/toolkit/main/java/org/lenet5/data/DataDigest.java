package org.lenet5.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collection;
import org.lenet5.io.Sha256;

/** The digest that identifies a data set of several files. */
final class DataDigest {
  private DataDigest() {}

  /** The SHA-256 of the files' SHA-256 as text, one a line. */
  static String ofFiles(Collection<String> sha256s) {
    MessageDigest digest = Sha256.digest();
    for (String each : sha256s) {
      digest.update((each + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    return Sha256.hex(digest);
  }
}
