package org.lenet5.serve.rest;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import org.lenet5.image.ImageShape;

/** The pixels that a model saw, as a picture for people. */
final class SeenPicture {
  static {
    ImageIO.setUseCache(false); // in memory, not in a file
  }

  private SeenPicture() {}

  /**
   * As a PNG file.
   *
   * @param pixels uint8 [height,width,channels] of the shape
   */
  static byte[] png(byte[] pixels, ImageShape shape) {
    BufferedImage picture =
        new BufferedImage(shape.width(), shape.height(), BufferedImage.TYPE_INT_RGB);
    int channels = shape.channels();
    for (int i = 0; i < shape.width() * shape.height(); i++) {
      int red = pixels[i * channels] & 0xFF;
      int green = pixels[i * channels + channels / 2] & 0xFF;
      int blue = pixels[i * channels + channels - 1] & 0xFF;
      picture.setRGB(i % shape.width(), i / shape.width(), red << 16 | green << 8 | blue);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into memory", e);
    }
    return bytes.toByteArray();
  }
}
