package org.lenet5.data;

import java.util.Optional;
import org.lenet5.image.Fit;
import org.lenet5.image.ImageOptions;
import org.lenet5.image.ImageShape;

/**
 * How pictures, and images of a shape of their own, become images of a data set. Immutable.
 *
 * @param size rows and columns; empty for 32×32 of pictures, and the own size of other data
 * @param channels 1 for grey, 3 for colour; empty for colour of pictures, and as other data has it
 * @param fit how a picture gets the proportions
 * @param testShare of each class, held out to measure on where the data does not say which; above 0
 *     and below 1
 * @param skipBad whether to go on without what is bad
 */
public record PictureOptions(
    Optional<PictureSize> size,
    Optional<Integer> channels,
    Fit fit,
    double testShare,
    boolean skipBad) {
  /** 32×32, colour, cropped, a fifth to measure on, nothing skipped. */
  public static final PictureOptions DEFAULT =
      new PictureOptions(Optional.empty(), Optional.empty(), Fit.CROP, 0.2, false);

  /** Those for a model that takes images of a shape. */
  public PictureOptions withShape(ImageShape shape) {
    return new PictureOptions(
        Optional.of(new PictureSize(shape.height(), shape.width())),
        Optional.of(shape.channels()),
        fit,
        testShare,
        skipBad);
  }

  /** The same, with what is bad skipped or not. */
  public PictureOptions withSkipBad(boolean skip) {
    return new PictureOptions(size, channels, fit, testShare, skip);
  }

  /** The shape of images that pictures become. */
  ImageShape shape() {
    return shape(new ImageShape(32, 32, 3));
  }

  /** The shape that images become which have one of their own. */
  ImageShape shape(ImageShape own) {
    PictureSize sides = size.orElse(null);
    return new ImageShape(
        sides == null ? own.height() : sides.height(),
        sides == null ? own.width() : sides.width(),
        channels.orElse(own.channels()));
  }

  ImageOptions decoding() {
    return ImageOptions.DEFAULT.withFit(fit);
  }
}
