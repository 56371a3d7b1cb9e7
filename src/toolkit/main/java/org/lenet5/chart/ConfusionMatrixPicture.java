package org.lenet5.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;

/**
 * A confusion matrix as a picture: a row for each true class, a column for each predicted one, the
 * counts in the cells, and below each its percentage of the row's images. A cell's blue says the
 * same share, so that classes of different sizes compare. Thread-safe.
 */
public final class ConfusionMatrixPicture {
  private static final Color FULL = new Color(0x0B4FA8);
  private static final int CELL = 46;
  private static final int GAP = 8;
  private static final int TITLE = 26;
  private static final int POINTS = 13;
  private static final int SMALL = 10;
  private static final int LEAST_WIDTH = 400;

  private ConfusionMatrixPicture() {}

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
    int label = names.stream().mapToInt(name -> Canvas.width(name, POINTS)).max().orElse(0);
    int side = classes * CELL;
    int width = Math.max(LEAST_WIDTH, TITLE + label + 4 * GAP + side);
    int left = width - side - 2 * GAP;
    int top = Canvas.HEADING + TITLE + label + 2 * GAP;
    BufferedImage sheet = Canvas.sheet(width, top + side + 2 * GAP);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      Canvas.heading(pen, "Confusion matrix", subject, width / 2.0, width - 2 * GAP);
      for (int row = 0; row < classes; row++) {
        int middle = top + row * CELL + CELL / 2;
        Canvas.write(pen, names.get(row), left - GAP, middle, 1);
        Canvas.writeUpwards(pen, names.get(row), left + row * CELL + CELL / 2.0, top - GAP, 0);
        drawRow(pen, counts[row], left, top + row * CELL);
      }
      pen.setColor(Canvas.INK);
      pen.drawRect(left, top, side, side);
      pen.setFont(pen.getFont().deriveFont(Font.BOLD));
      Canvas.write(pen, "Predicted class", left + side / 2.0, Canvas.HEADING + TITLE / 2.0, 0.5);
      Canvas.writeUpwards(
          pen, "True class", left - label - 2 * GAP - TITLE / 2.0, top + side / 2.0, 0.5);
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
