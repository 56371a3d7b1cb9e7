package org.lenet5.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.lenet5.evaluation.PrecisionRecallCurve;

/**
 * Precision against recall, a line for each class, the legend from the best to the worst average
 * precision. Thread-safe.
 */
public final class PrecisionRecallPicture {
  private static final Color GRID = new Color(0xDDDDDD);
  private static final int WIDTH = 620;
  private static final int POINTS = 13;
  private static final int HEIGHT = 480;
  private static final int LEFT = 70;
  private static final int TOP = 50;
  private static final int LEGEND = 220;

  private PrecisionRecallPicture() {}

  /**
   * Draws the curves.
   *
   * @param curves by class
   * @param names by class
   */
  public static BufferedImage draw(List<PrecisionRecallCurve> curves, List<String> names) {
    BufferedImage sheet = Canvas.sheet(LEFT + WIDTH + LEGEND, TOP + HEIGHT + 60);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      Font plain = pen.getFont();
      grid(pen);
      Shape everything = pen.getClip();
      pen.clipRect(LEFT - 1, TOP - 2, WIDTH + 3, HEIGHT + 4);
      for (int c = 0; c < curves.size(); c++) {
        pen.setColor(color(c));
        pen.setStroke(stroke(c));
        pen.draw(line(curves.get(c)));
      }
      pen.setClip(everything);
      legend(pen, curves, names);
      pen.setColor(Canvas.INK);
      pen.setFont(plain.deriveFont(Font.BOLD, 20f));
      Canvas.write(pen, "Precision and recall", LEFT + WIDTH / 2.0, 24, 0.5);
      pen.setFont(plain.deriveFont(Font.BOLD));
      Canvas.write(pen, "Recall", LEFT + WIDTH / 2.0, TOP + HEIGHT + 42, 0.5);
      Canvas.writeUpwards(pen, "Precision", 16, TOP + HEIGHT / 2.0, 0.5);
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  // Ten hues are hard to tell apart: every second line is broken.
  private static Color color(int c) {
    int[] hues = {0x1F5FD0, 0xD62728, 0x2A9D3A, 0xE08A00, 0x8E44AD};
    return new Color(hues[c / 2 % hues.length]);
  }

  private static BasicStroke stroke(int c) {
    return c % 2 == 0
        ? new BasicStroke(2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
        : new BasicStroke(
            2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {7, 4}, 0);
  }

  private static void grid(Graphics2D pen) {
    for (int i = 0; i <= 5; i++) {
      double y = TOP + HEIGHT * (1 - i / 5.0);
      double x = LEFT + WIDTH * i / 5.0;
      pen.setColor(GRID);
      pen.draw(new Line2D.Double(LEFT, y, LEFT + WIDTH, y));
      pen.draw(new Line2D.Double(x, TOP, x, TOP + HEIGHT));
      pen.setColor(Canvas.INK);
      Canvas.write(pen, 20 * i + "%", LEFT - 8, y, 1);
      Canvas.write(pen, 20 * i + "%", x, TOP + HEIGHT + 16, 0.5);
    }
  }

  private static Path2D line(PrecisionRecallCurve curve) {
    Path2D path = new Path2D.Double();
    for (PrecisionRecallCurve.Point point : curve.points()) {
      double x = LEFT + WIDTH * point.recall();
      double y = TOP + HEIGHT * (1 - point.precision());
      if (!Double.isFinite(x)) {
        continue; // No image is of this class.
      }
      if (path.getCurrentPoint() == null) {
        path.moveTo(x, y);
      } else {
        path.lineTo(x, y);
      }
    }
    return path;
  }

  private static void legend(
      Graphics2D pen, List<PrecisionRecallCurve> curves, List<String> names) {
    int x = LEFT + WIDTH + 24;
    pen.setColor(Canvas.INK);
    Canvas.write(pen, "Average precision", x, TOP + 8, 0);
    List<Integer> best =
        IntStream.range(0, curves.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer c) -> -curves.get(c).averagePrecision()))
            .toList();
    int y = TOP + 34;
    for (int c : best) {
      pen.setColor(color(c));
      pen.setStroke(stroke(c));
      pen.draw(new Line2D.Double(x, y, x + 34, y));
      pen.setColor(Canvas.INK);
      Canvas.write(pen, names.get(c), x + 42, y, 0);
      String average =
          String.format(Locale.ROOT, "%.1f %%", 100 * curves.get(c).averagePrecision());
      Canvas.write(pen, average, LEFT + WIDTH + LEGEND - 16, y, 1);
      y += 24;
    }
    pen.setStroke(new BasicStroke(1));
  }
}
