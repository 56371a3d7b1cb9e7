package org.lenet5.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images are decoded to any shape, in colour and grey. */
class ImageShapeTest {
  @Test
  void saysWhatAnImageIs() {
    assertThat(new ImageShape(48, 64, 3).bytes()).isEqualTo(48 * 64 * 3);
    assertThat(new ImageShape(48, 64, 3)).hasToString("[48,64,3]");
    assertThat(new ImageShape(28, 28, 1).isGrey()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 8, 3", "8, 0, 3", "4097, 8, 1", "8, 8, 2", "8, 8, 4"})
  void refusesWhatIsNoImage(int height, int width, int channels) {
    assertThatThrownBy(() -> new ImageShape(height, width, channels))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(an image's sides|channels) \\(.*\\) must be .*");
  }

  @Property(tries = 60, seed = "1")
  void anImageOfTheShapePassesUnchanged(
      @ForAll @IntRange(min = 1, max = 70) int height,
      @ForAll @IntRange(min = 1, max = 70) int width)
      throws IOException {
    BufferedImage image = random(width, height);
    byte[] colour = decoder(height, width, 3).decode(png(image));
    byte[] grey = decoder(height, width, 1).decode(png(image));
    for (int i = 0; i < height * width; i++) {
      Color pixel = new Color(image.getRGB(i % width, i / width));
      assertThat(colour[3 * i]).isEqualTo((byte) pixel.getRed());
      assertThat(colour[3 * i + 1]).isEqualTo((byte) pixel.getGreen());
      assertThat(colour[3 * i + 2]).isEqualTo((byte) pixel.getBlue());
      // Pillow's convert("L").
      int luma = pixel.getRed() * 19595 + pixel.getGreen() * 38470 + pixel.getBlue() * 7471;
      assertThat(grey[i]).isEqualTo((byte) ((luma + 0x8000) >> 16));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // What Pillow 12.3 makes of them: Image.new("RGB", (1, 1), …).convert("L").
    "255, 0, 0, 76",
    "0, 255, 0, 150",
    "0, 0, 255, 29",
    "1, 2, 3, 2",
    "77, 77, 77, 77",
    "255, 255, 255, 255",
    "250, 12, 99, 93"
  })
  void greyIsPillowsLuma(int red, int green, int blue, int expected) {
    BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
    image.setRGB(3, 5, new Color(red, green, blue).getRGB());
    assertThat(decoder(20, 20, 1).decode(image)[5 * 20 + 3]).isEqualTo((byte) expected);
  }

  @ParameterizedTest
  @CsvSource({"400, 100, 96, 128, 133, 267", "100, 400, 128, 96, 133, 267"})
  void theMiddleOfTheShapesProportionsIsSeen(
      int width, int height, int rows, int columns, int from, int to) {
    // White where the crop must lie, black around it.
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int along = width > height ? x : y;
        image.setRGB(x, y, along >= from && along < to ? 0xFFFFFF : 0);
      }
    }
    assertThat(decoder(rows, columns, 1).decode(image)).containsOnly(255);
    byte[] squashed =
        new ImageDecoder(new ImageShape(rows, columns, 1), ImageOptions.DEFAULT.withFit(Fit.SQUASH))
            .decode(image);
    assertThat(squashed).contains(0, 255);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void anImageThatIsNotSquareIsTurnedUpright(int orientation) {
    BufferedImage lying = random(7, 4);
    int width = orientation >= 5 ? 4 : 7;
    int height = orientation >= 5 ? 7 : 4;
    byte[] upright = Pixels.of(lying, orientation, new ImageShape(height, width, 3));
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        // What EXIF says is to be done to see it: mirror, turn half, flip, transpose, turn right …
        int[] from =
            switch (orientation) {
              case 2 -> new int[] {width - 1 - x, y};
              case 3 -> new int[] {width - 1 - x, height - 1 - y};
              case 4 -> new int[] {x, height - 1 - y};
              case 5 -> new int[] {y, x};
              case 6 -> new int[] {y, width - 1 - x};
              case 7 -> new int[] {height - 1 - y, width - 1 - x};
              case 8 -> new int[] {height - 1 - y, x};
              default -> new int[] {x, y};
            };
        assertThat(upright[(y * width + x) * 3])
            .as("(%d, %d)", x, y)
            .isEqualTo((byte) (lying.getRGB(from[0], from[1]) >> 16));
      }
    }
  }

  private static ImageDecoder decoder(int height, int width, int channels) {
    return new ImageDecoder(new ImageShape(height, width, channels), ImageOptions.DEFAULT);
  }

  private static BufferedImage random(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(width * 100L + height);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt(1 << 24));
    }
    return image;
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }
}
