package org.lenet5.chart;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.util.Locale;

/**
 * The frame of a curve over shares: both axes in percent, with a grid of fifths, their names and a
 * note below.
 *
 * @param left where the curve's area begins, in pixels of the sheet, as are the others
 * @param highest the share at the vertical axis' end; the horizontal one ends at 100 %
 */
record PercentAxes(int left, int top, int width, int height, double highest) {
  /** Below the area: room for the marks, the axis' name and the note. */
  static final int BELOW = 76;

  double x(double share) {
    return left + width * share;
  }

  double y(double share) {
    return top + height * (1 - share / highest);
  }

  double middle() {
    return left + width / 2.0;
  }

  void drawGrid(Graphics2D pen) {
    for (int i = 0; i <= 5; i++) {
      double y = top + height * (1 - i / 5.0);
      double x = left + width * i / 5.0;
      pen.setColor(Palette.GRID);
      pen.draw(new Line2D.Double(left, y, left + width, y));
      pen.draw(new Line2D.Double(x, top, x, top + height));
      pen.setColor(Canvas.INK);
      Canvas.write(pen, String.format(Locale.ROOT, "%.0f%%", 20 * i * highest), left - 8, y, 1);
      Canvas.write(pen, 20 * i + "%", x, top + height + 16, 0.5);
    }
  }

  void writeNames(Graphics2D pen, String horizontal, String vertical, String note) {
    Font plain = pen.getFont();
    pen.setColor(Canvas.INK);
    pen.setFont(plain.deriveFont(Font.BOLD));
    Canvas.write(pen, horizontal, middle(), top + height + 40, 0.5);
    Canvas.writeUpwards(pen, vertical, 16, top + height / 2.0, 0.5);
    pen.setFont(plain.deriveFont(11f));
    Canvas.write(pen, note, middle(), top + height + 62, 0.5);
    pen.setFont(plain);
  }
}
