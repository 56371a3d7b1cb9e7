package org.lenet5.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.lenet5.exercise.Suite;

/**
 * What is to be known of a suite's runs, in a line each: printed at once, or, where a screen is
 * drawn anew each second, above what is drawn next. Guarded by the screen that has it.
 */
final class RunMessages {
  private final PrintWriter err;
  private final boolean terminal;
  private final List<String> waiting = new ArrayList<>();

  /**
   * @param terminal whether a screen is drawn
   */
  RunMessages(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  void add(Suite.Run run, String line) {
    String message = run.name() + ": " + line;
    if (terminal) {
      waiting.add(message);
    } else {
      err.println(message);
      err.flush();
    }
  }

  /** Puts them where they scroll away. */
  void draw(StringBuilder text) {
    waiting.forEach(each -> text.append(each).append("\u001B[K\n"));
    waiting.clear();
  }
}
