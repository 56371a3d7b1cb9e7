package org.lenet5.chart;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.Locale;
import org.lenet5.evaluation.Coverage;

/**
 * Coverage against risk: of the images that are answered, how many are wrong, as more and more are
 * answered, the most confident first. Thresholds are marked on the line. Thread-safe.
 */
public final class CoveragePicture {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final int LEFT = 74;
  private static final int TOP = Canvas.HEADING + 8;
  private static final int POINTS = 13;
  private static final double[] MARKS = {.5, .6, .7, .8, .9, .95, .99};
  private static final double APART = 26; // marks that lie closer are left out

  private CoveragePicture() {}

  /**
   * Draws the curve.
   *
   * @param subject what was measured, below the title
   */
  public static BufferedImage draw(String subject, Coverage coverage) {
    BufferedImage sheet = Canvas.sheet(LEFT + WIDTH + 40, TOP + HEIGHT + 76);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      Font plain = pen.getFont();
      Canvas.heading(
          pen, "Coverage and risk", subject, LEFT + WIDTH / 2.0, sheet.getWidth() - LEFT);
      double top = highest(coverage);
      grid(pen, top);
      pen.setColor(Palette.TESTING);
      pen.setStroke(new BasicStroke(2.2f));
      pen.draw(path(coverage, top));
      pen.setStroke(new BasicStroke(1));
      marks(pen, coverage, top);
      pen.setColor(Canvas.INK);
      pen.setFont(plain.deriveFont(Font.BOLD));
      Canvas.write(
          pen, "Coverage: share of images answered", LEFT + WIDTH / 2.0, TOP + HEIGHT + 40, 0.5);
      Canvas.writeUpwards(pen, "Risk: share of answers wrong", 16, TOP + HEIGHT / 2.0, 0.5);
      pen.setFont(plain.deriveFont(11f));
      Canvas.write(
          pen,
          "Marks: the least confidence that is answered there.",
          LEFT + WIDTH / 2.0,
          TOP + HEIGHT + 62,
          0.5);
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  /** The end of the axis: the curve's highest point in steps of a twentieth. */
  private static double highest(Coverage coverage) {
    double most = coverage.points().stream().mapToDouble(Coverage.Point::risk).max().orElse(0);
    return Math.max(.05, Math.ceil(most * 20 - 1e-9) / 20);
  }

  private static double x(Coverage.Point point) {
    return LEFT + WIDTH * point.coverage();
  }

  private static double y(Coverage.Point point, double top) {
    return TOP + HEIGHT * (1 - point.risk() / top);
  }

  private static Path2D path(Coverage coverage, double top) {
    Path2D path = new Path2D.Double();
    for (Coverage.Point point : coverage.points()) {
      if (path.getCurrentPoint() == null) {
        path.moveTo(x(point), y(point, top));
      } else {
        path.lineTo(x(point), y(point, top));
      }
    }
    return path;
  }

  private static void grid(Graphics2D pen, double top) {
    for (int i = 0; i <= 5; i++) {
      double y = TOP + HEIGHT * (1 - i / 5.0);
      double x = LEFT + WIDTH * i / 5.0;
      pen.setColor(Palette.GRID);
      pen.draw(new Line2D.Double(LEFT, y, LEFT + WIDTH, y));
      pen.draw(new Line2D.Double(x, TOP, x, TOP + HEIGHT));
      pen.setColor(Canvas.INK);
      Canvas.write(pen, String.format(Locale.ROOT, "%.0f%%", 20 * i * top), LEFT - 8, y, 1);
      Canvas.write(pen, 20 * i + "%", x, TOP + HEIGHT + 16, 0.5);
    }
  }

  private static void marks(Graphics2D pen, Coverage coverage, double top) {
    double last = Double.POSITIVE_INFINITY;
    for (double threshold : MARKS) {
      Coverage.Point point = coverage.at(threshold);
      if (point.answered() == 0 || last - x(point) < APART) {
        continue;
      }
      last = x(point);
      pen.setColor(Palette.TESTING);
      pen.fill(new Ellipse2D.Double(x(point) - 4, y(point, top) - 4, 8, 8));
      pen.setColor(Canvas.INK);
      String text = String.format(Locale.ROOT, threshold < .95 ? "%.1f" : "%.2f", threshold);
      Canvas.write(pen, text, x(point) - 6, y(point, top) - 14, 1);
    }
  }
}
