package org.lenet5.chart;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;

/**
 * The kernels of a convolution over images, each as an enlarged tile, RGB or grey as they are, with
 * its number below.
 *
 * <p>Each kernel is scaled by itself: its least weight over all channels becomes 0, its greatest
 * 255. So every pattern shows, but brightness does not compare between tiles. A kernel whose
 * weights are all the same is grey. Thread-safe.
 */
public final class KernelPicture {
  private static final int PIXEL = 18;
  private static final int GAP = 14;
  private static final int CAPTION = 28;
  private static final int POINTS = 18;
  private static final int TOP = Canvas.HEADING + 6;
  private static final int LEAST_WIDTH = 400;

  private KernelPicture() {}

  /**
   * Draws the kernels in a row.
   *
   * @param subject whose kernels, below the title
   * @param kernels [height, width, 1 or 3, kernels], finite
   * @throws IllegalArgumentException for another shape
   */
  public static BufferedImage draw(String subject, FloatNdArray kernels) {
    Shape shape = kernels.shape();
    if (shape.numDimensions() != 4 || (shape.get(2) != 3 && shape.get(2) != 1)) {
      throw new IllegalArgumentException(
          "the kernels must be [height, width, 1 or 3, kernels], not " + shape);
    }
    int height = (int) shape.get(0);
    int width = (int) shape.get(1);
    int count = (int) shape.get(3);
    BufferedImage sheet =
        Canvas.sheet(
            Math.max(LEAST_WIDTH, GAP + count * (width * PIXEL + GAP)),
            TOP + height * PIXEL + CAPTION);
    Graphics2D pen = Canvas.pen(sheet, POINTS);
    try {
      Canvas.heading(
          pen, "Kernels of C1", subject, sheet.getWidth() / 2.0, sheet.getWidth() - 2 * GAP);
      for (int kernel = 0; kernel < count; kernel++) {
        int left = GAP + kernel * (width * PIXEL + GAP);
        drawTile(pen, kernels, kernel, left);
        pen.setColor(Canvas.INK);
        Canvas.write(
            pen,
            Integer.toString(kernel + 1),
            left + width * PIXEL / 2.0,
            TOP + height * PIXEL + CAPTION / 2.0,
            0.5);
      }
    } finally {
      pen.dispose();
    }
    return sheet;
  }

  private static void drawTile(Graphics2D pen, FloatNdArray kernels, int kernel, int left) {
    int height = (int) kernels.shape().get(0);
    int width = (int) kernels.shape().get(1);
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    int channels = (int) kernels.shape().get(2);
    for (int i = 0; i < height * width * channels; i++) {
      float weight =
          kernels.getFloat(i / channels / width, i / channels % width, i % channels, kernel);
      least = Math.min(least, weight);
      most = Math.max(most, weight);
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float[] rgb = new float[3];
        for (int channel = 0; channel < 3; channel++) {
          float weight = kernels.getFloat(y, x, Math.min(channel, channels - 1), kernel);
          rgb[channel] = most > least ? (weight - least) / (most - least) : 0.5f;
        }
        pen.setColor(new Color(rgb[0], rgb[1], rgb[2]));
        pen.fillRect(left + x * PIXEL, TOP + y * PIXEL, PIXEL, PIXEL);
      }
    }
  }
}
