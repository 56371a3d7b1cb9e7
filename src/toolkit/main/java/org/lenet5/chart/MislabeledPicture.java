package org.lenet5.chart;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.tensorflow.ndarray.ByteNdArray;

/** Small images in a grid, each with its true class and the predicted one. Thread-safe. */
public final class MislabeledPicture {
  private static final int COLUMNS = 8;
  private static final int SIDE = 64;
  private static final int CELL_WIDTH = 104;
  private static final int CELL_HEIGHT = 108;
  private static final int POINTS = 12;

  private MislabeledPicture() {}

  /**
   * An image of the grid.
   *
   * @param pixels uint8 [height, width, 1 or 3]
   * @param label what it is
   * @param taken what it was taken for
   */
  public record Item(ByteNdArray pixels, String label, String taken) {}

  /** Draws {@code items}, at least one, row by row. */
  public static BufferedImage draw(List<Item> items) {
    int columns = Math.min(COLUMNS, items.size());
    int rows = (items.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage sheet = Canvas.sheet(columns * CELL_WIDTH, rows * CELL_HEIGHT);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      for (int i = 0; i < items.size(); i++) {
        Item item = items.get(i);
        int left = i % COLUMNS * CELL_WIDTH;
        int top = i / COLUMNS * CELL_HEIGHT;
        BufferedImage image = ImageGridPicture.image(item.pixels());
        Canvas.drawInto(pen, image, left + (CELL_WIDTH - SIDE) / 2, top + 4, SIDE);
        double middle = left + CELL_WIDTH / 2.0;
        Canvas.write(pen, item.label(), middle, top + SIDE + 14, 0.5);
        Canvas.write(pen, "not " + item.taken(), middle, top + SIDE + 29, 0.5);
      }
    } finally {
      pen.dispose();
    }
    return sheet;
  }
}
