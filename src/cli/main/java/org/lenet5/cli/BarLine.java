package org.lenet5.cli;

import java.io.PrintStream;
import java.util.function.IntSupplier;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * The terminal's line that a progress bar is drawn on, over and over. The library's own way to a
 * terminal builds one of JLine's, which gives SIGINT back to the system, so that Ctrl-C kills a
 * training, and sets the terminal's modes, which stops a job in the background.
 */
final class BarLine implements ProgressBarConsumer {
  private final PrintStream out;
  private final IntSupplier columns;

  /**
   * @param columns the terminal's, asked before each drawing
   */
  BarLine(PrintStream out, IntSupplier columns) {
    this.out = out;
    this.columns = columns;
  }

  // From the last column the cursor would wrap to the next line, and \r would not lead back to the
  // bar's line.
  @Override
  public int getMaxRenderedLength() {
    return columns.getAsInt() - 1;
  }

  @Override
  public void accept(String bar) {
    int most = getMaxRenderedLength();
    out.print("\r" + (bar.length() > most ? bar.substring(0, most) : bar));
    out.flush();
  }

  @Override
  public void clear() {
    out.print("\r" + " ".repeat(getMaxRenderedLength()) + "\r");
    out.flush();
  }

  @Override
  public void close() {
    // The line is the terminal's.
  }
}
