package org.lenet5.data;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * A picture of a data set, not looked into yet.
 *
 * @param file to open
 * @param name of the file, below the folder or as the list has it, with slashes
 * @param label its class
 * @param part of the data set that it belongs to; training where nothing says so
 * @param bytes its size; -1 if it cannot be asked
 * @param modified when it was changed, in nanoseconds of the file system's clock
 */
record Picture(Path file, String name, String label, Part part, long bytes, long modified) {
  /** What pictures of a data set are for. */
  enum Part {
    TRAIN("training"),
    VALIDATION("validation"),
    TEST("test");

    private final String words;

    Part(String words) {
      this.words = words;
    }

    /** As in "training images". */
    String words() {
      return words;
    }
  }

  /** The same picture for another purpose. */
  Picture in(Part other) {
    return new Picture(file, name, label, other, bytes, modified);
  }

  /** Python's order of strings, by code points; Java's own puts emoji before some letters. */
  static final Comparator<String> CODE_POINTS =
      (a, b) -> {
        int i = 0;
        while (i < a.length() && i < b.length()) {
          int left = a.codePointAt(i);
          int right = b.codePointAt(i);
          if (left != right) {
            return Integer.compare(left, right);
          }
          i += Character.charCount(left);
        }
        return Integer.compare(a.length(), b.length());
      };
}
