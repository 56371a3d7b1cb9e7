package org.lenet5.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Every pixel is as Java's decoder gives it, and what that refuses is none of these. */
class PlainPngTest {
  // The kind of colour, and bits.
  private static final int[][] KINDS = {
    {0, 8}, {2, 8}, {3, 1}, {3, 2}, {3, 4}, {3, 8}, {4, 8}, {6, 8}
  };

  private static byte[] chunk(String name, byte[] data) {
    byte[] letters = name.getBytes(StandardCharsets.ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(letters);
    crc.update(data);
    return ByteBuffer.allocate(12 + data.length)
        .putInt(data.length)
        .put(letters)
        .put(data)
        .putInt((int) crc.getValue())
        .array();
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static int samples(int colour) {
    return switch (colour) {
      case 2 -> 3;
      case 4 -> 2;
      case 6 -> 4;
      default -> 1;
    };
  }

  private static byte[] png(byte[]... chunks) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
    for (byte[] each : chunks) {
      png.writeBytes(each);
    }
    png.writeBytes(chunk("IEND", new byte[0]));
    return png.toByteArray();
  }

  private static byte[] header(int[] kind, int width, int height) {
    return chunk(
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) kind[1])
            .put((byte) kind[0])
            .array());
  }

  // Random bytes, with random filters.
  private static byte[] rows(int[] kind, int width, int height, Random random) {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    for (int y = 0; y < height; y++) {
      rows.write(random.nextInt(5));
      rows.writeBytes(random(random, (width * samples(kind[0]) * kind[1] + 7) / 8));
    }
    return rows.toByteArray();
  }

  private static byte[] compressed(byte[] rows) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(data)) {
      out.write(rows);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return data.toByteArray();
  }

  private static byte[] random(int[] kind, int width, int height, Random random) {
    byte[] data = compressed(rows(kind, width, height, random));
    int cut = random.nextInt(data.length);
    byte[] none = new byte[0];
    return png(
        header(kind, width, height),
        kind[0] == 3 ? chunk("PLTE", random(random, 3 << kind[1])) : none,
        kind[0] == 3 && random.nextBoolean()
            ? chunk("tRNS", random(random, 1 + random.nextInt(1 << kind[1])))
            : none,
        chunk("IDAT", Arrays.copyOf(data, cut)),
        chunk("IDAT", Arrays.copyOfRange(data, cut, data.length)));
  }

  private static DecodedImage any(byte[] png, ImageShape shape) throws IOException {
    return new AnyImages(shape, ImageOptions.DEFAULT).read(png, ImageFormat.PNG, "it");
  }

  private static DecodedImage usual(byte[] png, ImageShape shape) throws IOException {
    return new UsualImages(shape, ImageOptions.DEFAULT).read(png, ImageFormat.PNG);
  }

  @Property(tries = 400)
  void thePixelsAreThoseOfJavasDecoder(
      @ForAll @IntRange(max = 7) int kind,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 20) int height,
      @ForAll boolean colour,
      @ForAll int seed)
      throws IOException {
    byte[] png = random(KINDS[kind], width, height, new Random(seed));
    ImageShape shape = new ImageShape(height, width, colour ? 3 : 1);
    DecodedImage usual = usual(png, shape);
    assertThat(usual).isNotNull();
    assertThat(usual.pixels()).isEqualTo(any(png, shape).pixels());
    assertThat(usual.warnings()).isEmpty();
  }

  /** Damage that a checksum does not show: what the other decoder refuses is refused. */
  @Property(tries = 600)
  void whatIsReadIsSound(
      @ForAll @IntRange(max = 7) int kind,
      @ForAll int seed,
      @ForAll @IntRange(min = 1, max = 3) int changes)
      throws IOException {
    Random random = new Random(seed);
    int[] it = KINDS[kind];
    byte[] data = compressed(rows(it, 12, 9, random));
    for (int i = 0; i < changes; i++) {
      data[random.nextInt(data.length)] ^= (byte) (1 << random.nextInt(8));
    }
    byte[] palette = chunk("PLTE", random(random, 3 * (1 + random.nextInt(1 << it[1]))));
    byte[] png =
        png(
            header(it, 12, 9),
            it[0] == 3 ? palette : new byte[0],
            chunk("IDAT", Arrays.copyOf(data, data.length - random.nextInt(3))));
    ImageShape shape = new ImageShape(9, 12, 3);
    DecodedImage usual = usual(png, shape);
    if (usual != null) {
      assertThat(usual.pixels()).isEqualTo(any(png, shape).pixels());
    }
  }

  @Test
  void rareAndDamagedOnesAreLeft() throws IOException {
    Random random = new Random(1);
    int[] rgb = {2, 8};
    ImageShape shape = new ImageShape(9, 12, 3);
    byte[] rows = rows(rgb, 12, 9, random);
    byte[] whole = chunk("IDAT", compressed(rows));
    assertThat(usual(png(header(rgb, 12, 9), whole), shape)).isNotNull();
    assertThat(usual(png(header(rgb, 12, 10), whole), shape)).isNull(); // a row is missing
    assertThat(usual(png(header(new int[] {2, 16}, 6, 9), whole), shape)).isNull();
    assertThat(usual(png(header(rgb, 12, 9), chunk("tRNS", new byte[6]), whole), shape)).isNull();
    rows[0] = 5; // no such filter
    byte[] unfiltered = png(header(rgb, 12, 9), chunk("IDAT", compressed(rows)));
    assertThat(usual(unfiltered, shape)).isNull();
    assertThatThrownBy(() -> new ImageDecoder(shape, ImageOptions.DEFAULT).read(unfiltered))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("is damaged");
  }
}
