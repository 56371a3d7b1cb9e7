package org.lenet5.data;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The size that pictures are brought to. Immutable.
 *
 * @param height rows, {@link #LEAST} to {@link #MOST}
 * @param width columns, in the same range
 */
public record PictureSize(int height, int width) {
  public static final int LEAST = 16;
  public static final int MOST = 256;
  private static final String RIGHT = "must be N or HEIGHTxWIDTH, from 16 to 256 a side";
  private static final Pattern TEXT = Pattern.compile("(\\d{1,4})(?:x(\\d{1,4}))?");

  public PictureSize {
    if (Math.min(height, width) < LEAST || Math.max(height, width) > MOST) {
      throw new IllegalArgumentException(RIGHT);
    }
  }

  /** Reads "64" or "48x64". */
  public static PictureSize parse(String text) {
    Matcher sides = TEXT.matcher(text);
    if (!sides.matches()) {
      throw new IllegalArgumentException(RIGHT);
    }
    int height = Integer.parseInt(sides.group(1));
    return new PictureSize(
        height, sides.group(2) == null ? height : Integer.parseInt(sides.group(2)));
  }

  @Override
  public String toString() {
    return height == width ? Integer.toString(height) : height + "x" + width;
  }
}
