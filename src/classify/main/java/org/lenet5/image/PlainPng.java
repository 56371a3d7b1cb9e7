package org.lenet5.image;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * PNGs of 8 bits a channel or with a palette, not interlaced: nearly all. Java's decoder gives the
 * same pixels and takes five times as long for a small one; it is left those that are rare, large
 * or damaged.
 *
 * <p>PNG specification: IHDR (width, height, bits, kind of colour, 0, 0, whether interlaced); the
 * rows, top to bottom, each a filter's number and its bytes, compressed together into the IDAT
 * chunks (9.2: each byte is the difference to what those left of it and above tell).
 */
final class PlainPng {
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGB_ALPHA = 6;

  private final PngChunks chunks;
  private final int width;
  private final int height;
  private final int bits;
  private final int colour;
  private final int samples;
  private final int stride;

  private PlainPng(PngChunks chunks, ByteBuffer header) {
    this.chunks = chunks;
    width = header.getInt();
    height = header.getInt();
    bits = header.get();
    colour = header.get();
    samples =
        switch (colour) {
          case RGB -> 3;
          case GREY_ALPHA -> 2;
          case RGB_ALPHA -> 4;
          default -> 1;
        };
    stride = (int) Math.min(Integer.MAX_VALUE, ((long) width * samples * bits + 7) / 8);
  }

  /**
   * Reads the header.
   *
   * @param chunks all sound
   * @return null if it is none of these
   */
  static PlainPng of(PngChunks chunks) {
    ByteBuffer header = chunks.data("IHDR");
    if (header == null || header.remaining() != 13 || header.get(12) != 0) {
      return null;
    }
    PlainPng png = new PlainPng(chunks, header);
    boolean usual = png.width > 0 && png.height > 0 && header.getShort(10) == 0;
    return usual && png.isUsualColour() ? png : null;
  }

  long pixels() {
    return (long) width * height;
  }

  /** Bytes that decoding takes, about. */
  long memory() {
    return pixels() * (samples + 3);
  }

  /**
   * The picture.
   *
   * @return null if anything is wrong with it
   */
  Bitmap decode() {
    byte[] rows = rows();
    return rows == null ? null : bitmap(rows);
  }

  private boolean isUsualColour() {
    ByteBuffer palette = chunks.data("PLTE");
    return switch (colour) {
      // A colour that is transparent is rare.
      case GREY, RGB -> bits == 8 && chunks.data("tRNS") == null;
      case GREY_ALPHA, RGB_ALPHA -> bits == 8 && chunks.data("tRNS") == null;
      case PALETTE ->
          (bits == 1 || bits == 2 || bits == 4 || bits == 8)
              && palette != null
              && palette.remaining() > 0
              && palette.remaining() % 3 == 0;
      default -> false;
    };
  }

  // Null where data is missing, wrong by its checksum, or too much, or a filter is none.
  private byte[] rows() {
    byte[] rows = new byte[height * (stride + 1)];
    byte[] beyond = new byte[1];
    Inflater inflater = new Inflater();
    try {
      int length = 0;
      for (ByteBuffer data : chunks.all("IDAT")) {
        inflater.setInput(data);
        int taken = 1;
        while (taken > 0) {
          boolean full = length == rows.length;
          taken =
              full
                  ? inflater.inflate(beyond)
                  : inflater.inflate(rows, length, rows.length - length);
          if (full && taken > 0) {
            return null;
          }
          length += taken;
        }
      }
      return length == rows.length && inflater.finished() && unfilter(rows) ? rows : null;
    } catch (DataFormatException e) {
      return null; // the other decoder says what it is
    } finally {
      inflater.end();
    }
  }

  private boolean unfilter(byte[] rows) {
    int before = Math.max(1, samples * bits / 8);
    byte[] above = new byte[stride];
    int aboveAt = 0;
    for (int y = 0; y < height; y++) {
      int at = y * (stride + 1) + 1;
      byte[] up = y == 0 ? above : rows;
      switch (rows[at - 1]) {
        case 0 -> {} // as it is
        case 1 -> {
          for (int i = before; i < stride; i++) {
            rows[at + i] += rows[at + i - before];
          }
        }
        case 2 -> {
          for (int i = 0; i < stride; i++) {
            rows[at + i] += up[aboveAt + i];
          }
        }
        case 3 -> {
          for (int i = 0; i < stride; i++) {
            int left = i < before ? 0 : rows[at + i - before] & 0xFF;
            rows[at + i] += (byte) (left + (up[aboveAt + i] & 0xFF) >> 1);
          }
        }
        case 4 -> paeth(rows, at, up, aboveAt, before);
        default -> {
          return false;
        }
      }
      aboveAt = at;
    }
    return true;
  }

