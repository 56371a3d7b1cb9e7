package org.lenet5.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The words for a published data set's labels, out of the program's own files. */
final class ClassNames {
  private ClassNames() {}

  /**
   * By label, from 0: a line each.
   *
   * @param file beside this class
   */
  static List<String> of(String file) {
    try (InputStream in = ClassNames.class.getResourceAsStream("names/" + file)) {
      if (in == null) {
        throw new DataException(
            "the embedded names/" + file + " is missing: build the program again");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new DataException("cannot read names/%s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
