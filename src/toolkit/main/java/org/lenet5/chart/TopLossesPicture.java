package org.lenet5.chart;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.tensorflow.ndarray.ByteNdArray;

/**
 * The images that a model gets most wrong, six in a row, each as large as fits 96×96 pixels with
 * its number, the truth and the guess. Thread-safe.
 */
public final class TopLossesPicture {
  private static final Color TRUTH = new Color(0x12408C);
  private static final Color GUESS = new Color(0xB71C1C);
  private static final int COLUMNS = 6;
  private static final int SIDE = 96;
  private static final int POINTS = 13;
  private static final int CELL_WIDTH = 176;
  private static final int CELL_HEIGHT = SIDE + 78;
  private static final int TITLE = Canvas.HEADING + 6;

  private TopLossesPicture() {}

  /**
   * An image with its true and its predicted class.
   *
   * @param number the image's in its data set, as in predictions.csv: from 0
   * @param pixels uint8 [height,width,1 or 3]
   * @param truth such as "cat 0.1 %"
   * @param guess such as "dog 99.2 %"
   */
  public record Item(int number, ByteNdArray pixels, String truth, String guess) {}

  /**
   * Draws the images, the worst first.
   *
   * @param subject what was measured, below the title
   */
  public static BufferedImage draw(String subject, List<Item> items) {
    int rows = (items.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage sheet = Canvas.sheet(COLUMNS * CELL_WIDTH + 16, TITLE + rows * CELL_HEIGHT + 8);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      Canvas.heading(
          pen,
          "Most wrong: the truth and the guess",
          subject,
          sheet.getWidth() / 2.0,
          sheet.getWidth() - 16);
      for (int i = 0; i < items.size(); i++) {
        int left = 8 + i % COLUMNS * CELL_WIDTH;
        int top = TITLE + i / COLUMNS * CELL_HEIGHT;
        BufferedImage image = ImageGridPicture.image(items.get(i).pixels());
        Canvas.drawInto(pen, image, left + (CELL_WIDTH - SIDE) / 2, top, SIDE);
        double middle = left + CELL_WIDTH / 2.0;
        pen.setColor(Canvas.INK);
        Canvas.write(pen, "image " + items.get(i).number(), middle, top + SIDE + 12, 0.5);
        pen.setColor(TRUTH);
        Canvas.write(pen, items.get(i).truth(), middle, top + SIDE + 30, 0.5);
        pen.setColor(GUESS);
        Canvas.write(pen, items.get(i).guess(), middle, top + SIDE + 48, 0.5);
      }
    } finally {
      pen.dispose();
    }
    return sheet;
  }
}
