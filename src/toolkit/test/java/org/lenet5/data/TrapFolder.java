package org.lenet5.data;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.lenet5.image.Photos;

/** A folder of pictures with every trap in it that people have fallen into. */
public final class TrapFolder {
  private TrapFolder() {}

  /** Makes it; {@code root} is new, and what a link leads to lies beside it. */
  public static Path make(Path root) throws IOException {
    Path train = root.resolve("train");
    PictureFiles.folder(train, 12, "10", "2", "cat", "dog", "e\u0301", "\u00e9");
    PictureFiles.folder(root.resolve("test"), 2, "cat", "dog", "only");
    PictureFiles.folder(root.resolveSibling("elsewhere"), 12, "dachshunds");
    Files.createSymbolicLink(
        train.resolve("puppies"), root.resolveSibling("elsewhere").resolve("dachshunds"));
    faults(train.resolve("cat"), root.resolve("test/cat"));
    Files.copy(train.resolve("cat/1.png"), train.resolve("dog/other.png"));
    Files.createDirectories(train.resolve("empty"));
    PictureFiles.write(train.resolve("line\nbreak/0.png"), 7_000);
    for (String latin1 : List.of("caf%E9", "caf%E8")) {
      PictureFiles.write(Path.of(URI.create(train.toUri() + latin1 + "/0.png")), 7_100);
    }
    PictureFiles.write(train.resolve("eel/0.png"), 7_200);
    notes(train);
    odd(train.resolve("dog"), i -> PictureFiles.image(9_000 + i, 32, 32));
    PictureFiles.write(root.resolve("later/0.png"), 7_300);
    return root;
  }

  private static void faults(Path cat, Path test) throws IOException {
    Files.write(cat.resolve("zero.jpg"), new byte[0]);
    Files.writeString(cat.resolve("page.jpg"), "<html><body>404 Not Found</body></html>");
    byte[] whole = Files.readAllBytes(cat.resolve("0.png"));
    Files.write(cat.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
    Files.copy(cat.resolve("0.png"), cat.resolve("copy of 0.png"));
    Files.copy(test.resolve("0.png"), cat.resolve("leak.png"));
    Files.createSymbolicLink(cat.resolve("gone.png"), Path.of("nowhere.png"));
    Files.createSymbolicLink(cat.resolve("up"), Path.of(".."));
  }

  private static void notes(Path train) throws IOException {
    Path cat = train.resolve("cat");
    PictureFiles.write(cat.resolve("small.png"), 8_000, 9, 9);
    PictureFiles.write(cat.resolve("long.png"), 8_001, 400, 40);
    PictureFiles.write(cat.resolve("same.png"), 8_002, 64, 64);
    PictureFiles.write(cat.resolve("same, larger.png"), 8_002, 128, 128);
    Files.write(
        cat.resolve("grey.png"), Photos.encoded(grey(PictureFiles.image(8_005, 40, 40)), "png"));
    Files.writeString(cat.resolve("notes.txt"), "cats");
    Files.writeString(cat.resolve("Thumbs.db"), "left behind");
    PictureFiles.write(train.resolve("loose.png"), 8_003);
    PictureFiles.write(Path.of(URI.create(cat.toUri() + "t%EAte.png")), 8_004);
  }

  /**
   * Pictures that must be read as people see them: without a word.
   *
   * @param picture of 32 by 32 pixels for each; two, by other programs, are {@link Photos#picture}
   */
  static void odd(Path folder, IntFunction<BufferedImage> picture) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("cmyk.jpg"), Photos.resource("cmyk.jpg"));
    Files.write(
        folder.resolve("turned.jpg"),
        Photos.withOrientation(Photos.jpeg(lying(picture.apply(0))), 6));
    Files.write(folder.resolve("sixteen.png"), Photos.encoded(sixteen(picture.apply(1)), "png"));
    Files.write(folder.resolve("animated.gif"), animatedGif(picture.apply(2)));
    Files.write(folder.resolve("animated.png"), animatedPng(picture.apply(3)));
    Files.write(folder.resolve("animated.webp"), Photos.resource("animated.webp"));
    Files.write(folder.resolve("UPPER.PNG"), Photos.encoded(picture.apply(4), "png"));
    Files.write(folder.resolve("wrong suffix.jpg"), Photos.encoded(picture.apply(5), "bmp"));
  }

  /** As a phone stores what it took upright: a quarter to the left. */
  private static BufferedImage lying(BufferedImage upright) {
    BufferedImage lying = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        lying.setRGB(y, 31 - x, upright.getRGB(x, y));
      }
    }
    return lying;
  }

  private static BufferedImage grey(BufferedImage picture) {
    BufferedImage grey =
        new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
    grey.createGraphics().drawImage(picture, 0, 0, null);
    return grey;
  }

  private static BufferedImage sixteen(BufferedImage picture) {
    ColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    WritableRaster raster = model.createCompatibleWritableRaster(32, 32);
    for (int i = 0; i < 1024; i++) {
      int rgb = picture.getRGB(i % 32, i / 32);
      raster.setPixel(
          i % 32,
          i / 32,
          new int[] {257 * (rgb >> 16 & 255), 257 * (rgb >> 8 & 255), 257 * (rgb & 255)});
    }
    return new BufferedImage(model, raster, false, null);
  }

  /** The picture, then a black one. */
  private static byte[] animatedGif(BufferedImage picture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      writer.writeToSequence(new IIOImage(picture, null, null), null);
      writer.writeToSequence(
          new IIOImage(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), null, null), null);
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** The same as a PNG: acTL behind the header, and a second frame in fdAT before the end. */
  private static byte[] animatedPng(BufferedImage picture) {
    byte[] first = Photos.encoded(picture, "png");
    byte[] second = Photos.encoded(new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB), "png");
    int header = 8 + 25;
    int data = ByteBuffer.wrap(second).getInt(header); // its only IDAT
    byte[] frame = new byte[4 + data];
    ByteBuffer.wrap(frame).putInt(2).put(second, header + 8, data);
    ByteBuffer png = ByteBuffer.allocate(first.length + frame.length + 200);
    png.put(first, 0, header);
    chunk(png, "acTL", ByteBuffer.allocate(8).putInt(2).putInt(0).array());
    chunk(png, "fcTL", control(0));
    png.put(first, header, first.length - header - 12);
    chunk(png, "fcTL", control(1));
    chunk(png, "fdAT", frame);
    png.put(first, first.length - 12, 12); // IEND
    return Arrays.copyOf(png.array(), png.position());
  }

  private static byte[] control(int sequence) {
    return ByteBuffer.allocate(26)
        .putInt(sequence)
        .putInt(32)
        .putInt(32)
        .putInt(0)
        .putInt(0)
        .putShort((short) 1)
        .putShort((short) 10)
        .array();
  }

  private static void chunk(ByteBuffer png, String name, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.US_ASCII));
    crc.update(content);
    png.putInt(content.length)
        .put(name.getBytes(StandardCharsets.US_ASCII))
        .put(content)
        .putInt((int) crc.getValue());
  }
}
