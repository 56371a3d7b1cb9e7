package org.lenet5.image;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/** Pictures for the tests, most of them made on the spot. */
public final class Photos {
  /** What the tests' decoders decode to, unless they say otherwise. */
  public static final ImageShape SHAPE = new ImageShape(32, 32, 3);

  private Photos() {}

  /** 4×4 blocks of 8×8 pixels, each of a colour of its own; make.py draws the same. */
  public static BufferedImage picture() {
    return picture(BufferedImage.TYPE_INT_RGB);
  }

  /** The same as an image of one of Java's types. */
  public static BufferedImage picture(int type) {
    BufferedImage image = new BufferedImage(32, 32, type);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        int column = x / 8;
        int row = y / 8;
        image.setRGB(
            x,
            y,
            new Color(60 * column + 20, 60 * row + 20, 200 - 30 * column - 10 * row).getRGB());
      }
    }
    return image;
  }

  /** 4×4 blocks of 8×8 pixels, each of a grey of its own. */
  public static BufferedImage greyPicture() {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 1024; i++) {
      image.getRaster().setSample(i % 32, i / 32, 0, 60 * (i / 256) + 15 * (i % 32 / 8));
    }
    return image;
  }

  /** What the model must see of a grey image: its numbers as they are. */
  public static byte[] greyPixels(BufferedImage image) {
    byte[] pixels = new byte[32 * 32 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) image.getRaster().getSample(i / 3 % 32, i / 96, 0);
    }
    return pixels;
  }

  /** What the model must see of {@link #picture()}. */
  public static byte[] pixels(BufferedImage image) {
    byte[] pixels = new byte[image.getWidth() * image.getHeight() * 3];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        Color color = new Color(image.getRGB(x, y));
        pixels[at++] = (byte) color.getRed();
        pixels[at++] = (byte) color.getGreen();
        pixels[at++] = (byte) color.getBlue();
      }
    }
    return pixels;
  }

  /** Encoded by Java. */
  public static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new AssertionError("Java writes no " + format + " of this image");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A JPEG of the best quality. */
  public static byte[] jpeg(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer =
        ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(image), "jpeg").next();
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(1);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** The JPEG with an EXIF orientation in it: a segment APP1 right after the start. */
  public static byte[] withOrientation(byte[] jpeg, int orientation) {
    ByteBuffer segment = ByteBuffer.allocate(36);
    segment.putShort((short) 0xFFE1).putShort((short) 34).put("Exif\0\0".getBytes());
    // TIFF: big-endian, its first directory at 8, one entry: tag 0x0112, one SHORT.
    segment.putShort((short) 0x4D4D).putShort((short) 42).putInt(8).putShort((short) 1);
    segment.putShort((short) 0x0112).putShort((short) 3).putInt(1);
    segment.putShort((short) orientation).putShort((short) 0).putInt(0);
    return ByteBuffer.allocate(jpeg.length + segment.capacity())
        .put(jpeg, 0, 2)
        .put(segment.array())
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  /** One of src/classify/test/resources/images. */
  public static byte[] resource(String name) {
    try (InputStream in = Photos.class.getResourceAsStream("/images/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The beginning of a PNG of any size; there are no pixels. */
  public static byte[] pngHeader(int width, int height) {
    ByteBuffer header = ByteBuffer.allocate(17);
    header.put("IHDR".getBytes()).putInt(width).putInt(height);
    header.put(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(header.array());
    return ByteBuffer.allocate(33)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10})
        .putInt(13)
        .put(header.array())
        .putInt((int) crc.getValue())
        .array();
  }
}
