package org.lenet5.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The bytes of an image file. A decoder that asks on and on after their end is stopped: the one for
 * lossless WebP takes an end for zeros, and would so draw a hundred megapixels from a file of 161
 * bytes, half a minute long. Not thread-safe.
 */
final class EncodedImage extends ImageInputStreamImpl {
  // Decoders of sound images meet the end once or twice.
  private static final int MOST_ENDS = 10_000;
  // That decoder reads ahead by eight bytes, which must not count where the picture needs none.
  private static final int AHEAD = 16;

  private final byte[] bytes;
  private final int length;
  private int ends;

  /**
   * @throws IOException if it says itself that it was longer
   */
  EncodedImage(byte[] encoded) throws IOException {
    length = encoded.length;
    boolean webP = isWebP(encoded);
    // RIFF: 4 letters, then how many bytes follow in 4 bytes.
    if (webP && Integer.toUnsignedLong(littleEndian(encoded, 4)) > length - 8) {
      throw new IOException("it ends too early");
    }
    bytes = webP ? Arrays.copyOf(encoded, length + AHEAD) : encoded;
  }

  private static int littleEndian(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  private static boolean isWebP(byte[] encoded) {
    return encoded.length > 12
        && new String(encoded, 0, 4, StandardCharsets.ISO_8859_1).equals("RIFF")
        && new String(encoded, 8, 4, StandardCharsets.ISO_8859_1).equals("WEBP");
  }

  @Override
  public int read() throws IOException {
    checkClosed();
    bitOffset = 0;
    return isAtEnd() ? -1 : Byte.toUnsignedInt(bytes[(int) streamPos++]);
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    checkClosed();
    bitOffset = 0;
    if (count == 0) {
      return 0;
    }
    if (isAtEnd()) {
      return -1;
    }
    int taken = (int) Math.min(count, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, target, offset, taken);
    streamPos += taken;
    return taken;
  }

  private boolean isAtEnd() throws IOException {
    if (streamPos < bytes.length) {
      return false;
    }
    if (++ends > MOST_ENDS) {
      throw new IOException("it ends too early");
    }
    return true;
  }

  /**
   * Whether the file is a JPEG that has no end, or a decoder has asked for more than there is.
   * Decoders of JPEG and GIF paint what is missing grey and say nothing.
   */
  boolean isCutShort(String format) {
    return switch (format.toLowerCase(Locale.ROOT)) {
      case "jpeg" -> !hasEndOfJpeg(); // a sound one's decoder reads ahead over its end, too
      case "gif" -> ends > 0;
      default -> false; // their decoders say it
    };
  }

  // ITU T.81, annex B: segments of a marker and a length; after SOS compressed data, where 0xFF
  // starts a marker unless 0 (0xFF as data) or RST0 to RST7 follows.
  private boolean hasEndOfJpeg() {
    int at = 2;
    while (at + 1 < length) {
      int marker = Byte.toUnsignedInt(bytes[at + 1]);
      boolean isMarker = bytes[at] == (byte) 0xFF && marker != 0 && marker != 0xFF;
      if (!isMarker || marker >= 0xD0 && marker <= 0xD7) {
        at++; // compressed data, or filling before a marker
      } else if (marker == 0xD9) {
        return true;
      } else if (at + 3 < length) {
        at += 2 + (Byte.toUnsignedInt(bytes[at + 2]) << 8 | Byte.toUnsignedInt(bytes[at + 3]));
      } else {
        return false;
      }
    }
    return false;
  }

  @Override
  public long length() {
    return length;
  }
}
