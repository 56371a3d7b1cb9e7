package org.lenet5.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of image becomes the pixels that one sees. */
class ImageDecoderTest {
  private static final ImageDecoder DECODER = new ImageDecoder(Photos.SHAPE, ImageOptions.DEFAULT);

  private static void assertPixels(byte[] actual, byte[] expected, int tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i] & 0xFF)
          .as("pixel (%d, %d), channel %d", i / 3 % 32, i / 96, i % 3)
          .isBetween((expected[i] & 0xFF) - tolerance, (expected[i] & 0xFF) + tolerance);
    }
  }

  private static byte[] grey(BufferedImage picture) {
    byte[] pixels = Photos.pixels(picture);
    for (int i = 0; i < pixels.length; i += 3) {
      int level =
          (299 * (pixels[i] & 0xFF) + 587 * (pixels[i + 1] & 0xFF) + 114 * (pixels[i + 2] & 0xFF))
              / 1000;
      Arrays.fill(pixels, i, i + 3, (byte) level);
    }
    return pixels;
  }

  @ParameterizedTest
  @CsvSource({"png,0", "bmp,0", "tiff,0", "gif,0"})
  void whatJavaWritesWithoutLoss(String format, int tolerance) {
    assertPixels(
        DECODER.decode(Photos.encoded(Photos.picture(), format)),
        Photos.pixels(Photos.picture()),
        tolerance);
  }

  @ParameterizedTest
  @CsvSource({
    "lossless.webp,0",
    "animated.webp,0",
    "deflate.tif,0",
    "turned.webp,0",
    "lossy.webp,12",
    "ycbcr.tif,12",
    "cmyk.jpg,6",
    "cmyk.tif,2"
  })
  void whatOthersWrite(String name, int tolerance) {
    assertPixels(DECODER.decode(Photos.resource(name)), Photos.pixels(Photos.picture()), tolerance);
  }

  @Test
  void jpeg() {
    // Blocks of one grey are exact in a JPEG but for rounding.
    BufferedImage grey = Photos.greyPicture();
    assertPixels(DECODER.decode(Photos.jpeg(grey)), Photos.greyPixels(grey), 1);
    assertPixels(
        DECODER.decode(Photos.resource("progressive-grey.jpg")), grey(Photos.picture()), 3);
    // Colours of two blocks are mixed where they meet: compared within the blocks.
    byte[] colours = DECODER.decode(Photos.jpeg(Photos.picture()));
    byte[] expected = Photos.pixels(Photos.picture());
    for (int block = 0; block < 16; block++) {
      int at = ((block / 4 * 8 + 4) * 32 + block % 4 * 8 + 4) * 3;
      for (int c = at; c < at + 3; c++) {
        assertThat(colours[c] & 0xFF)
            .isCloseTo(expected[c] & 0xFF, org.assertj.core.data.Offset.offset(12));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_ARGB_PRE,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_4BYTE_ABGR_PRE
      })
  void javasTypesOfImages(int type) {
    BufferedImage image = Photos.picture(type);
    int[] before = image.getRGB(0, 0, 32, 32, null, 0, 32);
    assertPixels(DECODER.decode(image), Photos.pixels(Photos.picture()), 0);
    assertThat(image.getRGB(0, 0, 32, 32, null, 0, 32)).isEqualTo(before);
  }

  @Test
  void aPartOfAnImageInMemory() {
    BufferedImage large = new BufferedImage(100, 80, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = large.createGraphics();
    graphics.drawImage(Photos.picture(), 50, 40, null);
    graphics.dispose();
    assertPixels(
        DECODER.decode(large.getSubimage(50, 40, 32, 32)), Photos.pixels(Photos.picture()), 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "tiff"})
  void greyOf8And16Bits(String format) {
    for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
      int bits = type == BufferedImage.TYPE_BYTE_GRAY ? 1 : 257;
      BufferedImage image = new BufferedImage(32, 32, type);
      byte[] expected = new byte[Photos.SHAPE.bytes()];
      for (int i = 0; i < 1024; i++) {
        int level = i / 4;
        image.getRaster().setSample(i % 32, i / 32, 0, level * bits);
        Arrays.fill(expected, 3 * i, 3 * i + 3, (byte) level);
      }
      assertPixels(DECODER.decode(Photos.encoded(image, format)), expected, 1);
      assertPixels(DECODER.decode(image), expected, 1);
    }
  }

  @Test
  void colourOf16Bits() {
    ColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            ColorModel.OPAQUE,
            DataBuffer.TYPE_USHORT);
    WritableRaster raster = model.createCompatibleWritableRaster(32, 32);
    BufferedImage picture = Photos.picture();
    for (int i = 0; i < 1024; i++) {
      Color color = new Color(picture.getRGB(i % 32, i / 32));
      raster.setPixel(
          i % 32,
          i / 32,
          new int[] {257 * color.getRed(), 257 * color.getGreen(), 257 * color.getBlue()});
    }
    BufferedImage image = new BufferedImage(model, raster, false, null);
    assertPixels(DECODER.decode(Photos.encoded(image, "png")), Photos.pixels(picture), 1);
    assertPixels(DECODER.decode(image), Photos.pixels(picture), 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void palettes(int bits) {
    int size = 1 << bits;
    byte[] red = new byte[size];
    byte[] green = new byte[size];
    byte[] blue = new byte[size];
    for (int i = 0; i < size; i++) {
      red[i] = (byte) (i * 37);
      green[i] = (byte) (200 - i * 13);
      blue[i] = (byte) (i * 5);
    }
    IndexColorModel palette = new IndexColorModel(bits, size, red, green, blue);
    WritableRaster raster =
        Raster.createPackedRaster(DataBuffer.TYPE_BYTE, 32, 32, 1, Math.min(8, bits), null);
    if (bits == 8) {
      raster = palette.createCompatibleWritableRaster(32, 32);
    }
    byte[] expected = new byte[Photos.SHAPE.bytes()];
    for (int i = 0; i < 1024; i++) {
      int index = i * 7 % size;
      raster.setSample(i % 32, i / 32, 0, index);
      expected[3 * i] = red[index];
      expected[3 * i + 1] = green[index];
      expected[3 * i + 2] = blue[index];
    }
    BufferedImage image = new BufferedImage(palette, raster, false, null);
    for (String format : new String[] {"png", "gif"}) {
      assertPixels(DECODER.decode(Photos.encoded(image, format)), expected, 0);
    }
  }

  @Test
  void transparencyIsOverWhite() {
    BufferedImage image = Photos.picture(BufferedImage.TYPE_INT_ARGB);
    byte[] expected = Photos.pixels(Photos.picture());
    int[] opacity = {255, 128, 0};
    for (int i = 0; i < 1024; i++) {
      int alpha = opacity[i % 3];
      image.setRGB(i % 32, i / 32, image.getRGB(i % 32, i / 32) & 0xFFFFFF | alpha << 24);
      for (int c = 3 * i; c < 3 * i + 3; c++) {
        expected[c] =
            (byte) Math.round(((expected[c] & 0xFF) * alpha + 255 * (255 - alpha)) / 255.0);
      }
    }
    assertPixels(DECODER.decode(image), expected, 1);
    assertPixels(DECODER.decode(Photos.encoded(image, "png")), expected, 1);

    byte[] webp = DECODER.decode(Photos.resource("alpha.webp"));
    byte[] top = Photos.pixels(Photos.picture());
    assertThat(Arrays.copyOf(webp, 32 * 16 * 3)).isEqualTo(Arrays.copyOf(top, 32 * 16 * 3));
    assertThat(Arrays.copyOfRange(webp, 32 * 16 * 3, webp.length)).containsOnly(255);
  }

  @Test
  void greyWithTransparency() {
    ColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY),
            true,
            false,
            ColorModel.TRANSLUCENT,
            DataBuffer.TYPE_BYTE);
    WritableRaster raster = model.createCompatibleWritableRaster(32, 32);
    for (int i = 0; i < 1024; i++) {
      raster.setPixel(i % 32, i / 32, new int[] {100, i % 2 == 0 ? 255 : 51});
    }
    byte[] png = Photos.encoded(new BufferedImage(model, raster, false, null), "png");
    byte[] pixels = DECODER.decode(png);
    // 100 · 0.2 + 255 · 0.8
    assertThat(pixels[0] & 0xFF).isEqualTo(100);
    assertThat(pixels[3] & 0xFF).isEqualTo(224);
  }

  /** EXIF names where the first row and the first column are seen. */
  @ParameterizedTest
  @CsvSource({
    "1,top,left",
    "2,top,right",
    "3,bottom,right",
    "4,bottom,left",
    "5,left,top",
    "6,right,top",
    "7,right,bottom",
    "8,left,bottom"
  })
  void orientation(int orientation, String firstRow, String firstColumn) {
    BufferedImage seen = Photos.greyPicture();
    BufferedImage stored = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        int level = seen.getRaster().getSample(x, y, 0);
        stored.getRaster().setSample(from(firstColumn, x, y), from(firstRow, x, y), 0, level);
      }
    }
    byte[] jpeg = Photos.withOrientation(Photos.jpeg(stored), orientation);
    assertPixels(DECODER.decode(jpeg), Photos.greyPixels(seen), 1);
  }

  // How far (x, y) lies from a side of the picture.
  private static int from(String side, int x, int y) {
    return switch (side) {
      case "top" -> y;
      case "bottom" -> 31 - y;
      case "left" -> x;
      default -> 31 - x;
    };
  }

  @Test
  void anOrientationThatIsNoneLeavesThePicture() {
    BufferedImage grey = Photos.greyPicture();
    for (int wrong : new int[] {0, 9, 65535}) {
      assertPixels(
          DECODER.decode(Photos.withOrientation(Photos.jpeg(grey), wrong)),
          Photos.greyPixels(grey),
          1);
    }
  }

  @Test
  void theMiddleOrAllOfIt() {
    BufferedImage wide = new BufferedImage(96, 32, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = wide.createGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(0, 0, 32, 32);
    graphics.setColor(Color.BLUE);
    graphics.fillRect(64, 0, 32, 32);
    graphics.drawImage(Photos.picture(), 32, 0, null);
    graphics.dispose();
    byte[] png = Photos.encoded(wide, "png");
    assertPixels(DECODER.decode(png), Photos.pixels(Photos.picture()), 0);
    assertPixels(DECODER.decode(wide), Photos.pixels(Photos.picture()), 0);

    ImageDecoder squash = new ImageDecoder(Photos.SHAPE, ImageOptions.DEFAULT.withFit(Fit.SQUASH));
    for (byte[] pixels : new byte[][] {squash.decode(png), squash.decode(wide)}) {
      // Red, then blue, at the left and right edge of each row.
      for (int row = 0; row < 32; row++) {
        assertThat(pixels[row * 96] & 0xFF).isGreaterThan(250);
        assertThat(pixels[row * 96 + 95] & 0xFF).isGreaterThan(250);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"320,320", "317,411", "640,480"})
  void everyPixelCounts(int width, int height) {
    // Black and white in turn: what leaves pixels out finds black or white or stripes.
    BufferedImage board = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        board.setRGB(x, y, (x + y) % 2 == 0 ? 0xFFFFFF : 0);
      }
    }
    byte[] expected = new byte[Photos.SHAPE.bytes()];
    Arrays.fill(expected, (byte) 127);
    assertPixels(DECODER.decode(Photos.encoded(board, "png")), expected, 40);
  }

  @ParameterizedTest
  @CsvSource({"1,1", "1,50", "50,1", "31,31", "33,32", "7,5000"})
  void anySize(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(10, 100, 200));
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    byte[] expected = new byte[Photos.SHAPE.bytes()];
    for (int i = 0; i < 1024; i++) {
      expected[3 * i] = 10;
      expected[3 * i + 1] = 100;
      expected[3 * i + 2] = (byte) 200;
    }
    byte[] png = Photos.encoded(image, "png");
    assertPixels(DECODER.decode(png), expected, 1);
    assertPixels(
        new ImageDecoder(Photos.SHAPE, ImageOptions.DEFAULT.withFit(Fit.SQUASH)).decode(png),
        expected,
        1);
  }

  @Test
  void whatIsNoImage() {
    assertThatThrownBy(() -> DECODER.decode("not an image".getBytes()))
        .isInstanceOf(ImageException.class)
        .hasMessage("the image of 12 bytes: is no PNG, JPEG, GIF, BMP, WebP or TIFF image");
    assertThatThrownBy(() -> DECODER.decode(new byte[0])).isInstanceOf(ImageException.class);
  }

  @Test
  void whatIsCutShort() {
    for (byte[] whole :
        new byte[][] {
          Photos.encoded(Photos.picture(), "png"),
          Photos.encoded(Photos.picture(), "bmp"),
          Photos.encoded(Photos.picture(), "tiff"),
          Photos.resource("lossless.webp"),
          Photos.encoded(Photos.picture(), "gif"),
          Photos.jpeg(Photos.picture()),
        }) {
      assertThatThrownBy(() -> DECODER.decode(Arrays.copyOf(whole, whole.length / 2)))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("is damaged");
    }
  }

  /** Decoders asked for the middle alone have given other pixels, or none. */
  @Test
  void theMiddleOfATransparentColour() {
    byte[] expected = Photos.pixels(Photos.picture());
    for (int y = 0; y < 8; y++) { // the first block is of that colour
      Arrays.fill(expected, y * 96, y * 96 + 24, (byte) 255);
    }
    assertPixels(DECODER.decode(Photos.resource("transparent-colour.png")), expected, 0);
  }

  @Test
  void theMiddleOfLossyWebP() {
    assertPixels(DECODER.decode(Photos.resource("flat.webp")), Photos.pixels(Photos.picture()), 60);
    byte[] all =
        new ImageDecoder(Photos.SHAPE, ImageOptions.DEFAULT.withFit(Fit.SQUASH))
            .decode(Photos.resource("flat.webp"));
    assertPixels(Arrays.copyOf(all, 3), new byte[] {100, (byte) 150, (byte) 200}, 8);
  }

  @Test
  void theMiddleOfTiles() throws IOException {
    BufferedImage wide = new BufferedImage(60, 32, BufferedImage.TYPE_3BYTE_BGR);
    wide.createGraphics().drawImage(Photos.picture(), 14, 0, null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("tiff");
    ImageWriter writer = writers.next();
    while (!writer.getDefaultWriteParam().canWriteTiles()) {
      writer = writers.next();
    }
    ImageWriteParam tiles = writer.getDefaultWriteParam();
    tiles.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
    tiles.setTiling(16, 16, 0, 0);
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(wide, null, null), tiles);
    } finally {
      writer.dispose();
    }
    assertPixels(DECODER.decode(bytes.toByteArray()), Photos.pixels(Photos.picture()), 0);
  }

  /** Large ones are thinned out; 16 bits are more than the decoder can thin out itself. */
  @Test
  void aLargeTiffOf16Bits() {
    BufferedImage large = new BufferedImage(6000, 4000, BufferedImage.TYPE_USHORT_GRAY);
    large.createGraphics().fillRect(3000, 0, 3000, 4000);
    byte[] pixels = DECODER.decode(Photos.encoded(large, "tiff"));
    // 125 columns become one; the triangle is 250 wide, an eighth of it lies beyond the edge.
    for (int x = 0; x < 32; x++) {
      int expected = x < 15 ? 0 : x == 15 ? 32 : x == 16 ? 223 : 255;
      assertThat(pixels[15 * 96 + 3 * x]).as("column %d", x).isEqualTo((byte) expected);
    }
  }

  /** The rest of a GIF's screen is white. */
  @ParameterizedTest
  @CsvSource({"60, 14, 0", "60, 20, 6", "0, 0, 0"})
  void aFrameThatIsAPartOfItsScreen(int width, int left, int shifted) {
    byte[] gif = Photos.encoded(Photos.picture(), "gif");
    gif[6] = (byte) width;
    int at = 13 + 3 * (2 << (gif[10] & 7));
    while (gif[at] == '!') { // extensions: two bytes, then blocks that begin with their length
      at += 2;
      while (gif[at] != 0) {
        at += 1 + (gif[at] & 0xFF);
      }
      at++;
    }
    assertThat(gif[at]).as("the frame's mark").isEqualTo((byte) ',');
    gif[at + 1] = (byte) left;
    byte[] expected = Photos.pixels(Photos.picture());
    for (int y = 31; y >= 0; y--) {
      System.arraycopy(expected, y * 96, expected, y * 96 + 3 * shifted, 96 - 3 * shifted);
      Arrays.fill(expected, y * 96, y * 96 + 3 * shifted, (byte) 255);
    }
    assertPixels(DECODER.decode(gif), expected, 0);
  }

  /** Which colours they are, TIFF's own tag says. */
  @Test
  void theComponentsOfAJpegInATiffMayHaveAnyNumbers() {
    byte[] tiff = Photos.resource("ycbcr.tif");
    byte[] expected = DECODER.decode(tiff);
    int changed = 0;
    for (int i = 0; i + 20 < tiff.length; i++) {
      // SOF0: 17 bytes, three components of three bytes each; SOS: 12 bytes, of two each.
      boolean frame = tiff[i] == (byte) 0xFF && tiff[i + 1] == (byte) 0xC0 && tiff[i + 3] == 17;
      boolean scan = tiff[i] == (byte) 0xFF && tiff[i + 1] == (byte) 0xDA && tiff[i + 3] == 12;
      for (int c = 0; (frame || scan) && c < 3; c++) {
        tiff[i + (frame ? 10 + 3 * c : 5 + 2 * c)] += 40;
        changed++;
      }
    }
    assertThat(changed).isEqualTo(6);
    assertPixels(DECODER.decode(tiff), expected, 0);
  }

  /** An image of another shape becomes what the same picture in a file becomes. */
  @Test
  void imagesOfAnotherShape() {
    ImageShape own = new ImageShape(32, 32, 3);
    byte[] pixels = Photos.pixels(Photos.picture());
    byte[] before = pixels.clone();
    byte[] png = Photos.encoded(Photos.picture(), "png");
    for (ImageShape shape :
        new ImageShape[] {
          own, new ImageShape(20, 16, 3), new ImageShape(48, 64, 1), new ImageShape(32, 32, 1)
        }) {
      for (Fit fit : Fit.values()) {
        ImageDecoder decoder = new ImageDecoder(shape, ImageOptions.DEFAULT.withFit(fit));
        assertThat(decoder.decode(own, pixels))
            .as(shape + " " + fit)
            .isEqualTo(decoder.decode(png));
      }
    }
    assertThat(pixels).isEqualTo(before);
    byte[] grey = {0, 100, (byte) 200, (byte) 255};
    assertThat(
            new ImageDecoder(new ImageShape(2, 2, 3), ImageOptions.DEFAULT)
                .decode(new ImageShape(2, 2, 1), grey))
        .isEqualTo(new byte[] {0, 0, 0, 100, 100, 100, -56, -56, -56, -1, -1, -1});
    assertThatThrownBy(() -> DECODER.decode(own, new byte[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pixels (5 bytes) must be 3072 for the shape [32,32,3]");
  }

  /** The picture's own size, as it stands upright, whichever way it is decoded. */
  @Test
  void tellsThePicturesOwnSize() {
    BufferedImage wide = new BufferedImage(200, 90, BufferedImage.TYPE_INT_RGB);
    for (byte[] each :
        new byte[][] {
          Photos.encoded(wide, "png"),
          Photos.encoded(wide, "gif"),
          Photos.encoded(wide, "bmp"),
          Photos.jpeg(wide) // at a half of its size
        }) {
      assertThat(DECODER.read(each).width()).isEqualTo(200);
      assertThat(DECODER.read(each).height()).isEqualTo(90);
    }
    BufferedImage small = new BufferedImage(20, 9, BufferedImage.TYPE_INT_RGB);
    for (BufferedImage each : new BufferedImage[] {wide, small}) {
      DecodedImage turned = DECODER.read(Photos.withOrientation(Photos.jpeg(each), 6));
      assertThat(turned.width()).isEqualTo(each.getHeight());
      assertThat(turned.height()).isEqualTo(each.getWidth());
    }
  }
}
