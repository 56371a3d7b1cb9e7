package org.lenet5.image;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;

/**
 * Pictures of every kind, by the decoder of their {@link ImageFormat}, which tells what is wrong
 * with them. Immutable and thread-safe.
 */
final class AnyImages {
  /** Larger ones are thinned out: a pixel of the result still averages thousands of these. */
  static final long DECODED_PIXELS = 16_000_000;

  private static final int LEAST_SIDES = 8; // of the result
  // Ten scans are usual.
  private static final int MOST_SCANS = 20;
  // On the way to the result: Java's RGB and a Bitmap.
  private static final int BYTES_OF_PIXEL = 7;
  // All of a progressive JPEG's, whether thinned out or not.
  private static final int BYTES_OF_COEFFICIENTS = 3;

  private final ImageShape shape;
  private final ImageOptions options;

  AnyImages(ImageShape shape, ImageOptions options) {
    this.shape = shape;
    this.options = options;
  }

  /** What is being decoded, and what is found wrong with it. */
  private record Source(
      byte[] encoded, ImageFormat format, String name, ImageReader reader, ImageFaults faults) {}

  /** The size a picture has, and the steps by which it is thinned out. */
  private record Size(int width, int height, int stepX, int stepY) {}

  /**
   * Decodes a file.
   *
   * @throws ImageException if it is over a limit
   * @throws IOException or any RuntimeException, if it is damaged
   */
  DecodedImage read(byte[] encoded, ImageFormat format, String name) throws IOException {
    ImageReader reader = format.newReader(name);
    try (EncodedImage in = new EncodedImage(encoded, format)) {
      ImageFaults faults =
          new ImageFaults(format == ImageFormat.JPEG ? new JpegStructure(encoded) : null);
      if (format == ImageFormat.PNG) {
        new PngChunks(encoded).check(faults);
        faults.warnings(options.lenient()); // refuses before it decodes
      }
      // Only the first frame, and no metadata: a text chunk can be a bomb of its own.
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener(faults);
      requireFewScans(encoded, format, reader, name);
      Source source = new Source(encoded, format, name, reader, faults);
      FramePlace screen = FramePlace.of(format, reader);
      Size size = size(screen, name);
      return DecodingMemory.PIXELS.with(
          memory(source, size),
          () -> {
            BufferedImage thinned = screen.with(thinned(source, size), size.stepX(), size.stepY());
            if (format == ImageFormat.GIF && in.hasMetItsEnd()) {
              faults.damage("it ends too early");
            }
            List<String> warnings = faults.warnings(options.lenient());
            int orientation = Orientation.of(encoded, format);
            BufferedImage seen = seen(thinned, size, orientation);
            return DecodedImage.of(
                Pixels.of(seen, orientation, shape),
                warnings,
                size.width(),
                size.height(),
                orientation);
          });
    } finally {
      reader.dispose();
    }
  }

  private Size size(FramePlace screen, String name) throws DamagedImageException {
    int width = screen.width();
    int height = screen.height();
    if (width < 1 || height < 1) {
      throw new DamagedImageException(
          "its header announces "
              + width
              + " x "
              + height
              + " pixels, at least 1 x 1 make a picture");
    }
    if ((long) width * height > options.maxPixels()) {
      throw new ImageException(
          String.format(
              Locale.ROOT,
              "%s: has %d x %d pixels, the limit is %d",
              name,
              width,
              height,
              options.maxPixels()));
    }
    // Which way the picture is turned is read later: what either way needs is kept.
    Rectangle upright = Pixels.seen(options.fit(), shape, width, height);
    Rectangle turned = Pixels.seen(options.fit(), shape.turned(), width, height);
    int least = LEAST_SIDES * Math.max(shape.height(), shape.width());
    int step = (int) Math.ceil(Math.sqrt((double) width * height / DECODED_PIXELS));
    int stepX = Math.min(step, Math.max(1, Math.min(upright.width, turned.width) / least));
    int stepY = Math.min(step, Math.max(1, Math.min(upright.height, turned.height) / least));
    return new Size(width, height, stepX, stepY);
  }

  private BufferedImage seen(BufferedImage thinned, Size size, int orientation) {
    ImageShape lying = Pixels.isTurned(orientation) ? shape.turned() : shape;
    Rectangle seen = Pixels.seen(options.fit(), lying, size.width(), size.height());
    // Cropped only now: of a part alone, decoders give other pixels (JDK-PNG with a transparent
    // colour) or none.
    return thinned.getSubimage(
        Math.min(seen.x / size.stepX(), thinned.getWidth() - 1),
        Math.min(seen.y / size.stepY(), thinned.getHeight() - 1),
        Math.max(1, seen.width / size.stepX()),
        Math.max(1, seen.height / size.stepY()));
  }

  private static BufferedImage thinned(Source source, Size size) throws IOException {
    ImageReader reader = source.reader();
    if (source.format().isTiff()) {
      // Its decoder thins out wrongly where there are 16 bits, fractions or tiles.
      BufferedImage jpegs =
          source.format() == ImageFormat.TIFF
              ? TiffJpeg.read(source.encoded(), reader, source.faults(), source.name())
              : null;
      BufferedImage whole = jpegs == null ? reader.read(0) : jpegs;
      return size.stepX() * size.stepY() > 1
          ? Pixels.thinned(whole, size.stepX(), size.stepY())
          : whole;
    }
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceSubsampling(size.stepX(), size.stepY(), 0, 0);
    return reader.read(0, param);
  }

  /** How often a JPEG of so many pixels may go over all of them. */
  static long mostScans(long pixels, ImageOptions options) {
    return MOST_SCANS * options.maxPixels() / pixels;
  }

  // Each scan of a progressive JPEG goes over all pixels again and may be a few bytes: a bomb of
  // time.
  private void requireFewScans(byte[] encoded, ImageFormat format, ImageReader reader, String name)
      throws IOException {
    if (format != ImageFormat.JPEG) {
      return;
    }
    long scans = 0;
    for (int i = 0; i + 1 < encoded.length; i++) {
      scans += encoded[i] == (byte) 0xFF && encoded[i + 1] == (byte) 0xDA ? 1 : 0;
    }
    long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
    if (pixels > 0 && pixels <= options.maxPixels() && scans > mostScans(pixels, options)) {
      throw new ImageException(
          "%s: goes over its %d pixels %d times, the limit is %d pixels in all"
              .formatted(name, pixels, scans, MOST_SCANS * options.maxPixels()));
    }
  }

  // What decoding takes. A header may announce thousands of channels for a pixel.
  private static long memory(Source source, Size size) throws IOException {
    ImageReader reader = source.reader();
    long whole = (long) reader.getWidth(0) * reader.getHeight(0);
    long thinned = whole / size.stepX() / size.stepY();
    long decoded = source.format().isTiff() ? whole : thinned;
    Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
    int bits = 8;
    if (types != null && types.hasNext()) {
      bits = Math.max(8, types.next().getColorModel().getPixelSize());
    }
    long bytes = decoded * bits / 8;
    if (bytes > Runtime.getRuntime().maxMemory() / 2) {
      throw new ImageException(
          "%s: takes %d MB to decode, more than half of Java's %d MB"
              .formatted(
                  source.name(), bytes / 1_000_000, Runtime.getRuntime().maxMemory() / 1_000_000));
    }
    long coefficients = source.format() == ImageFormat.JPEG ? whole * BYTES_OF_COEFFICIENTS : 0;
    return bytes + BYTES_OF_PIXEL * thinned + coefficients;
  }
}
