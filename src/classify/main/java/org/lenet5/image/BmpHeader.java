package org.lenet5.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A BMP may be the envelope of a JPEG or PNG. Java's decoder would ask ImageIO for a reader of
 * that.
 *
 * <p>Little-endian: at 10 where the pixels begin; at 14 the length of the information header, and
 * 16 bytes into that the compression, if it is long enough to have one.
 */
final class BmpHeader {
  private static final int PIXELS_AT = 10;
  private static final int INFORMATION = 14;
  private static final int SHORTEST = 40;
  private static final int COMPRESSION_AT = 30;
  private static final int JPEG = 4;
  private static final int PNG = 5;

  private BmpHeader() {}

  /**
   * The file in the envelope.
   *
   * @return null if there are pixels in it
   * @throws DamagedImageException if it says that there is one, and there is not
   */
  static byte[] inside(byte[] bmp) throws DamagedImageException {
    ByteBuffer in = ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN);
    if (bmp.length < INFORMATION + SHORTEST || in.getInt(INFORMATION) < SHORTEST) {
      return null;
    }
    int compression = in.getInt(COMPRESSION_AT);
    if (compression != JPEG && compression != PNG) {
      return null;
    }
    int at = in.getInt(PIXELS_AT);
    if (at >= INFORMATION + SHORTEST && at < bmp.length) {
      byte[] inside = Arrays.copyOfRange(bmp, at, bmp.length);
      if (ImageFormat.of(inside) == (compression == JPEG ? ImageFormat.JPEG : ImageFormat.PNG)) {
        return inside;
      }
    }
    throw new DamagedImageException(
        "it says that it holds a " + (compression == JPEG ? "JPEG" : "PNG") + ", and does not");
  }
}
