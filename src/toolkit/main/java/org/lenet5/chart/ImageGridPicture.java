package org.lenet5.chart;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.Shape;

/**
 * Rows of images under each other, each row with a caption above it: originals over what
 * augmentation made of them. Small ones are enlarged, those of 32×32 pixels three times; every
 * pixel is a square. Thread-safe.
 */
public final class ImageGridPicture {
  /** How many images of a row are drawn, at most. */
  public static final int MOST = 8;

  private static final int SIDE = 96; // to which a small image is enlarged
  private static final int GAP = 6;
  private static final int CAPTION = 30;
  private static final int LEAST_WIDTH = 400;

  // Readable where TensorBoard shows the picture at half its size.
  private static final int POINTS = 20;

  private ImageGridPicture() {}

  /**
   * A row of the picture.
   *
   * @param caption above the row
   * @param images uint8 [n, height, width, 1 or 3]; the first {@link #MOST} are drawn
   */
  public record Row(String caption, ByteNdArray images) {
    public Row {
      Shape shape = images.shape();
      if (shape.numDimensions() != 4 || (shape.get(3) != 3 && shape.get(3) != 1)) {
        throw new IllegalArgumentException(
            "the images of \"%s\" must be [n, height, width, 1 or 3], not %s"
                .formatted(caption, shape));
      }
    }

    private int count() {
      return (int) Math.min(MOST, images.shape().get(0));
    }

    private int enlarged() {
      return (int) Math.max(1, SIDE / Math.max(images.shape().get(1), images.shape().get(2)));
    }

    private int height() {
      return (int) images.shape().get(1) * enlarged();
    }

    private int width() {
      return (int) images.shape().get(2) * enlarged();
    }
  }

  /**
   * Draws {@code rows} from the top.
   *
   * @param subject whose images, below the title
   */
  public static BufferedImage draw(String title, String subject, List<Row> rows) {
    int width = LEAST_WIDTH;
    int height = Canvas.HEADING + GAP;
    for (Row row : rows) {
      int images = row.count() * (row.width() + GAP);
      width = Math.max(width, Math.max(images, Canvas.width(row.caption(), POINTS) + GAP));
      height += CAPTION + row.height() + GAP;
    }
    BufferedImage sheet = Canvas.sheet(width + GAP, height);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      Canvas.heading(pen, title, subject, sheet.getWidth() / 2.0, sheet.getWidth() - 2 * GAP);
      int top = Canvas.HEADING;
      for (Row row : rows) {
        Canvas.write(pen, row.caption(), GAP, top + GAP / 2.0 + CAPTION / 2.0, 0);
        top += CAPTION + GAP;
        for (int i = 0; i < row.count(); i++) {
          int left = GAP + i * (row.width() + GAP);
          // Whole multiples without interpolation keep the pixels square.
          pen.drawImage(image(row.images().get(i)), left, top, row.width(), row.height(), null);
        }
        top += row.height();
      }
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  /** The picture of one image, uint8 [height, width, 1 or 3], grey or RGB. */
  public static BufferedImage image(ByteNdArray pixels) {
    int height = (int) pixels.shape().get(0);
    int width = (int) pixels.shape().get(1);
    int last = (int) pixels.shape().get(2) - 1;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          rgb = rgb << 8 | pixels.getByte(y, x, Math.min(channel, last)) & 0xFF;
        }
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }
}
