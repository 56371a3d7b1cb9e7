package org.lenet5.image;

import com.twelvemonkeys.imageio.color.ColorProfiles;
import com.twelvemonkeys.imageio.color.ColorSpaces;
import java.awt.Transparency;
import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * From a profile's red, green and blue to sRGB's. To make one takes as long as decoding two photos,
 * and those of a camera have the same profile: they are used again. Not thread-safe.
 */
final class ProfileConversion {
  // Never more than threads that convert at the same time.
  private static final Queue<ProfileConversion> IDLE = new ConcurrentLinkedQueue<>();

  private final byte[] profile;
  private final ColorSpace space; // null for sRGB itself
  private final ColorConvertOp operation = new ColorConvertOp(null);

  private ProfileConversion(byte[] profile) throws OddJpegException {
    this.profile = profile;
    try {
      ICC_Profile read = ColorProfiles.createProfile(profile);
      OddJpegException.require(read.getColorSpaceType() == ColorSpace.TYPE_RGB, "a rare profile");
      space = ColorProfiles.isCS_sRGB(read) ? null : ColorSpaces.createColorSpace(read);
    } catch (CMMException | IllegalArgumentException e) {
      throw new OddJpegException("a profile that Java does not read");
    }
  }

  /** The picture in sRGB. */
  static Bitmap convert(byte[] profile, Bitmap picture) throws OddJpegException {
    ProfileConversion conversion = IDLE.poll();
    if (conversion == null || !Arrays.equals(conversion.profile, profile)) {
      conversion = new ProfileConversion(profile);
    }
    Bitmap converted = conversion.converted(picture);
    IDLE.add(conversion);
    return converted;
  }

  private Bitmap converted(Bitmap picture) {
    if (space == null) {
      return picture;
    }
    int width = picture.width();
    int height = picture.height();
    byte[] levels = picture.levels();
    BufferedImage source =
        new BufferedImage(
            new ComponentColorModel(space, false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE),
            Raster.createInterleavedRaster(
                new DataBufferByte(levels, levels.length),
                width,
                height,
                3 * width,
                3,
                new int[] {0, 1, 2},
                null),
            false,
            null);
    BufferedImage rgb = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    return Pixels.bitmap(operation.filter(source, rgb));
  }
}
