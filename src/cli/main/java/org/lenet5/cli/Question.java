package org.lenet5.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import org.lenet5.io.AtomicFiles;

/** A question to who sits at the terminal. */
final class Question {
  // Said by scripts/lenet5: Java 17 cannot tell whether stdin is a terminal.
  private static final String STDIN_TERMINAL = "lenet5.terminal.stdin";

  private Question() {}

  /** True if there is somebody to ask. */
  static boolean isPossible() {
    return Boolean.getBoolean(STDIN_TERMINAL) && Boolean.getBoolean("lenet5.terminal");
  }

  /** Asks; true for "y" and "yes". */
  static boolean isYes(PrintWriter err, String question) {
    err.print(question + " [y/N] ");
    err.flush();
    try {
      // Not closed: standard input is the program's.
      String answer =
          new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
      return answer != null
          && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the answer: " + AtomicFiles.reason(e), e);
    }
  }
}
