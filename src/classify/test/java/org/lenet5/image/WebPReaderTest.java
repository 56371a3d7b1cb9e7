package org.lenet5.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebPReaderTest {
  private static final ImageDecoder DECODER = new ImageDecoder(Photos.SHAPE, ImageOptions.DEFAULT);

  /** All that WebP's own program draws, to the last bit; colours only where they are seen. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "odd-alpha-plain",
        "odd-alpha-plain-filtered",
        "odd-alpha-filtered",
        "odd-alpha-few-levels",
        "odd-segments",
        "odd-colours",
        "odd-palette"
      })
  void asDwebpDraws(String name) throws IOException {
    BufferedImage expected = ImageIO.read(new ByteArrayInputStream(Photos.resource(name + ".png")));
    ImageReader reader = ImageFormat.WEBP.newReader(name);
    BufferedImage found;
    try (EncodedImage in = new EncodedImage(Photos.resource(name + ".webp"), ImageFormat.WEBP)) {
      reader.setInput(in, true, true);
      found = reader.read(0);
    } finally {
      reader.dispose();
    }
    assertThat(found.getWidth()).isEqualTo(expected.getWidth()).isEqualTo(37);
    assertThat(found.getHeight()).isEqualTo(expected.getHeight()).isEqualTo(29);
    for (int y = 0; y < 29; y++) {
      for (int x = 0; x < 37; x++) {
        int wanted = expected.getRGB(x, y);
        int seen = wanted >>> 24 == 0 ? 0xFF000000 : -1;
        assertThat(found.getRGB(x, y) & seen).as("(%d, %d)", x, y).isEqualTo(wanted & seen);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"odd-alpha-plain", "odd-alpha-filtered", "odd-colours", "odd-segments"})
  void whatTheModelSeesIsWhatItSeesOfThePng(String name) {
    assertThat(DECODER.decode(Photos.resource(name + ".webp")))
        .isEqualTo(DECODER.decode(Photos.resource(name + ".png")));
  }

  private static byte[] chunk(String name, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuffer chunk = ByteBuffer.allocate(8 + length + length % 2).order(ByteOrder.LITTLE_ENDIAN);
    chunk.put(name.getBytes(StandardCharsets.US_ASCII)).putInt(length);
    for (byte[] part : parts) {
      chunk.put(part);
    }
    return chunk.array();
  }

  private static byte[] int24(int... values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int value : values) {
      bytes.write(value);
      bytes.write(value >> 8);
      bytes.write(value >> 16);
    }
    return bytes.toByteArray();
  }

  private static byte[] file(byte[]... chunks) {
    byte[] webP = "WEBP".getBytes(StandardCharsets.US_ASCII);
    byte[] first = chunk("RIFF", webP, concat(chunks));
    return first;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] vp8x(int flags, int width, int height) {
    return chunk("VP8X", new byte[] {(byte) flags, 0, 0, 0}, int24(width - 1, height - 1));
  }

  // The chunk VP8L of lossless.webp.
  private static byte[] picture() {
    byte[] file = Photos.resource("lossless.webp");
    return Arrays.copyOfRange(file, 12, file.length);
  }

  @Test
  void anAnimationsFirstFrameStandsWhereItIsSeen() {
    byte[] frame = concat(int24(14 / 2, 0, 31, 31, 100), new byte[1], picture());
    byte[] animation = file(vp8x(0x02, 60, 32), chunk("ANIM", new byte[6]), chunk("ANMF", frame));
    assertThat(DECODER.decode(animation)).isEqualTo(Photos.pixels(Photos.picture()));

    byte[] aside = concat(int24(20 / 2, 0, 31, 31, 100), new byte[1], picture());
    byte[] shifted = DECODER.decode(file(vp8x(0x02, 60, 32), chunk("ANMF", aside)));
    assertThat(Arrays.copyOf(shifted, 18)).containsOnly(255); // 6 white pixels, then the frame
    assertThat(Arrays.copyOfRange(shifted, 18, 96))
        .isEqualTo(Arrays.copyOf(Photos.pixels(Photos.picture()), 78));
  }

  @Test
  void anAnimationsFrameWithTransparency() {
    byte[] file = Photos.resource("odd-alpha-filtered.webp");
    byte[] chunks = Arrays.copyOfRange(file, 12 + 18, file.length); // after VP8X
    byte[] frame = concat(int24(0, 0, 36, 28, 100), new byte[1], chunks);
    assertThat(DECODER.decode(file(vp8x(0x12, 37, 29), chunk("ANMF", frame))))
        .isEqualTo(DECODER.decode(file));
  }

  @Test
  void aColourProfileIsApplied() {
    byte[] linear = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    byte[] plain = DECODER.decode(Photos.resource("lossless.webp"));
    byte[] brighter = DECODER.decode(file(vp8x(0x20, 32, 32), chunk("ICCP", linear), picture()));
    // Linear 128 is sRGB's 188.
    int at = (8 * 2 * 32 + 16) * 3;
    assertThat(plain[at] & 0xFF).isEqualTo(140);
    assertThat(brighter[at] & 0xFF).isBetween(194, 198);
  }

  @Test
  void aColourProfileThatIsNone() {
    byte[] odd = file(vp8x(0x20, 32, 32), chunk("ICCP", new byte[200]), picture());
    DecodedImage image = DECODER.read(odd);
    assertThat(image.pixels()).isEqualTo(Photos.pixels(Photos.picture()));
    assertThat(image.warnings()).singleElement().asString().contains("colour profile");
  }

  @Test
  void whatIsDamaged() {
    byte[] empty = file(vp8x(0x02, 60, 32), chunk("ANIM", new byte[6]));
    assertThatThrownBy(() -> DECODER.decode(empty))
        .isInstanceOf(ImageException.class)
        .hasMessageEndingWith("is damaged: it is an animation without a frame");
    byte[] wrong = Photos.resource("odd-colours.webp");
    Arrays.fill(wrong, 30, wrong.length, (byte) 0x55);
    assertThatThrownBy(() -> DECODER.decode(wrong))
        .isInstanceOf(ImageException.class)
        .hasMessageEndingWith("is damaged: its WebP data is none that libwebp can decode");
    byte[] cut = Arrays.copyOf(Photos.resource("odd-segments.webp"), 150);
    assertThatThrownBy(() -> DECODER.decode(cut))
        .hasMessageEndingWith("is damaged: it ends too early");
  }

  @Test
  void aLargeOneIsThinnedOut() throws IOException {
    // 20 megapixels of one colour: VP8L with a code of one symbol for each channel.
    byte[] large = file(chunk("VP8L", oneColour(5000, 4000)));
    byte[] pixels = DECODER.decode(large);
    assertThat(pixels).hasSize(Photos.SHAPE.bytes());
    assertThat(pixels[0] & 0xFF).isEqualTo(10);
    assertThat(pixels[1 + 3 * 500] & 0xFF).isEqualTo(100);
    assertThat(pixels[2 + 3 * 1023] & 0xFF).isEqualTo(200);
  }

  // RFC 9649, 3: signature, 14 bits of width - 1 and height - 1, alpha, version 0; no transform, no
  // colour cache, one group of codes; each a simple code of one 8-bit symbol: green, red, blue,
  // alpha, distance. Bits from the lowest on.
  private static byte[] oneColour(int width, int height) {
    BigInteger bits = BigInteger.ZERO;
    int at = 0;
    int[][] fields = {
      {0x2F, 8},
      {width - 1, 14},
      {height - 1, 14},
      {0, 1},
      {0, 3},
      {0, 1},
      {0, 1},
      {0, 1},
      {1, 1},
      {0, 1},
      {1, 1},
      {100, 8},
      {1, 1},
      {0, 1},
      {1, 1},
      {10, 8},
      {1, 1},
      {0, 1},
      {1, 1},
      {200, 8},
      {1, 1},
      {0, 1},
      {1, 1},
      {255, 8},
      {1, 1},
      {0, 1},
      {0, 1},
      {0, 1}
    };
    for (int[] field : fields) {
      bits = bits.or(BigInteger.valueOf(field[0]).shiftLeft(at));
      at += field[1];
    }
    byte[] bytes = new byte[at / 8 + 1 + 8]; // libwebp reads ahead
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bits.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }
}
