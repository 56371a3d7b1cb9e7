package org.lenet5.data;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.lenet5.image.ImageShape;

/** Pictures for tests: each seed another one. */
public final class PictureFiles {
  private PictureFiles() {}

  /** A picture of random coloured squares, in the format of the file's suffix. */
  public static Path write(Path file, long seed) throws IOException {
    return write(file, seed, 40, 36);
  }

  /** The same of a size. */
  public static Path write(Path file, long seed, int width, int height) throws IOException {
    return write(file, image(seed, width, height));
  }

  /** Random coloured squares. */
  static BufferedImage image(long seed, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(seed);
    int[] colours = random.ints(64).toArray();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        Color colour = new Color(colours[y * 8 / height * 8 + x * 8 / width]);
        image.setRGB(x, y, colour.getRGB());
      }
    }
    return image;
  }

  /** An image of a data set as a picture of the same pixels. */
  public static Path write(Path file, LabeledImages images, int i) throws IOException {
    ImageShape shape = images.shape();
    byte[] pixels = new byte[shape.bytes()];
    images.copyTo(i, pixels, 0);
    BufferedImage image =
        new BufferedImage(
            shape.width(),
            shape.height(),
            shape.isGrey() ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0, at = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        for (int c = 0; c < shape.channels(); c++) {
          image.getRaster().setSample(x, y, c, pixels[at++] & 255);
        }
      }
    }
    return write(file, image);
  }

  private static Path write(Path file, BufferedImage image) throws IOException {
    Files.createDirectories(file.getParent());
    String name = file.getFileName().toString();
    String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(java.util.Locale.ROOT);
    try (OutputStream out = Files.newOutputStream(file)) { // File knows names of text alone
      if (!ImageIO.write(image, suffix, out)) {
        throw new IOException("no writer for " + file);
      }
    }
    return file;
  }

  /** A folder of classes with so many pictures each. */
  public static Path folder(Path root, int each, String... classes) throws IOException {
    for (int c = 0; c < classes.length; c++) {
      for (int i = 0; i < each; i++) {
        write(
            root.resolve(classes[c]).resolve(i + ".png"),
            root.getFileName().hashCode() * 100_000L + 1000L * c + i);
      }
    }
    return root;
  }
}
