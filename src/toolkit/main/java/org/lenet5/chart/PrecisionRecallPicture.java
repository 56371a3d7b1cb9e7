package org.lenet5.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.lenet5.evaluation.PrecisionRecallCurve;

/**
 * Precision against recall: a thin line for each class and a thick one for their mean, each with
 * its name and average precision written on it.
 *
 * <p>Few images make a jagged line. So at each recall the line has the highest precision that the
 * class reaches at this recall or a higher one, as is usual (Everingham et al., "The PASCAL visual
 * object classes challenge", 2010). The average precisions are those of the curves themselves.
 *
 * <p>Of more than 20 classes the 12 with the lowest average precision have a line; the mean is that
 * of all. Thread-safe.
 */
public final class PrecisionRecallPicture {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 520;
  private static final int LEFT = 70;
  private static final int TOP = Canvas.HEADING + 8;
  private static final PercentAxes AXES = new PercentAxes(LEFT, TOP, WIDTH, HEIGHT, 1);
  private static final int POINTS = 13;

  /** Recalls at which the lines are drawn and averaged: 0, 0.005 … 1. */
  private static final int STEPS = 200;

  private static final int MOST_CLASSES = 20;
  private static final int WORST_CLASSES = 12;

  private static final float[] DASHES = {7, 4};

  private PrecisionRecallPicture() {}

  /** A line with its name; precisions by step of recall. */
  private record Line(String name, double[] precisions, Color color, Stroke stroke, boolean bold) {
    private double y(int step) {
      return AXES.y(precisions[step]);
    }
  }

  /**
   * Draws the curves. A class without images has none.
   *
   * @param subject what was measured, below the title
   * @param curves by class
   * @param names by class
   */
  public static BufferedImage draw(
      String subject, List<PrecisionRecallCurve> curves, List<String> names) {
    BufferedImage sheet = Canvas.sheet(LEFT + WIDTH + 30, TOP + HEIGHT + PercentAxes.BELOW);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      Canvas.heading(
          pen, "Precision and recall", subject, AXES.middle(), sheet.getWidth() - LEFT - 30);
      AXES.drawGrid(pen);
      List<Line> lines = lines(curves, names);
      Stroke thin = pen.getStroke();
      for (Line line : lines) {
        pen.setColor(line.color());
        pen.setStroke(line.stroke());
        pen.draw(path(line));
      }
      pen.setStroke(thin);
      label(pen, lines);
      AXES.writeNames(
          pen,
          "Recall",
          "Precision",
          "Lines: the highest precision at this recall or a higher one."
              + " Numbers: average precision, over all thresholds."
              + (lines.size() - 1 < curves.size() && curves.size() > MOST_CLASSES
                  ? " Of %d classes, the %d worst.".formatted(curves.size(), lines.size() - 1)
                  : ""));
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  /** The classes' lines from the worst to the best, and last, on top, their mean. */
  private static List<Line> lines(List<PrecisionRecallCurve> curves, List<String> names) {
    List<Integer> known =
        IntStream.range(0, curves.size())
            .filter(c -> Double.isFinite(curves.get(c).averagePrecision()))
            .boxed()
            .sorted(Comparator.comparingDouble(c -> curves.get(c).averagePrecision()))
            .toList();
    List<Line> lines = new ArrayList<>();
    double[] mean = new double[STEPS + 1];
    double average = 0;
    for (int c : known) {
      double[] precisions = highest(curves.get(c));
      for (int step = 0; step <= STEPS; step++) {
        mean[step] += precisions[step] / known.size();
      }
      average += curves.get(c).averagePrecision() / known.size();
      if (known.size() > MOST_CLASSES && lines.size() == WORST_CLASSES) {
        continue; // the others are better, and count in the mean
      }
      // Neighbours differ in colour, and where colours come again, in dashes.
      int place = lines.size();
      int colors = Palette.LINES.size();
      lines.add(
          new Line(
              named(names.get(c), curves.get(c).averagePrecision()),
              precisions,
              Palette.LINES.get(place % colors),
              place / colors % 2 == 0
                  ? new BasicStroke(1.3f)
                  : new BasicStroke(
                      1.3f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, DASHES, 0),
              false));
    }
    if (!known.isEmpty()) {
      lines.add(
          new Line(
              named(known.size() > MOST_CLASSES ? "mean of all" : "mean of the classes", average),
              mean,
              Color.BLACK,
              new BasicStroke(4f),
              true));
    }
    return lines;
  }

  private static String named(String name, double average) {
    return String.format(Locale.ROOT, "%s %.1f %%", name, 100 * average);
  }

  /** By step of recall, the highest precision at that recall or a higher one. */
  static double[] highest(PrecisionRecallCurve curve) {
    double[] precisions = new double[STEPS + 1];
    for (PrecisionRecallCurve.Point point : curve.points()) {
      int last = (int) Math.floor(point.recall() * STEPS + 1e-9);
      precisions[last] = Math.max(precisions[last], point.precision());
    }
    for (int step = STEPS - 1; step >= 0; step--) {
      precisions[step] = Math.max(precisions[step], precisions[step + 1]);
    }
    return precisions;
  }

  private static double x(int step) {
    return AXES.x((double) step / STEPS);
  }

  private static Path2D path(Line line) {
    Path2D path = new Path2D.Double();
    path.moveTo(x(0), line.y(0));
    for (int step = 1; step <= STEPS; step++) {
      path.lineTo(x(step), line.y(step));
    }
    return path;
  }

  /** Writes each line's name on it, where it covers no other name and few other lines. */
  private static void label(Graphics2D pen, List<Line> lines) {
    Font plain = pen.getFont();
    List<Rectangle2D> taken = new ArrayList<>();
    for (int i = lines.size() - 1; i >= 0; i--) { // the mean first, then the best class
      Line line = lines.get(i);
      pen.setFont(line.bold() ? plain.deriveFont(Font.BOLD, POINTS + 2f) : plain);
      Rectangle2D best = place(pen.getFontMetrics(), line, lines, taken);
      taken.add(best);
      pen.setColor(new Color(255, 255, 255, 215));
      pen.fill(best);
      pen.setColor(line.color());
      Canvas.write(pen, line.name(), best.getCenterX(), best.getCenterY(), 0.5);
    }
    pen.setFont(plain);
  }

  private static Rectangle2D place(
      FontMetrics font, Line line, List<Line> lines, List<Rectangle2D> taken) {
    double width = font.stringWidth(line.name()) + 6;
    double height = font.getHeight();
    Rectangle2D best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int step = 0; step <= STEPS; step += 2) {
      Rectangle2D here =
          new Rectangle2D.Double(x(step) - width / 2, line.y(step) - height / 2, width, height);
      double cost = cost(here, line, lines, taken);
      if (cost < least) {
        least = cost;
        best = here;
      }
    }
    return best;
  }

  private static double cost(
      Rectangle2D here, Line line, List<Line> lines, List<Rectangle2D> taken) {
    double cost = 0;
    for (Rectangle2D other : taken) {
      Rectangle2D both = here.createIntersection(other);
      cost += both.isEmpty() ? 0 : 100 + both.getWidth() * both.getHeight();
    }
    Shape frame = new Rectangle2D.Double(LEFT + 2, TOP - 8, WIDTH - 4, HEIGHT + 16);
    cost += frame.contains(here) ? 0 : 10_000;
    for (Line other : lines) {
      boolean crosses =
          other != line
              && IntStream.rangeClosed(0, STEPS)
                  .anyMatch(step -> here.contains(x(step), other.y(step)));
      cost += crosses ? 10 : 0;
    }
    return cost;
  }
}
