package org.lenet5.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Locale;
import org.lenet5.evaluation.Calibration;

/**
 * A reliability diagram: how often the model is right at each level of confidence, above the number
 * of images in each bin. Bars on the diagonal mean that the confidence can be believed.
 * Thread-safe.
 */
public final class ReliabilityPicture {
  private static final Color BLUE = Palette.TRAINING;
  private static final Color RED =
      new Color(
          Palette.TESTING.getRed(), Palette.TESTING.getGreen(), Palette.TESTING.getBlue(), 110);
  private static final int SIDE = 450;
  private static final int POINTS = 13;
  private static final int COUNTS = 110;
  private static final int LEFT = 74;
  private static final int TOP = Canvas.HEADING + 40;
  private static final int GAP = 22;

  private ReliabilityPicture() {}

  /**
   * Draws the diagram.
   *
   * @param subject what was measured, below the title
   */
  public static BufferedImage draw(String subject, Calibration calibration) {
    BufferedImage sheet = Canvas.sheet(LEFT + SIDE + 30, TOP + SIDE + GAP + COUNTS + 60);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      Font plain = pen.getFont();
      Canvas.heading(pen, "Reliability", subject, sheet.getWidth() / 2.0, sheet.getWidth() - GAP);
      legend(pen, calibration);
      drawBars(pen, calibration);
      drawCounts(pen, calibration);
      pen.setFont(plain.deriveFont(Font.BOLD));
      int bottom = TOP + SIDE + GAP + COUNTS;
      Canvas.write(pen, "Confidence", LEFT + SIDE / 2.0, bottom + 40, 0.5);
      Canvas.writeUpwards(pen, "Accuracy", 16, TOP + SIDE / 2.0, 0.5);
      Canvas.writeUpwards(pen, "Images", 16, TOP + SIDE + GAP + COUNTS / 2.0, 0.5);
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  private static void legend(Graphics2D pen, Calibration calibration) {
    int y = Canvas.HEADING + 14;
    swatch(pen, BLUE, LEFT, y);
    Canvas.write(pen, "accuracy", LEFT + 18, y, 0);
    // The gap between mean confidence and accuracy; where confidence is lower the two colours
    // overlap.
    swatch(pen, RED, LEFT + 90, y);
    Canvas.write(pen, "too confident", LEFT + 108, y, 0);
    swatch(pen, BLUE, LEFT + 206, y);
    swatch(pen, RED, LEFT + 206, y);
    Canvas.write(pen, "too cautious", LEFT + 224, y, 0);
    String error =
        String.format(Locale.ROOT, "expected error %.1f %%", 100 * calibration.expectedError());
    Canvas.write(pen, error, LEFT + SIDE, y, 1);
  }

  private static void swatch(Graphics2D pen, Color color, int x, int y) {
    pen.setColor(color);
    pen.fillRect(x, y - 6, 12, 12);
    if (color.equals(RED)) {
      pen.setColor(Palette.TESTING);
      pen.drawRect(x, y - 6, 12, 12);
    }
    pen.setColor(Canvas.INK);
  }

  private static void drawBars(Graphics2D pen, Calibration calibration) {
    for (int i = 0; i <= 5; i++) {
      double y = TOP + SIDE * (1 - i / 5.0);
      pen.setColor(Palette.GRID);
      pen.draw(new Line2D.Double(LEFT, y, LEFT + SIDE, y));
      pen.setColor(Canvas.INK);
      Canvas.write(pen, 20 * i + "%", LEFT - 8, y, 1);
    }
    for (Calibration.Bin bin : calibration.bins()) {
      if (bin.images() == 0) {
        continue;
      }
      double x = LEFT + SIDE * bin.from() + 1;
      double width = SIDE * (bin.to() - bin.from()) - 2;
      pen.setColor(BLUE);
      pen.fill(bar(x, width, 0, bin.accuracy()));
      Rectangle2D gap =
          bar(
              x,
              width,
              Math.min(bin.accuracy(), bin.confidence()),
              Math.max(bin.accuracy(), bin.confidence()));
      pen.setColor(RED);
      pen.fill(gap);
      // A line around it, for those who see little difference between the colours.
      pen.setColor(Palette.TESTING);
      pen.draw(gap);
    }
    pen.setColor(Canvas.INK);
    pen.setStroke(
        new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6}, 0));
    pen.draw(new Line2D.Double(LEFT, TOP + SIDE, LEFT + SIDE, TOP));
    pen.setStroke(new BasicStroke(1));
    pen.drawRect(LEFT, TOP, SIDE, SIDE);
  }

  private static Rectangle2D bar(double x, double width, double from, double to) {
    return new Rectangle2D.Double(x, TOP + SIDE * (1 - to), width, SIDE * (to - from));
  }

  private static void drawCounts(Graphics2D pen, Calibration calibration) {
    int top = TOP + SIDE + GAP;
    int most =
        Math.max(1, calibration.bins().stream().mapToInt(Calibration.Bin::images).max().orElse(1));
    for (Calibration.Bin bin : calibration.bins()) {
      double height = (double) (COUNTS - 12) * bin.images() / most;
      pen.setColor(Color.GRAY);
      pen.fill(
          new Rectangle2D.Double(
              LEFT + SIDE * bin.from() + 1,
              top + COUNTS - height,
              SIDE * (bin.to() - bin.from()) - 2,
              height));
    }
    pen.setColor(Canvas.INK);
    pen.drawRect(LEFT, top, SIDE, COUNTS);
    Canvas.write(pen, Integer.toString(most), LEFT - 8, top + 12, 1);
    Canvas.write(pen, "0", LEFT - 8, top + COUNTS, 1);
    for (int i = 0; i <= 5; i++) {
      Canvas.write(pen, 20 * i + "%", LEFT + SIDE * i / 5.0, top + COUNTS + 16, 0.5);
    }
  }
}
