package org.lenet5.spark;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.lenet5.TestModel;

/** Real pictures, of the sample's pixels, and the model that they are shown to. */
final class Pictures {
  static final Path MODEL = model();
  private static final int SIDE = 32;

  private Pictures() {}

  private static Path model() {
    try {
      Path folder = Files.createTempDirectory("lenet5-model");
      folder.toFile().deleteOnExit();
      return TestModel.write(folder.resolve("1"), 7);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** PNGs 000.png, 001.png … in a new folder. */
  static Path write(Path folder, int count) throws IOException {
    Files.createDirectories(folder);
    byte[] pixels = TestModel.pixels(count);
    for (int i = 0; i < count; i++) {
      Files.write(folder.resolve("%03d.png".formatted(i)), png(pixels, i));
    }
    return folder;
  }

  static byte[] png(byte[] pixels, int image) throws IOException {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < SIDE * SIDE; i++) {
      int at = (image * SIDE * SIDE + i) * 3;
      int rgb = (pixels[at] & 255) << 16 | (pixels[at + 1] & 255) << 8 | pixels[at + 2] & 255;
      picture.setRGB(i % SIDE, i / SIDE, rgb);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", out);
    return out.toByteArray();
  }
}
