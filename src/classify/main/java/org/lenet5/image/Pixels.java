package org.lenet5.image;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/** From a decoded image to what a model takes: grey or RGB bytes, row by row. */
final class Pixels {
  private Pixels() {}

  /** The part of an image that is seen: the largest of the shape's proportions, or all. */
  static Rectangle seen(Fit fit, ImageShape shape, int width, int height) {
    if (fit == Fit.SQUASH) {
      return new Rectangle(width, height);
    }
    int seenWidth = width;
    int seenHeight = height;
    if ((long) width * shape.height() > (long) height * shape.width()) {
      seenWidth = side(height, shape.width(), shape.height());
    } else {
      seenHeight = side(width, shape.height(), shape.width());
    }
    return new Rectangle((width - seenWidth) / 2, (height - seenHeight) / 2, seenWidth, seenHeight);
  }

  private static int side(int other, int part, int whole) {
    return (int) Math.max(1, Math.round((double) other * part / whole));
  }

  /** True if EXIF's orientation lays the picture on its side. */
  static boolean isTurned(int orientation) {
    return orientation >= 5 && orientation <= 8;
  }

  /**
   * The model's pixels of a whole image; one of opaque sRGB pixels that has the shape already keeps
   * each as it is.
   *
   * @param orientation as EXIF numbers them, 1 to 8
   */
  static byte[] of(BufferedImage image, int orientation, ImageShape shape) {
    Part all = new Part(0, 0, image.getWidth(), image.getHeight());
    return of(bitmap(image), all, orientation, shape);
  }

