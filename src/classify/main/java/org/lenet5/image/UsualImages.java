package org.lenet5.image;

import java.awt.Rectangle;
import java.io.IOException;
import java.util.List;

/**
 * Sound pictures of the kinds that nearly all are, without ImageIO: large JPEGs at a reduced scale,
 * and most PNGs. Immutable and thread-safe.
 */
final class UsualImages {
  private static final int MOST_REDUCED = 8;

  private final ImageShape shape;
  private final ImageOptions options;

  UsualImages(ImageShape shape, ImageOptions options) {
    this.shape = shape;
    this.options = options;
  }

  /**
   * Decodes a file.
   *
   * @return null if it is none of these, or anything is wrong with it
   */
  DecodedImage read(byte[] encoded, ImageFormat format) throws IOException {
    return switch (format) {
      case JPEG -> jpeg(encoded);
      case PNG -> png(encoded);
      default -> null;
    };
  }

  private DecodedImage jpeg(byte[] encoded) throws IOException {
    ReducedJpeg jpeg = ReducedJpeg.of(encoded);
    if (jpeg == null || jpeg.pixels() > options.maxPixels()) {
      return null;
    }
    int orientation = jpeg.hasExif() ? Orientation.of(encoded, ImageFormat.JPEG) : 1;
    Rectangle seen = seen(orientation, jpeg.width(), jpeg.height());
    ImageShape lying = lying(orientation);
    int most = Math.min(seen.width / lying.width(), seen.height / lying.height());
    int reduction = Math.min(MOST_REDUCED, Integer.highestOneBit(most));
    if (reduction < 2) {
      return null;
    }
    Bitmap picture =
        DecodingMemory.PIXELS.with(
            encoded.length + jpeg.memory(reduction),
            () -> jpeg.decode(reduction, AnyImages.mostScans(jpeg.pixels(), options)));
    return picture == null
        ? null
        : DecodedImage.of(
            Pixels.of(picture, Pixels.Part.of(seen, reduction), orientation, shape),
            jpeg.oddities(),
            jpeg.width(),
            jpeg.height(),
            orientation);
  }

  private DecodedImage png(byte[] encoded) throws IOException {
    PngChunks chunks = new PngChunks(encoded);
    if (!chunks.check(new ImageFaults(null))) {
      return null;
    }
    PlainPng png = PlainPng.of(chunks);
    if (png == null || png.pixels() > Math.min(AnyImages.DECODED_PIXELS, options.maxPixels())) {
      return null;
    }
    Bitmap picture = DecodingMemory.PIXELS.with(png.memory(), png::decode);
    if (picture == null) {
      return null;
    }
    int orientation = chunks.data("eXIf") == null ? 1 : Orientation.of(encoded, ImageFormat.PNG);
    Rectangle seen = seen(orientation, picture.width(), picture.height());
    return DecodedImage.of(
        Pixels.of(picture, Pixels.Part.of(seen, 1), orientation, shape),
        List.of(),
        picture.width(),
        picture.height(),
        orientation);
  }

  private ImageShape lying(int orientation) {
    return Pixels.isTurned(orientation) ? shape.turned() : shape;
  }

  private Rectangle seen(int orientation, int width, int height) {
    return Pixels.seen(options.fit(), lying(orientation), width, height);
  }
}
