package org.lenet5.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is too large is refused by its header: none of these has the pixels it announces. */
class ImageLimitsTest {
  private static final ImageDecoder DECODER = new ImageDecoder(Photos.SHAPE, ImageOptions.DEFAULT);

  private static final int TEXT = 100_000_000;

  @TempDir private Path folder;

  private static byte[] with(byte[] image, int at, byte... bytes) {
    System.arraycopy(bytes, 0, image, at, bytes.length);
    return image;
  }

  private static byte[] little(int value, int bytes) {
    byte[] all = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
    return java.util.Arrays.copyOf(all, bytes);
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

  // A TIFF of one strip: little-endian, the directory at 8; entries are tag, type, count, value.
  private static byte[] tiff(int width, int height) {
    int[][] entries = {
      {256, 4, 1, width},
      {257, 4, 1, height},
      {258, 3, 1, 8},
      {259, 3, 1, 1},
      {262, 3, 1, 1},
      {273, 4, 1, 8},
      {277, 3, 1, 1},
      {278, 4, 1, height},
      {279, 4, 1, 100}
    };
    ByteBuffer bytes = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
    bytes.putShort((short) entries.length);
    for (int[] entry : entries) {
      bytes.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]).putInt(entry[3]);
    }
    return bytes.array();
  }

  private static Map<String, byte[]> bombs() {
    byte[] bmp = Photos.encoded(Photos.greyPicture(), "bmp");
    with(with(bmp, 18, little(12_000, 4)), 22, little(12_000, 4));
    with(bmp, 34, little(0, 4)); // the pixels' bytes: 0 is "as many as it takes"
    byte[] gif = Photos.encoded(Photos.picture(), "gif");
    with(gif, find(gif, 0x2C, 0, 0, 0, 0) + 5, (byte) 0x30, (byte) 0x75, (byte) 0x30, (byte) 0x75);
    byte[] jpeg = Photos.jpeg(Photos.picture());
    with(jpeg, find(jpeg, 0xFF, 0xC0) + 5, (byte) 0x75, (byte) 0x30, (byte) 0x75, (byte) 0x30);
    // VP8L: after the byte 0x2F, 14 bits of width - 1 and as many of height - 1.
    byte[] webp = Photos.resource("lossless.webp");
    with(webp, find(webp, 0x2F, 31) + 1, little(16_383 | 16_383 << 14, 4));
    return Map.of(
        "16384 x 16384 pixels, WebP", webp,
        "30000 x 30000 pixels, PNG", Photos.pngHeader(30_000, 30_000),
        "12000 x 12000 pixels, BMP", bmp,
        "30000 x 30000 pixels, GIF", gif,
        "30000 x 30000 pixels, JPEG", jpeg,
        "30000 x 30000 pixels, TIFF", tiff(30_000, 30_000));
  }

  @Test
  void bombsOfEachFormat() {
    bombs()
        .forEach(
            (what, bytes) ->
                assertThatThrownBy(() -> DECODER.decode(bytes))
                    .as(what)
                    .isInstanceOf(ImageException.class)
                    .hasMessage(
                        "the image of %d bytes: has %s, the limit is 100000000",
                        bytes.length, what.replaceFirst(",.*", "")));
  }

  @Test
  void scansOfAJpegCount() {
    byte[] jpeg = Photos.jpeg(new BufferedImage(100, 100, BufferedImage.TYPE_INT_RGB));
    ImageDecoder decoder =
        new ImageDecoder(Photos.SHAPE, ImageOptions.DEFAULT.withLimits(10_000, 100_000));
    assertThat(decoder.decode(jpeg)).hasSize(Photos.SHAPE.bytes());
    ByteBuffer scans = ByteBuffer.allocate(jpeg.length + 2 * 20);
    scans.put(jpeg, 0, jpeg.length - 2); // before the end's mark
    for (int i = 0; i < 20; i++) {
      scans.putShort((short) 0xFFDA);
    }
    scans.putShort((short) 0xFFD9);
    assertThatThrownBy(() -> decoder.decode(scans.array()))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "the image of %d bytes: goes over its 10000 pixels 21 times,"
                + " the limit is 200000 pixels in all",
            jpeg.length + 40);
  }

  @Test
  void theLimitsAreTheCallers() {
    byte[] png = Photos.encoded(new BufferedImage(40, 50, BufferedImage.TYPE_INT_RGB), "png");
    ImageOptions options = ImageOptions.DEFAULT;
    assertThat(new ImageDecoder(Photos.SHAPE, options.withLimits(2000, png.length)).decode(png))
        .isNotEmpty();
    assertThatThrownBy(
            () -> new ImageDecoder(Photos.SHAPE, options.withLimits(1999, png.length)).decode(png))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("40 x 50 pixels, the limit is 1999");
    assertThatThrownBy(
            () ->
                new ImageDecoder(Photos.SHAPE, options.withLimits(2000, png.length - 1))
                    .decode(png))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("the limit is " + (png.length - 1));
    assertThatThrownBy(() -> options.withLimits(0, 1)).hasMessageContaining("maxPixels (0)");
    assertThatThrownBy(() -> options.withLimits(1, 0)).hasMessageContaining("maxBytes (0)");
    assertThatThrownBy(() -> options.withFit(null)).hasMessageContaining("fit (null)");
  }

  @Test
  void tooManyBytes() throws IOException {
    Path file = folder.resolve("long.png");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(Photos.pngHeader(32, 32));
      sparse.setLength(64_000_001);
    }
    assertThatThrownBy(() -> DECODER.decode(file))
        .isInstanceOf(ImageException.class)
        .hasMessage(file + ": has 64000001 bytes, the limit is 64000000");
  }

  @Test
  void aStreamWithoutEnd() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] target, int from, int count) {
            java.util.Arrays.fill(target, from, from + count, (byte) 'x');
            return count;
          }
        };
    ImageDecoder decoder =
        new ImageDecoder(Photos.SHAPE, ImageOptions.DEFAULT.withLimits(1000, 100_000));
    assertThatThrownBy(() -> decoder.decode(endless))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("the limit is 100000");
  }

  @Test
  void filesThatCannotBeRead() {
    assertThatThrownBy(() -> DECODER.decode(folder.resolve("none.png")))
        .isInstanceOf(ImageException.class)
        .hasMessage(folder.resolve("none.png") + ": there is no such file");
    assertThatThrownBy(() -> DECODER.decode(folder))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(folder + ": cannot be read");
    assertThat(Files.isDirectory(folder)).isTrue();
  }

  @Test
  void aLargePhotoIsThinnedOut() {
    // 30 megapixels in a palette of two: small to make here, 90 MB if decoded as a whole.
    BufferedImage large = new BufferedImage(6000, 5000, BufferedImage.TYPE_BYTE_BINARY);
    for (int y = 0; y < 5000; y++) {
      large.getRaster().setSample(5999, y, 0, 1);
    }
    byte[] pixels = DECODER.decode(Photos.encoded(large, "png"));
    assertThat(pixels).hasSize(Photos.SHAPE.bytes()).startsWith(0, 0, 0);
  }

  /** A compressed text, which might be one of many gigabytes, is not unpacked. */
  @Test
  void aBombInAText() throws IOException {
    byte[] png = Photos.encoded(Photos.picture(), "png");
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes("zTXtComment\0\0".getBytes(StandardCharsets.ISO_8859_1));
    try (DeflaterOutputStream out = new DeflaterOutputStream(text)) {
      out.write(new byte[TEXT]);
    }
    CRC32 crc = new CRC32();
    crc.update(text.toByteArray());
    int header = 8 + 25; // the signature and IHDR
    ByteBuffer bomb = ByteBuffer.allocate(png.length + text.size() + 8);
    bomb.put(png, 0, header).putInt(text.size() - 4).put(text.toByteArray());
    bomb.putInt((int) crc.getValue()).put(png, header, png.length - header);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(DECODER.decode(bomb.array())).isEqualTo(Photos.pixels(Photos.picture()));
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(TEXT / 2);
  }
}
