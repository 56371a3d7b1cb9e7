package org.lenet5.image;

import java.io.ByteArrayOutputStream;

/**
 * The colour profile in a JPEG: what its red, green and blue look like.
 *
 * <p>ICC.1:2010, B.4: segments APP2 of {@code ICC_PROFILE}, 0, the segment's number from 1, how
 * many there are, and a part of the profile. Not thread-safe.
 */
final class JpegProfile {
  /** What such a segment begins with. */
  static final String NAME = "ICC_PROFILE\0";

  private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
  private int count;
  private int all;

  /** Adds a segment's data. */
  void add(byte[] file, int from, int to) throws OddJpegException {
    int numbers = from + NAME.length();
    OddJpegException.require(to - numbers > 2, "a short segment");
    all = file[numbers + 1] & 0xFF;
    OddJpegException.require((file[numbers] & 0xFF) == ++count, "a profile out of order");
    parts.write(file, numbers + 2, to - numbers - 2);
  }

  /**
   * The picture in sRGB.
   *
   * @param picture of the profile's colours
   */
  Bitmap toStandard(Bitmap picture) throws OddJpegException {
    if (count == 0) {
      return picture;
    }
    OddJpegException.require(count == all && picture.channels() == 3, "a rare profile");
    return ProfileConversion.convert(parts.toByteArray(), picture);
  }
}
