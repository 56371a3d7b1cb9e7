package org.lenet5.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The bytes of an image file. A decoder that keeps reading past their end is stopped with an
 * exception. Not thread-safe.
 */
final class EncodedImage extends ImageInputStreamImpl {
  // Decoders of sound images meet the end once or twice.
  private static final int MOST_ENDS = 10_000;
  // TwelveMonkeys' TIFF decoder refuses a picture of more than 512 times its file's bytes, which
  // Group 4 makes of a blank page; if it does not know the length it allows 64 MB at least. For
  // files of less than this that is more, and the limits here hold for all.
  private static final int SMALL_TIFF = 1_000_000;

  private final byte[] bytes;
  private final boolean tellsLength;
  private int ends;

  EncodedImage(byte[] encoded, ImageFormat format) {
    bytes = encoded;
    tellsLength = !format.isTiff() || encoded.length >= SMALL_TIFF;
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
      throw new DamagedImageException("it ends too early");
    }
    return true;
  }

  /** True if a decoder has tried to read past the end. */
  boolean hasMetItsEnd() {
    return ends > 0;
  }

  @Override
  public long length() {
    return tellsLength ? bytes.length : -1;
  }
}