  /** An image's pixels in sRGB, over white. */
  static Bitmap bitmap(BufferedImage image) {
    BufferedImage rgb = overWhite(image);
    int width = rgb.getWidth();
    int height = rgb.getHeight();
    byte[] levels = new byte[width * height * 3];
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      rgb.getRGB(0, y, width, 1, row, 0, width);
      for (int pixel : row) {
        levels[at++] = (byte) (pixel >> 16);
        levels[at++] = (byte) (pixel >> 8);
        levels[at++] = (byte) pixel;
      }
    }
    return new Bitmap(width, height, 3, levels);
  }

  /** A part of a picture, in its pixels; it may begin and end within them. */
  record Part(double left, double top, double right, double bottom) {
    /** Of a picture that was reduced. */
    static Part of(Rectangle seen, double reduction) {
      return new Part(
          seen.x / reduction,
          seen.y / reduction,
          (seen.x + seen.width) / reduction,
          (seen.y + seen.height) / reduction);
    }
  }

  /** As {@link #of(BufferedImage, int, ImageShape)}, of a part. */
  static byte[] of(Bitmap bitmap, Part part, int orientation, ImageShape shape) {
    ImageShape lying = isTurned(orientation) ? shape.turned() : shape;
    Bitmap scaled = Resampler.scaled(bitmap, part, lying.width(), lying.height());
    if (orientation == 1 && scaled.channels() == shape.channels()) {
      return scaled.levels();
    }
    byte[] levels = scaled.levels();
    byte[] bytes = new byte[shape.bytes()];
    int at = 0;
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        int from = source(orientation, shape, x, y) * scaled.channels();
        boolean grey = scaled.channels() == 1;
        byte red = levels[from];
        byte green = grey ? red : levels[from + 1];
        byte blue = grey ? red : levels[from + 2];
        if (shape.isGrey()) {
          bytes[at++] = grey ? red : grey(red & 0xFF, green & 0xFF, blue & 0xFF);
        } else {
          bytes[at++] = red;
          bytes[at++] = green;
          bytes[at++] = blue;
        }
      }
    }
    return bytes;
  }

  // ITU-R BT.601's luma, in the fixed point and with the rounding of Pillow's convert("L").
  private static byte grey(int red, int green, int blue) {
    return (byte) (red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16);
  }

  // Where the pixel comes from that is seen at (x, y). EXIF 2.32, tag 0x0112: which sides of the
  // picture the first row and the first column are.
  private static int source(int orientation, ImageShape shape, int x, int y) {
    int width = shape.width();
    int height = shape.height();
    int right = width - 1 - x;
    int bottom = height - 1 - y;
    return switch (orientation) {
      case 2 -> y * width + right;
      case 3 -> bottom * width + right;
      case 4 -> bottom * width + x;
      case 5 -> x * height + y; // turned: a row of the file is as long as the shape is high
      case 6 -> right * height + y;
      case 7 -> right * height + bottom;
      case 8 -> x * height + bottom;
      default -> y * width + x;
    };
  }

  /** Every {@code stepX}th pixel of every {@code stepY}th row. */
  static BufferedImage thinned(BufferedImage image, int stepX, int stepY) {
    Raster all = image.getRaster();
    int width = (image.getWidth() + stepX - 1) / stepX;
    int height = (image.getHeight() + stepY - 1) / stepY;
    WritableRaster some = all.createCompatibleWritableRaster(width, height);
    Object pixel = null;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        pixel = all.getDataElements(x * stepX, y * stepY, pixel);
        some.setDataElements(x, y, pixel);
      }
    }
    return new BufferedImage(image.getColorModel(), some, image.isAlphaPremultiplied(), null);
  }

  private static BufferedImage overWhite(BufferedImage image) {
    if (image.getType() == BufferedImage.TYPE_INT_RGB) {
      return image;
    }
    ColorSpace space = image.getColorModel().getColorSpace();
    if (image.getType() == BufferedImage.TYPE_CUSTOM && space.getType() == ColorSpace.TYPE_GRAY) {
      return greyOverWhite(image);
    }
    BufferedImage rgb =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    BufferedImage source = image;
    if (!space.isCS_sRGB() && space.getType() != ColorSpace.TYPE_GRAY) {
      // A colour profile: converted as a whole, drawing would do it pixel by pixel.
      source =
          new BufferedImage(
              image.getWidth(),
              image.getHeight(),
              image.getColorModel().hasAlpha()
                  ? BufferedImage.TYPE_INT_ARGB
                  : BufferedImage.TYPE_INT_RGB);
      new ColorConvertOp(null).filter(image, source);
    }
    Graphics2D graphics = rgb.createGraphics();
    try {
      graphics.drawImage(source, 0, 0, Color.WHITE, null);
    } finally {
      graphics.dispose();
    }
    return rgb;
  }

  // Java holds grey to be linear light unless the image has one of its own grey types, and would
  // brighten it on the way to RGB. In files grey is what red, green and blue are.
  private static BufferedImage greyOverWhite(BufferedImage image) {
    int width = image.getWidth();
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    boolean alpha = image.getColorModel().hasAlpha();
    boolean fractions =
        raster.getTransferType() == DataBuffer.TYPE_FLOAT
            || raster.getTransferType() == DataBuffer.TYPE_DOUBLE;
    double full = fractions ? 1 : Math.pow(2, image.getColorModel().getComponentSize(0)) - 1;
    double fullAlpha =
        fractions || !alpha
            ? 1
            : Math.pow(2, image.getColorModel().getComponentSize(bands - 1)) - 1;
    boolean premultiplied = image.isAlphaPremultiplied();
    BufferedImage rgb = new BufferedImage(width, image.getHeight(), BufferedImage.TYPE_INT_RGB);
    double[] row = null;
    for (int y = 0; y < image.getHeight(); y++) {
      row = raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        double grey = row[x * bands] / full;
        if (alpha) {
          double opacity = row[x * bands + bands - 1] / fullAlpha;
          grey = (premultiplied ? grey : grey * opacity) + 1 - opacity;
        }
        int level = (int) Math.round(255 * Math.max(0, Math.min(1, grey)));
        rgb.setRGB(x, y, level << 16 | level << 8 | level);
      }
    }
    return rgb;
  }
}
