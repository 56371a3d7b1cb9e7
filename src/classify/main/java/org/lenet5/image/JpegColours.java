package org.lenet5.image;

/**
 * A JPEG's components put together: grey as it is, YCbCr to red, green and blue (JFIF 1.02, in
 * fixed point of 16 bits, rounded).
 */
final class JpegColours {
  private static final int HALF = 1 << 15;

  private final JpegComponent[] components;
  // A component may have but every second or fourth level.
  private final int[] shiftX;
  private final int[] shiftY;
  private final int reduction;

  JpegColours(JpegComponent[] components, int mostHorizontal, int mostVertical, int reduction) {
    this.components = components;
    this.reduction = reduction;
    shiftX = new int[components.length];
    shiftY = new int[components.length];
    for (int i = 0; i < components.length; i++) {
      shiftX[i] = components[i].shiftX(mostHorizontal, reduction);
      shiftY[i] = components[i].shiftY(mostVertical, reduction);
    }
  }

  /**
   * The picture.
   *
   * @param width in full
   */
  Bitmap bitmap(int width, int height) {
    int wide = (width + reduction - 1) / reduction;
    int high = (height + reduction - 1) / reduction;
    byte[] levels = new byte[wide * high * components.length];
    for (int y = 0; y < high; y++) {
      if (components.length == 1) {
        int from = (y >> shiftY[0]) * components[0].stride();
        System.arraycopy(components[0].plane(), from, levels, y * wide, wide);
      } else {
        row(y, wide, levels);
      }
    }
    return new Bitmap(wide, high, components.length, levels);
  }

  private void row(int y, int wide, byte[] levels) {
    byte[] brightness = components[0].plane();
    byte[] blueness = components[1].plane();
    byte[] redness = components[2].plane();
    int fromY = (y >> shiftY[0]) * components[0].stride();
    int fromB = (y >> shiftY[1]) * components[1].stride();
    int fromR = (y >> shiftY[2]) * components[2].stride();
    int to = 3 * y * wide;
    for (int x = 0; x < wide; x++) {
      int level = brightness[fromY + (x >> shiftX[0])] & 0xFF;
      int cb = (blueness[fromB + (x >> shiftX[1])] & 0xFF) - 128;
      int cr = (redness[fromR + (x >> shiftX[2])] & 0xFF) - 128;
      levels[to++] = clamped(level + (91881 * cr + HALF >> 16));
      levels[to++] = clamped(level + (-22554 * cb - 46802 * cr + HALF >> 16));
      levels[to++] = clamped(level + (116130 * cb + HALF >> 16));
    }
  }

  private static byte clamped(int level) {
    return (byte) (level < 0 ? 0 : Math.min(level, 255));
  }
}
