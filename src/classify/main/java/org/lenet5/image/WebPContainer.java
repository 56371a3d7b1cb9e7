package org.lenet5.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What a WebP file holds, beside the pixels.
 *
 * <p>RFC 9649: {@code RIFF}, length, {@code WEBP}, then chunks: four letters, length, payload, and
 * a byte more if the length is odd; numbers are little-endian. A plain file has one chunk, {@code
 * VP8 } or {@code VP8L}. An extended one begins with {@code VP8X} (flags; width - 1 and height - 1
 * in 24 bits each) and may have {@code ICCP}, {@code ALPH}; each frame of an animation is an {@code
 * ANMF}: left / 2, top / 2, width - 1, height - 1, duration (24 bits each), flags, and the chunks
 * of a picture.
 *
 * @param still the file, or one that has an animation's first frame alone
 * @param width of the canvas, 0 if the picture is all of it
 * @param height likewise
 * @param left where the first frame stands
 * @param top likewise
 * @param profile the colour profile, null if there is none
 */
record WebPContainer(byte[] still, int width, int height, int left, int top, byte[] profile) {
  private static final int HEADER = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int FRAME_HEADER = 16;
  private static final int VP8X = fourLetters("VP8X");
  private static final int ICCP = fourLetters("ICCP");
  private static final int ANMF = fourLetters("ANMF");
  private static final int ALPH = fourLetters("ALPH");
  private static final int ALPHA = 0x10; // of VP8X's flags
  private static final int ANIMATION = 0x02;

  private static int fourLetters(String name) {
    return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
  }

  /**
   * @throws EOFException if the file says itself that it was longer
   * @throws IOException if it is an animation without a frame
   */
  static WebPContainer of(byte[] encoded) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
    if (Integer.toUnsignedLong(in.getInt(4)) > encoded.length - CHUNK_HEADER) {
      throw new EOFException();
    }
    WebPContainer plain = new WebPContainer(encoded, 0, 0, 0, 0, null);
    if (encoded.length < HEADER + CHUNK_HEADER + 10 || in.getInt(HEADER) != VP8X) {
      return plain;
    }
    int flags = in.get(HEADER + CHUNK_HEADER);
    byte[] profile = null;
    int at = HEADER;
    while (encoded.length - at >= CHUNK_HEADER) {
      int name = in.getInt(at);
      long length = Integer.toUnsignedLong(in.getInt(at + 4));
      int payload = at + CHUNK_HEADER;
      if (length > encoded.length - payload) {
        throw new EOFException();
      }
      if (name == ICCP) {
        profile = Arrays.copyOfRange(encoded, payload, payload + (int) length);
      } else if (name == ANMF && (flags & ANIMATION) != 0 && length > FRAME_HEADER + CHUNK_HEADER) {
        return new WebPContainer(
            firstFrame(in, payload, (int) length),
            1 + int24(in, HEADER + CHUNK_HEADER + 4),
            1 + int24(in, HEADER + CHUNK_HEADER + 7),
            2 * int24(in, payload),
            2 * int24(in, payload + 3),
            profile);
      }
      at = (int) Math.min(encoded.length, payload + length + (length & 1));
    }
    if ((flags & ANIMATION) != 0) {
      throw new DamagedImageException("it is an animation without a frame");
    }
    return new WebPContainer(encoded, 0, 0, 0, 0, profile);
  }

  private static int int24(ByteBuffer in, int at) {
    return Short.toUnsignedInt(in.getShort(at)) | Byte.toUnsignedInt(in.get(at + 2)) << 16;
  }

  private static byte[] firstFrame(ByteBuffer in, int frame, int length) {
    int picture = length - FRAME_HEADER;
    boolean alpha = in.getInt(frame + FRAME_HEADER) == ALPH;
    int extended = alpha ? CHUNK_HEADER + 10 : 0;
    ByteBuffer still =
        ByteBuffer.allocate(HEADER + extended + picture).order(ByteOrder.LITTLE_ENDIAN);
    still.putInt(fourLetters("RIFF")).putInt(still.capacity() - CHUNK_HEADER);
    still.putInt(fourLetters("WEBP"));
    if (alpha) {
      still.putInt(VP8X).putInt(10).putInt(ALPHA);
      still.put(in.array(), frame + 6, 6); // width - 1 and height - 1 stand as they do in VP8X
    }
    return still.put(in.array(), frame + FRAME_HEADER, picture).array();
  }
}
