package org.lenet5.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;

/**
 * What all small pictures have in common: a white sheet, one font, and text set by its middle or
 * ends.
 */
final class Canvas {
  static final Color INK = new Color(0x303030);

  /** Height that {@link #heading} takes. */
  static final int HEADING = 58;

  private static final int LEAST_POINTS = 9;

  private Canvas() {}

  static BufferedImage sheet(int width, int height) {
    BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    return sheet;
  }

  /** A pen for {@code sheet} that writes {@code points} high; the caller disposes of it. */
  static Graphics2D pen(BufferedImage sheet, int points) {
    Graphics2D pen = sheet.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, points));
    pen.setColor(INK);
    return pen;
  }

  /**
   * Draws {@code image} as large as it fits into a square of {@code side} pixels, in its middle; an
   * image of the same sides becomes that square.
   */
  static void drawInto(Graphics2D pen, BufferedImage image, int left, int top, int side) {
    double scale = (double) side / Math.max(image.getWidth(), image.getHeight());
    int width = (int) Math.max(1, Math.round(image.getWidth() * scale));
    int height = (int) Math.max(1, Math.round(image.getHeight() * scale));
    pen.drawImage(image, left + (side - width) / 2, top + (side - height) / 2, width, height, null);
  }

  /** The width of {@code text} in pixels, written {@code points} high. */
  static int width(String text, int points) {
    Graphics2D pen = pen(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), points);
    try {
      return pen.getFontMetrics().stringWidth(text);
    } finally {
      pen.dispose();
    }
  }

  /**
   * Writes {@code text} so that the point ({@code x}, {@code y}) lies at half its height and at
   * {@code share} of its width: 0 the start, 0.5 the middle, 1 the end.
   */
  static void write(Graphics2D pen, String text, double x, double y, double share) {
    FontMetrics font = pen.getFontMetrics();
    double baseline = y + (font.getAscent() - font.getDescent()) / 2.0;
    pen.drawString(text, (float) (x - share * font.stringWidth(text)), (float) baseline);
  }

  /**
   * Writes a picture's title, and below it what the picture is of. Text that is wider than {@code
   * room} gets smaller, and is cut in its middle where that is not enough.
   */
  static void heading(Graphics2D pen, String title, String subject, double middle, int room) {
    Font plain = pen.getFont();
    pen.setColor(INK);
    pen.setFont(plain.deriveFont(Font.BOLD, 20f));
    writeWithin(pen, title, middle, 20, room);
    pen.setFont(plain.deriveFont(14f));
    writeWithin(pen, subject, middle, 43, room);
    pen.setFont(plain);
  }

  /** Writes {@code text} from {@code x} on, cut in its middle where it is wider than the room. */
  static void writeFitting(Graphics2D pen, String text, double x, double y, int room) {
    write(pen, fitting(pen.getFontMetrics(), text, room), x, y, 0);
  }

  /** The same about {@code x} as its middle. */
  static void writeMiddle(Graphics2D pen, String text, double x, double y, int room) {
    write(pen, fitting(pen.getFontMetrics(), text, room), x, y, 0.5);
  }

  /** As {@link #writeFitting}, on a white ground, where lines may run below the text. */
  static void writeOnWhite(Graphics2D pen, String text, double x, double y, int room) {
    FontMetrics font = pen.getFontMetrics();
    String shown = fitting(font, text, room);
    Color ink = pen.getColor();
    pen.setColor(new Color(255, 255, 255, 215));
    int height = font.getAscent() + font.getDescent();
    pen.fillRect(
        (int) x - 1, (int) Math.round(y - height / 2.0), font.stringWidth(shown) + 2, height);
    pen.setColor(ink);
    write(pen, shown, x, y, 0);
  }

  private static void writeWithin(Graphics2D pen, String text, double middle, int y, int room) {
    while (pen.getFontMetrics().stringWidth(text) > room
        && pen.getFont().getSize() > LEAST_POINTS) {
      pen.setFont(pen.getFont().deriveFont(pen.getFont().getSize2D() - 1));
    }
    write(pen, fitting(pen.getFontMetrics(), text, room), middle, y, 0.5);
  }

  private static String fitting(FontMetrics font, String text, int room) {
    String shown = text;
    for (int left = text.length() - 1; left > 1 && font.stringWidth(shown) > room; left--) {
      shown = text.substring(0, left / 2) + "…" + text.substring(text.length() - (left - left / 2));
    }
    return shown;
  }

  /** As {@link #write}, upwards: turned a quarter to the left about the point. */
  static void writeUpwards(Graphics2D pen, String text, double x, double y, double share) {
    AffineTransform upright = pen.getTransform();
    pen.rotate(-Math.PI / 2, x, y);
    write(pen, text, x, y, share);
    pen.setTransform(upright);
  }
}