  // Without branches: which neighbour is the nearest is as good as chance in a photo, and a
  // processor
  // that guesses wrong loses more time than all the arithmetic takes.
  private void paeth(byte[] rows, int at, byte[] up, int aboveAt, int before) {
    for (int first = 0; first < before; first++) {
      int left = 0;
      int corner = 0;
      for (int i = first; i < stride; i += before) {
        int above = up[aboveAt + i] & 0xFF;
        int fromCorner = above - corner;
        int toLeft = size(fromCorner);
        int toAbove = size(left - corner);
        int toCorner = size(fromCorner + left - corner);
        int aboveOrCorner = either(toCorner - toAbove >> 31, corner, above);
        int notLeft = (toAbove - toLeft | toCorner - toLeft) >> 31;
        left = rows[at + i] + either(notLeft, aboveOrCorner, left) & 0xFF;
        rows[at + i] = (byte) left;
        corner = above;
      }
    }
  }

  private static int size(int value) {
    int sign = value >> 31;
    return (value ^ sign) - sign;
  }

  /** The first where all bits of the condition are 1, the second where they are 0. */
  private static int either(int condition, int first, int second) {
    return second ^ (first ^ second) & condition;
  }

  private Bitmap bitmap(byte[] rows) {
    return switch (colour) {
      case GREY -> new Bitmap(width, height, 1, plain(rows));
      case RGB -> new Bitmap(width, height, 3, plain(rows));
      case PALETTE -> ofPalette(rows);
      default -> overWhite(rows);
    };
  }

  private byte[] plain(byte[] rows) {
    byte[] levels = new byte[height * stride];
    for (int y = 0; y < height; y++) {
      System.arraycopy(rows, y * (stride + 1) + 1, levels, y * stride, stride);
    }
    return levels;
  }

  private Bitmap overWhite(byte[] rows) {
    int channels = samples - 1;
    byte[] levels = new byte[width * height * channels];
    int to = 0;
    for (int y = 0; y < height; y++) {
      int at = y * (stride + 1) + 1;
      for (int x = 0; x < width; x++) {
        int alpha = rows[at + channels] & 0xFF;
        for (int i = 0; i < channels; i++) {
          levels[to++] = overWhite(rows[at + i] & 0xFF, alpha);
        }
        at += samples;
      }
    }
    return new Bitmap(width, height, channels, levels);
  }

  // (level × alpha + 255 × (255 - alpha)) / 255, rounded.
  private static byte overWhite(int level, int alpha) {
    int sum = level * alpha + 255 * (255 - alpha) + 128;
    return (byte) (sum + (sum >> 8) >> 8);
  }

  // Null if a pixel has a colour that there is not.
  private Bitmap ofPalette(byte[] rows) {
    ByteBuffer colours = chunks.data("PLTE");
    ByteBuffer alpha = chunks.data("tRNS");
    int count = colours.remaining() / 3;
    byte[] palette = new byte[3 * count];
    for (int i = 0; i < palette.length; i++) {
      int opacity = alpha == null || i / 3 >= alpha.remaining() ? 255 : alpha.get(i / 3) & 0xFF;
      palette[i] = overWhite(colours.get(i) & 0xFF, opacity);
    }
    byte[] levels = new byte[width * height * 3];
    int to = 0;
    for (int y = 0; y < height; y++) {
      int at = y * (stride + 1) + 1;
      for (int x = 0; x < width; x++) {
        int bit = x * bits;
        int index = rows[at + bit / 8] >> 8 - bits - bit % 8 & (1 << bits) - 1;
        if (index >= count) {
          return null;
        }
        System.arraycopy(palette, 3 * index, levels, to, 3);
        to += 3;
      }
    }
    return new Bitmap(width, height, 3, levels);
  }
}
