package org.lenet5.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows of cells, each column as wide as its widest cell, two spaces between them. */
final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final int textColumns;

  /**
   * @param textColumns how many columns, from the left, are text; the others are numbers, and end
   *     where their heads end
   */
  TextTable(int textColumns, List<String> head) {
    this.textColumns = textColumns;
    rows.add(List.copyOf(head));
  }

  void add(List<String> row) {
    rows.add(List.copyOf(row));
  }

  /** The lines, the head first. */
  List<String> lines() {
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toArray();
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private String line(List<String> row, int... widths) {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String space = " ".repeat(widths[c] - row.get(c).length());
      line.append(c == 0 ? "" : GAP)
          .append(c < textColumns ? row.get(c) + space : space + row.get(c));
    }
    return line.toString().stripTrailing();
  }
}
