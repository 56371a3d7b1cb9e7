package org.lenet5.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A confusion matrix as a picture: a row for each true class, a column for each predicted one, the
 * counts in the cells, and below each its percentage of the row's images. A cell's blue says the
 * same share, so that classes of different sizes compare. Of more than 40 classes the picture has
 * the 30 with the lowest recall, the lowest first; a last column has what was taken for one of the
 * others. Thread-safe.
 */
public final class ConfusionMatrixPicture {
  private static final Color FULL = new Color(0x0B4FA8);
  private static final int CELL = 46;
  private static final int GAP = 8;
  private static final int TITLE = 26;
  private static final int POINTS = 13;
  private static final int SMALL = 10;
  private static final int LEAST_WIDTH = 400;

  private static final int MOST_CLASSES = 40;
  private static final int WORST_CLASSES = 30;

  private ConfusionMatrixPicture() {}

  /** What is drawn: a row for each name, and one more column if there are {@code others}. */
  private record Shown(String title, List<String> names, int[][] counts, boolean others) {
    int columns() {
      return names.size() + (others ? 1 : 0);
    }

    String column(int c) {
      return c < names.size() ? names.get(c) : "any other";
    }
  }

  /**
   * Draws {@code counts}.
   *
   * @param subject what was measured, below the title
   * @param counts images by [true class][predicted class]
   * @param names of the classes, in the matrix's order
   * @throws IllegalArgumentException if the matrix is not square or the names do not fit it
   */
  public static BufferedImage draw(String subject, int[][] counts, List<String> names) {
    int classes = names.size();
    if (counts.length != classes || Arrays.stream(counts).anyMatch(r -> r.length != classes)) {
      throw new IllegalArgumentException(
          "the confusion matrix must be %d x %d, as there are %d class names"
              .formatted(classes, classes, classes));
    }
    Shown shown =
        classes > MOST_CLASSES
            ? worst(counts, names)
            : new Shown("Confusion matrix", names, counts, false);
    return draw(subject, shown);
  }

  private static Shown worst(int[][] counts, List<String> names) {
    int[] images = Arrays.stream(counts).mapToInt(row -> Arrays.stream(row).sum()).toArray();
    List<Integer> worst =
        IntStream.range(0, counts.length)
            .boxed()
            .filter(c -> images[c] > 0)
            .sorted(Comparator.comparingDouble(c -> (double) counts[c][c] / images[c]))
            .limit(WORST_CLASSES)
            .toList();
    int[][] rows =
        worst.stream()
            .map(
                row -> {
                  int[] among = worst.stream().mapToInt(column -> counts[row][column]).toArray();
                  int[] all = Arrays.copyOf(among, among.length + 1);
                  all[among.length] = images[row] - Arrays.stream(among).sum();
                  return all;
                })
            .toArray(int[][]::new);
    String title =
        "Confusion matrix of the %d classes of %d with the lowest recall"
            .formatted(worst.size(), counts.length);
    return new Shown(title, worst.stream().map(names::get).toList(), rows, true);
  }

  private static BufferedImage draw(String subject, Shown shown) {
    int label =
        IntStream.range(0, shown.columns())
            .map(c -> Canvas.width(shown.column(c), POINTS))
            .max()
            .orElse(0);
    int side = shown.columns() * CELL;
    int height = shown.names().size() * CELL;
    int width = Math.max(LEAST_WIDTH, TITLE + label + 4 * GAP + side);
    int left = width - side - 2 * GAP;
    int top = Canvas.HEADING + TITLE + label + 2 * GAP;
    BufferedImage sheet = Canvas.sheet(width, top + height + 2 * GAP);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      Canvas.heading(pen, shown.title(), subject, width / 2.0, width - 2 * GAP);
      for (int column = 0; column < shown.columns(); column++) {
        double middle = left + column * CELL + CELL / 2.0;
        Canvas.writeUpwards(pen, shown.column(column), middle, top - GAP, 0);
      }
      for (int row = 0; row < shown.names().size(); row++) {
        int middle = top + row * CELL + CELL / 2;
        Canvas.write(pen, shown.names().get(row), left - GAP, middle, 1);
        drawRow(pen, shown.counts()[row], left, top + row * CELL);
      }
      pen.setColor(Canvas.INK);
      pen.drawRect(left, top, side, height);
      pen.setFont(pen.getFont().deriveFont(Font.BOLD));
      Canvas.write(pen, "Predicted class", left + side / 2.0, Canvas.HEADING + TITLE / 2.0, 0.5);
      Canvas.writeUpwards(
          pen, "True class", left - label - 2 * GAP - TITLE / 2.0, top + height / 2.0, 0.5);
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  private static void drawRow(Graphics2D pen, int[] counts, int left, int top) {
    int images = Math.max(1, Arrays.stream(counts).sum());
    Font plain = pen.getFont();
    for (int column = 0; column < counts.length; column++) {
      double share = (double) counts[column] / images;
      int x = left + column * CELL;
      pen.setColor(shade(share));
      pen.fillRect(x, top, CELL, CELL);
      pen.setColor(share > 0.45 ? Color.WHITE : Canvas.INK);
      Canvas.write(pen, Integer.toString(counts[column]), x + CELL / 2.0, top + 17, 0.5);
      if (counts[column] > 0) {
        pen.setFont(plain.deriveFont((float) SMALL));
        Canvas.write(pen, percent(share), x + CELL / 2.0, top + 34, 0.5);
        pen.setFont(plain);
      }
    }
    pen.setColor(Canvas.INK);
  }

  private static String percent(double share) {
    return share < 0.005 ? "<1 %" : Math.round(100 * share) + " %";
  }

  private static Color shade(double share) {
    return new Color(
        mix(share, FULL.getRed()), mix(share, FULL.getGreen()), mix(share, FULL.getBlue()));
  }

  private static int mix(double share, int full) {
    return (int) Math.round(255 + share * (full - 255));
  }
}
