package org.lenet5.chart;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
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
    BufferedImage sheet = Canvas.sheet(LEFT + WIDTH + 40, TOP + HEIGHT + PercentAxes.BELOW);
    PercentAxes axes = new PercentAxes(LEFT, TOP, WIDTH, HEIGHT, highest(coverage));
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      Canvas.heading(pen, "Coverage and risk", subject, axes.middle(), sheet.getWidth() - LEFT);
      axes.drawGrid(pen);
      pen.setColor(Palette.TESTING);
      pen.setStroke(new BasicStroke(2.2f));
      pen.draw(path(coverage, axes));
      pen.setStroke(new BasicStroke(1));
      marks(pen, coverage, axes);
      axes.writeNames(
          pen,
          "Coverage: share of images answered",
          "Risk: share of answers wrong",
          "Marks: the least confidence that is answered there.");
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

  private static Path2D path(Coverage coverage, PercentAxes axes) {
    Path2D path = new Path2D.Double();
    for (Coverage.Point point : coverage.points()) {
      double x = axes.x(point.coverage());
      double y = axes.y(point.risk());
      if (path.getCurrentPoint() == null) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    return path;
  }

  private static void marks(Graphics2D pen, Coverage coverage, PercentAxes axes) {
    double last = Double.POSITIVE_INFINITY;
    for (double threshold : MARKS) {
      Coverage.Point point = coverage.at(threshold);
      double x = axes.x(point.coverage());
      if (point.answered() == 0 || last - x < APART) {
        continue;
      }
      last = x;
      double y = axes.y(point.risk());
      pen.setColor(Palette.TESTING);
      pen.fill(new Ellipse2D.Double(x - 4, y - 4, 8, 8));
      pen.setColor(Canvas.INK);
      String text = String.format(Locale.ROOT, threshold < .95 ? "%.1f" : "%.2f", threshold);
      Canvas.write(pen, text, x - 6, y - 14, 1);
    }
  }
}
