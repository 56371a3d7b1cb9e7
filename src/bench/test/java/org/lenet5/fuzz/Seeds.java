package org.lenet5.fuzz;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Inputs that the tests of readers start from. */
final class Seeds {
  private static final Path FILES = Path.of("src/bench/test/resources/fuzz");

  private Seeds() {}

  /**
   * These and the files in src/bench/test/resources/fuzz/READER: inputs that cannot be made here,
   * and those that once were answered wrongly.
   */
  static List<byte[]> of(String reader, byte[]... made) {
    List<byte[]> seeds = new ArrayList<>(List.of(made));
    Path folder = FILES.resolve(reader);
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          seeds.add(Files.readAllBytes(file));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return List.copyOf(seeds);
  }

  static byte[] text(String... lines) {
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A picture of 9×7 pixels, encoded by Java. */
  static byte[] picture(String format, int type) {
    BufferedImage image = new BufferedImage(9, 7, type);
    for (int i = 0; i < 63; i++) {
      image.setRGB(i % 9, i / 9, 0xff000000 | i * 0x040305);
    }
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
}
