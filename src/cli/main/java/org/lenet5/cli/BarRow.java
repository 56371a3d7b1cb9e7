package org.lenet5.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import me.tongfei.progressbar.ProgressBarRenderer;
import me.tongfei.progressbar.ProgressState;

/** What a progress bar says, in one row: what is done, a bar, and notes. */
final class BarRow {
  private static final int LONGEST_BAR = 30;
  private static final int SHORTEST_BAR = 6;

  private BarRow() {}

  /**
   * A row that is not longer than {@code columns}. Where it is narrow the bar goes first, then the
   * notes from the last one on, then the end of what is left.
   *
   * @param notes the most important first
   */
  static String of(String task, long done, long total, List<String> notes, int columns) {
    double share = total <= 0 ? 0 : Math.min(1, (double) done / total);
    String head = String.format(Locale.ROOT, "%s %3d%%", task, (int) (100 * share));
    List<String> kept = new ArrayList<>(notes);
    while (!kept.isEmpty() && row(head, "", kept).length() > columns) {
      kept.remove(kept.size() - 1);
    }
    // Two brackets and a space.
    int free = Math.min(LONGEST_BAR, columns - row(head, "", kept).length() - 3);
    String row = row(head, free < SHORTEST_BAR ? "" : bar(share, free), kept);
    return row.length() <= columns ? row : row.substring(0, Math.max(0, columns));
  }

  private static String row(String head, String bar, List<String> notes) {
    return head + bar + (notes.isEmpty() ? "" : " " + String.join(", ", notes));
  }

  private static String bar(double share, int width) {
    int full = (int) (share * width);
    String arrow = full < width ? ">" : "";
    return " [" + "=".repeat(full) + arrow + " ".repeat(width - full - arrow.length()) + "]";
  }

  /**
   * Draws a count of things of one kind, with how many a second and the time that is left.
   *
   * @param unit such as "MB"
   * @param unitSize how much of what is counted makes one
   */
  static ProgressBarRenderer counting(String unit, long unitSize) {
    Function<Double, String> amount =
        number -> String.format(Locale.ROOT, "%,.0f", number / unitSize);
    return (ProgressState state, int columns) -> {
      long done = state.getCurrent();
      double seconds = state.getElapsedAfterStart().toNanos() / 1e9;
      List<String> notes = new ArrayList<>();
      notes.add(
          amount.apply((double) done)
              + " of "
              + amount.apply((double) state.getMax())
              + " "
              + unit);
      if (done > 0 && seconds > 0) {
        notes.add(amount.apply(done / seconds) + " " + unit + "/s");
        notes.add(Words.duration((state.getMax() - done) * seconds / done) + " left");
      }
      return of(state.getTaskName(), done, state.getMax(), notes, columns);
    };
  }
}
