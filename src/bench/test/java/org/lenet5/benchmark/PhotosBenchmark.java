package org.lenet5.benchmark;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.lenet5.data.Cifar10;
import org.lenet5.image.DecodedImage;
import org.lenet5.image.ImageDecoder;
import org.lenet5.image.ImageOptions;
import org.lenet5.image.ImagePipeline;

/**
 * Pictures to decode, and how fast they are decoded as for packing: {@code make RECORDS FOLDER}
 * writes 1,500 JPEGs of 500×375 into {@code FOLDER/jpeg} and 10,000 PNGs of 32×32 into {@code
 * FOLDER/png}, the same ones each time; {@code decode FOLDER} prints images a second, for each of
 * {@link #ROUNDS} rounds.
 */
public final class PhotosBenchmark {
  private static final int PHOTOS = 1500;
  private static final int SMALL = 10_000;
  private static final int ROUNDS = 3;
  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;
  private static final float QUALITY = 0.8f;
  private static final int NOISE = 7;

  private PhotosBenchmark() {}

  /** {@code make RECORDS FOLDER} or {@code decode FOLDER}. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("make")) {
      make(Files.readAllBytes(Path.of(args[1])), Path.of(args[2]));
    } else {
      decode(Path.of(args[1]));
    }
  }

  private static void make(byte[] records, Path folder) throws IOException {
    Path jpegs = Files.createDirectories(folder.resolve("jpeg"));
    Path pngs = Files.createDirectories(folder.resolve("png"));
    IntStream.range(0, PHOTOS).parallel().forEach(i -> photo(records, i, jpegs));
    IntStream.range(0, SMALL).parallel().forEach(i -> small(records, i, pngs));
  }

  private static BufferedImage image(byte[] records, int number) {
    int size = 1 + Cifar10.SHAPE.bytes();
    int from = number % (records.length / size) * size + 1;
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 1024; i++) {
      int red = records[from + i] & 0xFF;
      int green = records[from + 1024 + i] & 0xFF;
      int blue = records[from + 2048 + i] & 0xFF;
      image.setRGB(i % 32, i / 32, red << 16 | green << 8 | blue);
    }
    return image;
  }

  private static void small(byte[] records, int number, Path folder) {
    BufferedImage image = image(records, number);
    // After the first round of the records no two are the same.
    image.setRGB(number % 32, number / 1000, number);
    try {
      ImageIO.write(image, "png", folder.resolve("%05d.png".formatted(number)).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Enlarged, with noise as fine as a photo's.
  private static void photo(byte[] records, int number, Path folder) {
    BufferedImage small = image(records, number);
    BufferedImage photo = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(number);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int noise = random.nextInt(2 * NOISE + 1) - NOISE; // of the brightness
        int pixel = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
          pixel |= Math.max(0, Math.min(255, level(small, x, y, shift) + noise)) << shift;
        }
        photo.setRGB(x, y, pixel);
      }
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    Path file = folder.resolve("%05d.jpg".formatted(number));
    try (var out = ImageIO.createImageOutputStream(file.toFile())) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(photo, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
  }

  // Between the four nearest.
  private static int level(BufferedImage small, int x, int y, int shift) {
    double left = 31.0 * x / WIDTH;
    double top = 31.0 * y / HEIGHT;
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      int column = (int) left + i % 2;
      int row = (int) top + i / 2;
      double weight = (1 - Math.abs(column - left)) * (1 - Math.abs(row - top));
      sum += weight * (small.getRGB(column, row) >> shift & 0xFF);
    }
    return (int) Math.round(sum);
  }

  private static void decode(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    ImageDecoder decoder = new ImageDecoder(Cifar10.SHAPE, ImageOptions.DEFAULT);
    long sum = 0;
    for (int round = 1; round <= ROUNDS; round++) {
      long begin = System.nanoTime();
      try (ImagePipeline<DecodedImage> images = decoder.readAll(files)) {
        while (images.hasNext()) {
          sum += images.next().pixels()[0];
        }
      }
      System.out.printf(
          Locale.ROOT,
          "{\"round\": %d, \"images_per_s\": %.0f, \"sum\": %d}%n",
          round,
          1e9 * files.size() / (System.nanoTime() - begin),
          sum);
    }
  }
}
