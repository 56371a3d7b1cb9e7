package org.lenet5.interop;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageOptions;
import org.lenet5.image.ImageShape;

/**
 * What this program makes of pictures, for comparison with Pillow: reads lines of a shape and a
 * file, {@code 32x24x3 photo.jpg}, and writes uint8 [height,width,channels] beside the file, with
 * the suffix {@code .decoded}. A picture whose name begins with {@code interlaced} is written anew
 * before, as interlaced PNG: Pillow cannot.
 */
public final class DecodedPixels {
  private static final Pattern LINE = Pattern.compile("(\\d+)x(\\d+)x(\\d) (.*)");

  private DecodedPixels() {}

  /** The list of pictures; names are relative to its folder. */
  public static void main(String[] args) throws IOException {
    Path list = Path.of(args[0]);
    for (String line : Files.readAllLines(list)) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new IllegalArgumentException(line + ": must be as 32x24x3 photo.jpg");
      }
      ImageShape shape =
          new ImageShape(
              Integer.parseInt(parts.group(1)),
              Integer.parseInt(parts.group(2)),
              Integer.parseInt(parts.group(3)));
      Path file = list.resolveSibling(parts.group(4));
      if (parts.group(4).startsWith("interlaced")) {
        interlace(file.toFile());
      }
      byte[] pixels = new ImageDecoder(shape, ImageOptions.DEFAULT).decode(file);
      Files.write(file.resolveSibling(parts.group(4) + ".decoded"), pixels);
    }
  }

  private static void interlace(File file) throws IOException {
    BufferedImage image = ImageIO.read(file);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    Files.delete(file.toPath());
    try (var out = ImageIO.createImageOutputStream(file)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
  }
}
