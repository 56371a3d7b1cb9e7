package org.lenet5.data.augment;

import java.util.Arrays;
import org.lenet5.image.ImageShape;

/**
 * Resamples an image by an affine map: each pixel takes the pixel of the source that its middle
 * falls into, black where that lies outside. Positions have 16 binary places, as Pillow's have.
 */
final class Nearest {
  private Nearest() {}

  /** Changes the image at {@code pixels[from]} to what {@code map} shows. */
  static void resample(byte[] pixels, int from, ImageShape shape, Affine map) {
    byte[] source = Arrays.copyOfRange(pixels, from, from + shape.bytes());
    int channels = shape.channels();
    int stepX = fixed(map.xx());
    int stepY = fixed(map.yx());
    int rowX = fixed(map.x0() + map.xx() / 2 + map.xy() / 2);
    int rowY = fixed(map.y0() + map.yx() / 2 + map.yy() / 2);
    int at = from;
    for (int row = 0; row < shape.height(); row++) {
      int x = rowX;
      int y = rowY;
      for (int column = 0; column < shape.width(); column++) {
        int sourceX = x >> 16;
        int sourceY = y >> 16;
        boolean inside =
            sourceX >= 0 && sourceX < shape.width() && sourceY >= 0 && sourceY < shape.height();
        int source0 = inside ? (sourceY * shape.width() + sourceX) * channels : 0;
        for (int channel = 0; channel < channels; channel++) {
          pixels[at++] = inside ? source[source0 + channel] : 0;
        }
        x += stepX;
        y += stepY;
      }
      rowX += fixed(map.xy());
      rowY += fixed(map.yy());
    }
  }

  private static int fixed(double value) {
    return (int) Math.floor(value * 65536 + 0.5);
  }
}
