package org.lenet5.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.tensorflow.ndarray.ByteNdArray;

/**
 * The images that a model gets most wrong, six in a row, each as large as fits 96×96 pixels with
 * the truth and the guess below it. Thread-safe.
 */
public final class TopLossesPicture {
  private static final Color GREEN = new Color(0x1E7D2C);
  private static final Color RED = new Color(0xB71C1C);
  private static final int COLUMNS = 6;
  private static final int SIDE = 96;
  private static final int POINTS = 13;
  private static final int CELL_WIDTH = 176;
  private static final int CELL_HEIGHT = SIDE + 56;
  private static final int TITLE = 44;

  private TopLossesPicture() {}

  /**
   * An image with what was made of it.
   *
   * @param pixels uint8 [height,width,1 or 3]
   * @param truth such as "cat 0.1 %"
   * @param guess such as "dog 99.2 %"
   */
  public record Item(ByteNdArray pixels, String truth, String guess) {}

  /** Draws the images, the worst first. */
  public static BufferedImage draw(List<Item> items) {
    int rows = (items.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage sheet = Canvas.sheet(COLUMNS * CELL_WIDTH + 16, TITLE + rows * CELL_HEIGHT + 8);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      Font plain = pen.getFont();
      pen.setFont(plain.deriveFont(Font.BOLD, 20f));
      Canvas.write(pen, "Most wrong: the truth and the guess", sheet.getWidth() / 2.0, 22, 0.5);
      pen.setFont(plain);
      for (int i = 0; i < items.size(); i++) {
        int left = 8 + i % COLUMNS * CELL_WIDTH;
        int top = TITLE + i / COLUMNS * CELL_HEIGHT;
        BufferedImage image = ImageGridPicture.image(items.get(i).pixels());
        Canvas.drawInto(pen, image, left + (CELL_WIDTH - SIDE) / 2, top, SIDE);
        double middle = left + CELL_WIDTH / 2.0;
        pen.setColor(GREEN);
        Canvas.write(pen, items.get(i).truth(), middle, top + SIDE + 12, 0.5);
        pen.setColor(RED);
        Canvas.write(pen, items.get(i).guess(), middle, top + SIDE + 30, 0.5);
      }
    } finally {
      pen.dispose();
    }
    return sheet;
  }
}
