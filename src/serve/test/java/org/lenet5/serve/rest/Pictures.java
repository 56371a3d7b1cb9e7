package org.lenet5.serve.rest;

import java.awt.image.BufferedImage;
import org.lenet5.image.Photos;

/** Pictures of the size that {@code TinyModel} takes. */
public final class Pictures {
  private Pictures() {}

  /** The image with a number, as a PNG file. */
  public static byte[] png(int number) {
    BufferedImage picture = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, number);
    return Photos.encoded(picture, "png");
  }
}
