package org.lenet5.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures with missing or wrong data are refused, sound ones that are odd are not. */
class ImageDamageTest {
  private static final ImageDecoder DECODER = new ImageDecoder(Photos.SHAPE, ImageOptions.DEFAULT);
  private static final ImageDecoder LENIENT =
      new ImageDecoder(Photos.SHAPE, ImageOptions.DEFAULT.withLenient(true));

  private static BufferedImage photo() {
    BufferedImage photo = new BufferedImage(128, 96, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = photo.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, 100, 70, Color.BLUE));
    graphics.fillRect(0, 0, 128, 96);
    graphics.setColor(Color.RED);
    graphics.fillOval(30, 20, 50, 60);
    graphics.dispose();
    return photo;
  }

  private static int find(byte[] bytes, int... wanted) {
    for (int i = 0; ; i++) {
      boolean found = true;
      for (int k = 0; k < wanted.length; k++) {
        found &= (bytes[i + k] & 0xFF) == wanted[k];
      }
      if (found) {
        return i;
      }
    }
  }

  private static byte[] with(byte[] bytes, int at, byte[] more) {
    return ByteBuffer.allocate(bytes.length + more.length)
        .put(bytes, 0, at)
        .put(more)
        .put(bytes, at, bytes.length - at)
        .array();
  }

  private static void assertRefused(byte[] image, String clause) {
    assertThatThrownBy(() -> DECODER.decode(image))
        .isInstanceOf(ImageException.class)
        .hasMessage("the image of %d bytes: is damaged: %s", image.length, clause);
  }

  private static void assertLenientOnly(byte[] image, String clause) {
    assertRefused(image, clause);
    assertThat(LENIENT.read(image).warnings()).contains(clause);
  }

  private static final String PREMATURE =
      "picture data is missing or wrong (\"Corrupt JPEG data: premature end of data segment\")";

  @Test
  void aSoundPictureHasNoWarnings() {
    for (byte[] sound :
        new byte[][] {
          Photos.jpeg(photo()),
          Photos.encoded(photo(), "png"),
          Photos.resource("progressive-grey.jpg"),
          Photos.resource("cmyk.jpg"),
          Photos.resource("cmyk.tif"),
          Photos.resource("ycbcr.tif"),
          Photos.resource("alpha.webp")
        }) {
      assertThat(DECODER.read(sound).warnings()).isEmpty();
    }
  }

  @Test
  void halfOfAJpegsScanIsWrong() {
    byte[] jpeg = Photos.jpeg(photo());
    int scan = find(jpeg, 0xFF, 0xDA) + 14;
    Arrays.fill(jpeg, (scan + jpeg.length) / 2, jpeg.length - 2, (byte) 0xB6);
    assertLenientOnly(jpeg, PREMATURE);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 10, 1000})
  void theEndOfAJpegIsMissing(int bytes) {
    byte[] jpeg = Photos.jpeg(photo());
    assertLenientOnly(Arrays.copyOf(jpeg, jpeg.length - bytes), PREMATURE);
  }

  @Test
  void onlyTheEndMarkerOfAJpegIsMissing() {
    for (byte[] whole :
        new byte[][] {Photos.jpeg(photo()), Photos.resource("progressive-grey.jpg")}) {
      DecodedImage image = DECODER.read(Arrays.copyOf(whole, whole.length - 2));
      assertThat(image.pixels()).isEqualTo(DECODER.decode(whole));
      assertThat(image.warnings()).containsExactly("its end marker is missing");
    }
  }

  /** Then every block has its pixels, but coarse ones: libjpeg says nothing. */
  @Test
  void laterScansOfAProgressiveJpegAreMissing() {
    byte[] jpeg = Photos.resource("progressive-grey.jpg");
    int last = jpeg.length - 1;
    while (jpeg[last - 1] != (byte) 0xFF || jpeg[last] != (byte) 0xDA) {
      last--;
    }
    assertLenientOnly(Arrays.copyOf(jpeg, last - 1), "it ends too early");
  }

  @Test
  void strayBytesInAJpeg() {
    byte[] jpeg = Photos.jpeg(photo());
    byte[] expected = DECODER.decode(jpeg);
    byte[] stray = new byte[40];
    Arrays.fill(stray, (byte) 7);
    for (int at : new int[] {jpeg.length - 2, find(jpeg, 0xFF, 0xDB), find(jpeg, 0xFF, 0xDA)}) {
      DecodedImage image = DECODER.read(with(jpeg, at, stray));
      assertThat(image.pixels()).isEqualTo(expected);
      // libjpeg counts only those that it has not taken for the last pixels' bits
      assertThat(image.warnings())
          .singleElement()
          .asString()
          .matches("(3[0-9]|40) bytes of it belong to nothing");
    }
  }

  /** In the middle they are followed by pixels of which libjpeg would not tell any more. */
  @Test
  void strayBytesBetweenTheScansOfAJpeg() {
    byte[] jpeg = Photos.resource("progressive-grey.jpg");
    int second = find(jpeg, 0xFF, 0xDA) + 2;
    while (jpeg[second] != (byte) 0xFF || jpeg[second + 1] == 0) {
      second++;
    }
    byte[] odd = with(jpeg, second, new byte[] {7, 7, 7});
    assertThatThrownBy(() -> DECODER.decode(odd))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("picture data is missing or wrong (\"Corrupt JPEG data: ");
    assertThat(LENIENT.read(odd).warnings()).isNotEmpty();
  }

  @Test
  void bytesAfterTheEndAreNotThePictures() {
    for (byte[] whole : new byte[][] {Photos.jpeg(photo()), Photos.encoded(photo(), "png")}) {
      DecodedImage image = DECODER.read(Arrays.copyOf(whole, whole.length + 500));
      assertThat(image.pixels()).isEqualTo(DECODER.decode(whole));
      assertThat(image.warnings()).isEmpty();
    }
  }

  @Test
  void aPictureWithoutPixels() {
    byte[] flat = Photos.jpeg(photo());
    int frame = find(flat, 0xFF, 0xC0);
    flat[frame + 5] = 0;
    flat[frame + 6] = 0;
    assertRefused(flat, "its header announces 128 x 0 pixels, at least 1 x 1 make a picture");
    byte[] narrow = Photos.jpeg(photo());
    narrow[frame + 7] = 0;
    narrow[frame + 8] = 0;
    assertRefused(narrow, "its header announces 0 x 96 pixels, at least 1 x 1 make a picture");
  }

  // The chunks of a PNG: where the checksum of the named one stands.
  private static int checksum(byte[] png, String name) {
    byte[] letters = name.getBytes();
    int at = find(png, letters[0], letters[1], letters[2], letters[3]);
    return at + 4 + ByteBuffer.wrap(png).getInt(at - 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"IHDR", "IDAT", "IEND"})
  void aWrongChecksumInAPng(String chunk) {
    byte[] png = Photos.encoded(photo(), "png");
    byte[] expected = DECODER.decode(png);
    png[checksum(png, chunk)] ^= 0x55;
    assertLenientOnly(png, "the checksum of its " + chunk + " chunk is wrong");
    assertThat(LENIENT.decode(png)).isEqualTo(expected);
  }

  /** Transparency, colours and orientation stand in chunks that a decoder may leave out. */
  @Test
  void aWrongChecksumOfAChunkThatMayBeMissing() {
    byte[] png = Photos.resource("transparent-colour.png");
    png[checksum(png, "tRNS")] ^= 1;
    assertLenientOnly(png, "the checksum of its tRNS chunk is wrong");
  }

  @Test
  void onlyTheEndOfAPngIsMissing() {
    byte[] png = Photos.encoded(photo(), "png");
    for (int missing : new int[] {1, 12, 14}) {
      DecodedImage image = DECODER.read(Arrays.copyOf(png, png.length - missing));
      assertThat(image.pixels()).isEqualTo(DECODER.decode(png));
      assertThat(image.warnings()).containsExactly("its end (the IEND chunk) is missing");
    }
    assertRefused(Arrays.copyOf(png, png.length - 60), "it ends too early");
  }

  @Test
  void aPngsOrientation() {
    byte[] png = Photos.encoded(Photos.picture(), "png");
    ByteBuffer exif = ByteBuffer.allocate(4 + 26);
    exif.put("eXIf".getBytes());
    exif.putShort((short) 0x4D4D).putShort((short) 42).putInt(8).putShort((short) 1);
    exif.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) 3);
    CRC32 crc = new CRC32();
    crc.update(exif.array());
    byte[] chunk =
        ByteBuffer.allocate(38).putInt(26).put(exif.array()).putInt((int) crc.getValue()).array();
    byte[] turned = DECODER.decode(with(png, 33, chunk));
    byte[] upright = Photos.pixels(Photos.picture());
    assertThat(turned[0]).isEqualTo(upright[upright.length - 3]);
    assertThat(turned[turned.length - 1]).isEqualTo(upright[2]);
  }

  @Test
  void aGifWithCodesThatDoNotFollow() {
    byte[] gif = Photos.encoded(photo(), "gif");
    Random random = new Random(5);
    int data = gif.length / 2;
    for (int i = 0; i < 20; i++) {
      gif[data + i] = (byte) random.nextInt(256);
    }
    assertThatThrownBy(() -> DECODER.decode(gif))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is damaged: ");
  }

  @Test
  void aBlankFaxPage() {
    byte[] pixels = DECODER.decode(Photos.resource("blank.tif"));
    byte[] white = new byte[Photos.SHAPE.bytes()];
    Arrays.fill(white, (byte) 255);
    assertThat(pixels).isEqualTo(white);
  }

  private static byte[] bmp(int compression, byte[] inside) {
    ByteBuffer bmp = ByteBuffer.allocate(54 + inside.length).order(ByteOrder.LITTLE_ENDIAN);
    bmp.put((byte) 'B').put((byte) 'M').putInt(bmp.capacity()).putInt(0).putInt(54);
    bmp.putInt(40).putInt(32).putInt(32).putShort((short) 1).putShort((short) 0);
    bmp.putInt(compression).putInt(inside.length).putLong(0).putLong(0).put(inside);
    return bmp.array();
  }

  @Test
  void aBmpAroundAnotherPicture() {
    byte[] png = Photos.encoded(Photos.picture(), "png");
    byte[] jpeg = Photos.jpeg(Photos.greyPicture());
    assertThat(DECODER.decode(bmp(5, png))).isEqualTo(DECODER.decode(png));
    assertThat(DECODER.decode(bmp(4, jpeg))).isEqualTo(DECODER.decode(jpeg));
    assertRefused(bmp(4, png), "it says that it holds a JPEG, and does not");
  }

  /** Each message is a sentence: no number alone, no class of Java, no quotation of nothing. */
  @Test
  void everyMessageIsPlain() {
    Random random = new Random(42);
    byte[][] seeds = {
      Photos.jpeg(photo()),
      Photos.encoded(Photos.picture(), "png"),
      Photos.encoded(Photos.picture(), "gif"),
      Photos.encoded(Photos.picture(), "bmp"),
      Photos.encoded(Photos.picture(), "tiff"),
      Photos.resource("odd-alpha-filtered.webp"),
      Photos.resource("odd-palette.webp"),
      Photos.resource("cmyk.jpg"),
      Photos.resource("cmyk.tif"),
      Photos.resource("ycbcr.tif"),
      Photos.resource("progressive-grey.jpg")
    };
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      byte[] bytes = seeds[i % seeds.length].clone();
      for (int k = 0; k <= random.nextInt(4); k++) {
        bytes[random.nextInt(Math.min(bytes.length, 700))] = (byte) random.nextInt(256);
      }
      try {
        LENIENT.decode(bytes);
      } catch (ImageException e) {
        refused++;
        assertThat(e.getMessage())
            .matches(
                "the image of \\d+ bytes: (is no PNG, .*|has \\d+ x \\d+ pixels, .*|takes .*|goes .*"
                    + "|is damaged: (it|its|picture data|the checksum|a strip or tile) [a-zA-Z].*)")
            .doesNotContain("xception", "java.", "null", "@");
      }
    }
    assertThat(refused).isGreaterThan(150);
  }
}
