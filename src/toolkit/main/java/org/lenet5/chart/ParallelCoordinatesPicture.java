package org.lenet5.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Parallel coordinates (Inselberg 1985): an axis for each quantity, a line for each thing that was
 * tried. The best ones are thick, in colours and dashes that differ, and have their numbers at both
 * ends; the others are thin and grey, the darker the further they came. Thread-safe.
 */
public final class ParallelCoordinatesPicture {
  private static final int HEIGHT = 420;
  private static final int APART = 124;
  private static final int MARGIN = 100;
  private static final int TOP = Canvas.HEADING + 44;
  private static final int POINTS = 12;
  private static final int LETTERS = APART - 10; // room for a text beside an axis' neighbours
  private static final Color FIRST = new Color(0xD0D0D0);
  private static final Color LATER = new Color(0x909090);
  private static final float[][] DASHES = {null, {9, 4}, {3, 3}, {12, 3, 3, 3}, {6, 6}};

  private ParallelCoordinatesPicture() {}

  /**
   * An axis, from its lower end at 0 to its upper end at 1.
   *
   * @param name of the quantity
   * @param ticks marks beside it
   */
  public record Axis(String name, List<Tick> ticks) {
    public Axis {
      ticks = List.copyOf(ticks);
    }
  }

  /**
   * A mark beside an axis.
   *
   * @param place from 0 to 1
   */
  public record Tick(double place, String label) {}

  /**
   * A thing that was tried.
   *
   * @param places its value on each axis from 0 to 1, from the first axis on; it may end before the
   *     last one
   * @param rank its number if it is among the best five, from 1; else 0
   */
  public record Line(List<Double> places, int rank) {
    public Line {
      places = List.copyOf(places);
    }
  }

  /**
   * Draws it.
   *
   * @param subject what was tried, below the title
   * @param axes at least two
   * @param note below the picture
   */
  public static BufferedImage draw(String subject, List<Axis> axes, List<Line> lines, String note) {
    BufferedImage sheet = Canvas.sheet(2 * MARGIN + APART * (axes.size() - 1), TOP + HEIGHT + 64);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      double middle = sheet.getWidth() / 2.0;
      Canvas.heading(
          pen, "What was tried, and what it reached", subject, middle, sheet.getWidth() - 20);
      int longest = lines.stream().mapToInt(each -> each.places().size()).max().orElse(0);
      int shortest = lines.stream().mapToInt(each -> each.places().size()).min().orElse(0);
      for (int length = shortest; length <= longest; length++) {
        pen.setStroke(new BasicStroke(1));
        pen.setColor(length == shortest && length < longest ? FIRST : LATER);
        for (Line each : lines) {
          if (each.rank == 0 && each.places.size() == length) {
            pen.draw(path(each));
          }
        }
      }
      for (int i = 0; i < axes.size(); i++) {
        axis(pen, axes.get(i), x(i));
      }
      // The best last, so that it lies above all.
      List<Line> best = new ArrayList<>(lines.stream().filter(each -> each.rank > 0).toList());
      best.sort((one, other) -> other.rank - one.rank);
      best.forEach(each -> thick(pen, each));
      for (int i = 0; i < axes.size(); i++) {
        ticks(pen, axes.get(i), x(i));
      }
      pen.setColor(Canvas.INK);
      pen.setFont(pen.getFont().deriveFont(Font.PLAIN, 11f));
      Canvas.write(pen, note, middle, TOP + HEIGHT + 48, 0.5);
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  private static double x(int axis) {
    return MARGIN + (double) APART * axis;
  }

  private static double y(double place) {
    return TOP + HEIGHT * (1 - place);
  }

  private static Path2D path(Line line) {
    Path2D path = new Path2D.Double();
    for (int i = 0; i < line.places.size(); i++) {
      if (i == 0) {
        path.moveTo(x(i), y(line.places.get(i)));
      } else {
        path.lineTo(x(i), y(line.places.get(i)));
      }
    }
    return path;
  }

  private static void axis(Graphics2D pen, Axis axis, double x) {
    Font plain = pen.getFont();
    pen.setStroke(new BasicStroke(1.4f));
    pen.setColor(Canvas.INK);
    pen.draw(new Line2D.Double(x, y(0), x, y(1)));
    pen.setFont(plain.deriveFont(Font.BOLD));
    Canvas.writeMiddle(pen, axis.name, x, TOP - 22, LETTERS);
    pen.setFont(plain);
  }

  // Above the lines, which would else hide what they run through.
  private static void ticks(Graphics2D pen, Axis axis, double x) {
    for (Tick tick : axis.ticks) {
      double y = y(tick.place);
      pen.setColor(Canvas.INK);
      pen.draw(new Line2D.Double(x - 4, y, x + 4, y));
      Canvas.writeOnWhite(pen, tick.label, x + 7, y, LETTERS - 10);
    }
  }

  private static void thick(Graphics2D pen, Line line) {
    Color color = Palette.LINES.get((line.rank - 1) % Palette.LINES.size());
    pen.setColor(color);
    pen.setStroke(
        new BasicStroke(
            line.rank == 1 ? 3.2f : 2.2f,
            BasicStroke.CAP_BUTT,
            BasicStroke.JOIN_ROUND,
            10,
            DASHES[(line.rank - 1) % DASHES.length],
            0));
    pen.draw(path(line));
    pen.setStroke(new BasicStroke(1));
    int last = line.places.size() - 1;
    badge(pen, line.rank, color, x(0) - 14 - 17 * ((line.rank - 1) % 3), y(line.places.get(0)));
    badge(
        pen, line.rank, color, x(last) + 42 + 17 * ((line.rank - 1) % 3), y(line.places.get(last)));
  }

  private static void badge(Graphics2D pen, int rank, Color color, double x, double y) {
    pen.setColor(color);
    pen.fill(new Ellipse2D.Double(x - 8, y - 8, 16, 16));
    pen.setColor(Color.WHITE);
    Canvas.write(pen, Integer.toString(rank), x, y, 0.5);
  }
}
