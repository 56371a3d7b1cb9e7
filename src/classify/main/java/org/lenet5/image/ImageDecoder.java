package org.lenet5.image;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import org.lenet5.io.OneLine;

/**
 * Turns any photo into a model's input: pixels row by row, for colour red, green and blue side by
 * side, for grey the luma of ITU-R 601 as other programs round it.
 *
 * <p>PNG, JPEG (CMYK too), GIF (the first frame, where it stands), BMP, WebP and TIFF; grey,
 * palettes, 16 bits; transparency over white; colour profiles to sRGB; turned upright as EXIF says;
 * brought to the shape's proportions as {@link ImageOptions#fit} says and scaled with an
 * antialiasing filter. An image that has the shape already, of opaque pixels without a profile,
 * passes unchanged.
 *
 * <p>The limits are checked against the header, before a pixel is decoded. Pictures of more than 16
 * megapixels are thinned out to that while they are decoded, so one takes at most 200 MB of heap; a
 * TIFF is thinned out afterwards, which takes 3 bytes or more for each pixel, and WebP takes 4
 * bytes of native memory for each.
 *
 * <p>A picture is refused where its decoder says that data is missing or wrong, unless {@link
 * ImageOptions#lenient}; {@code read} tells of what is odd about one that is whole. What is read
 * depends on the file alone: not on service files, class loaders, or what else uses ImageIO.
 * Immutable and thread-safe.
 */
public final class ImageDecoder {
  // A pixel of the result still averages thousands of these.
  private static final long DECODED_PIXELS = 16_000_000;
  private static final int LEAST_SIDES = 8; // of the result
  // Ten scans are usual.
  private static final int MOST_SCANS = 20;

  // Matches a short sentence; some messages quote Java objects instead.
  private static final Pattern WORDS =
      Pattern.compile("[A-Z][a-z]+ (?!.*(xception|java\\.|@|null)).{3,150}");

  private final ImageShape shape;
  private final ImageOptions options;

  /**
   * A decoder with these options.
   *
   * @param shape of what it gives
   */
  public ImageDecoder(ImageShape shape, ImageOptions options) {
    this.shape = shape;
    this.options = options;
  }

  /** The shape of decoded images. */
  public ImageShape shape() {
    return shape;
  }

  /**
   * Decodes a file.
   *
   * @return uint8 [height,width,channels], {@link ImageShape#bytes} of them
   * @throws ImageException if it cannot be read, is no image, is damaged or over a limit
   */
  public byte[] decode(Path file) {
    return read(file).pixels();
  }

  /**
   * Decodes a file, and tells what is odd about it.
   *
   * @throws ImageException as {@link #decode(Path)} does
   */
  public DecodedImage read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      long bytes = Files.size(file);
      if (bytes > options.maxBytes()) {
        throw tooManyBytes(file.toString(), Long.toString(bytes));
      }
      return decode(bytes(in, file.toString()), file.toString());
    } catch (NoSuchFileException e) {
      throw new ImageException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new ImageException(file + ": cannot be read: " + OneLine.reason(e), e);
    }
  }

  /**
   * Decodes files by all cores, in their order. A file that cannot be read is an {@link
   * ImageException} in its place, and the next call goes on with the file after it.
   *
   * @return to be closed
   */
  public ImagePipeline<DecodedImage> readAll(List<Path> files) {
    return ImagePipeline.of(files.iterator(), this::read);
  }

  /**
   * Decodes what a stream holds to its end; the caller closes it.
   *
   * @return uint8 [height,width,channels], {@link ImageShape#bytes} of them
   * @throws ImageException as {@link #decode(Path)} does
   */
  public byte[] decode(InputStream in) {
    return read(in).pixels();
  }

  /**
   * Decodes what a stream holds to its end, and tells what is odd about it; the caller closes it.
   *
   * @throws ImageException as {@link #decode(Path)} does
   */
  public DecodedImage read(InputStream in) {
    String name = "the stream's image";
    try {
      return decode(bytes(in, name), name);
    } catch (IOException e) {
      throw new ImageException(name + ": cannot be read: " + OneLine.reason(e), e);
    }
  }

  /**
   * Decodes the bytes of an image file.
   *
   * @return uint8 [height,width,channels], {@link ImageShape#bytes} of them
   * @throws ImageException as {@link #decode(Path)} does
   */
  public byte[] decode(byte[] encoded) {
    return read(encoded).pixels();
  }

  /**
   * Decodes the bytes of an image file, and tells what is odd about it.
   *
   * @throws ImageException as {@link #decode(Path)} does
   */
  public DecodedImage read(byte[] encoded) {
    String name = "the image of " + encoded.length + " bytes";
    if (encoded.length > options.maxBytes()) {
      throw tooManyBytes(name, Integer.toString(encoded.length));
    }
    return decode(encoded, name);
  }

  /**
   * Fits and scales an image that is decoded already; it is not changed.
   *
   * @return uint8 [height,width,channels], {@link ImageShape#bytes} of them
   */
  public byte[] decode(BufferedImage image) {
    Rectangle seen = Pixels.seen(options.fit(), shape, image.getWidth(), image.getHeight());
    return Pixels.of(image.getSubimage(seen.x, seen.y, seen.width, seen.height), 1, shape);
  }

  private byte[] bytes(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes((int) options.maxBytes() + 1);
    if (bytes.length > options.maxBytes()) {
      throw tooManyBytes(name, "more");
    }
    return bytes;
  }

  private ImageException tooManyBytes(String name, String bytes) {
    return new ImageException(
        "%s: has %s bytes, the limit is %d".formatted(name, bytes, options.maxBytes()));
  }

  private DecodedImage decode(byte[] encoded, String name) {
    ImageFormat format = ImageFormat.of(encoded);
    if (format == null) {
      throw new ImageException(name + ": is no PNG, JPEG, GIF, BMP, WebP or TIFF image");
    }
    try {
      byte[] inside = format == ImageFormat.BMP ? BmpHeader.inside(encoded) : null;
      return inside == null ? decode(encoded, format, name) : decode(inside, name);
    } catch (IOException e) {
      throw new ImageException(name + ": is damaged: " + clause(format, e), e);
    } catch (ImageException e) {
      throw e;
    } catch (RuntimeException e) {
      // Decoders meet damaged files with exceptions of every kind.
      throw new ImageException(name + ": is damaged: " + clause(format, e), e);
    } catch (OutOfMemoryError e) {
      // What could not be allocated was the image's own; all of it is free again.
      throw new ImageException(name + ": takes more memory than there is", e);
    } catch (LinkageError e) {
      // libwebp's own reason goes to stderr, and only the first time.
      String reason =
          format == ImageFormat.WEBP
              ? "it is unpacked to java.io.tmpdir ("
                  + System.getProperty("java.io.tmpdir")
                  + "), which must be writable and not mounted noexec"
              : String.valueOf(e.getMessage());
      throw new ImageException(
          name + ": the native decoder for " + format.title() + " cannot be loaded: " + reason, e);
    }
  }

  private DecodedImage decode(byte[] encoded, ImageFormat format, String name) throws IOException {
    ImageReader reader = format.newReader(name);
    try (EncodedImage in = new EncodedImage(encoded, format)) {
      ImageFaults faults =
          new ImageFaults(format == ImageFormat.JPEG ? new JpegStructure(encoded) : null);
      if (format == ImageFormat.PNG) {
        PngChunks.check(encoded, faults);
        faults.warnings(options.lenient()); // refuses before it decodes
      }
      // Only the first frame, and no metadata: a text chunk can be a bomb of its own.
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener(faults);
      requireFewScans(encoded, format, reader, name);
      Whole whole = decode(new Source(encoded, format, name, reader, faults));
      if (format == ImageFormat.GIF && in.hasMetItsEnd()) {
        faults.damage("it ends too early");
      }
      List<String> warnings = faults.warnings(options.lenient());
      int orientation = Orientation.of(encoded, format);
      BufferedImage seen = seen(whole, Pixels.isTurned(orientation) ? shape.turned() : shape);
      return new DecodedImage(Pixels.of(seen, orientation, shape), warnings);
    } finally {
      reader.dispose();
    }
  }

  // The decoder's own message if it is a sentence; some decoders say "-2", or nothing.
  private static String clause(ImageFormat format, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof EOFException) {
        return "it ends too early";
      }
      if (cause instanceof DamagedImageException) {
        return cause.getMessage();
      }
    }
    String said = OneLine.reason(e);
    return e instanceof IOException && WORDS.matcher(said).matches()
        ? "its " + format.title() + " decoder says \"" + said + "\""
        : "its " + format.title() + " data is none that can be decoded";
  }

  /** What is being decoded, and what is found wrong with it. */
  private record Source(
      byte[] encoded, ImageFormat format, String name, ImageReader reader, ImageFaults faults) {}

  /** A picture as it lies in the file, thinned out, with the size that it was thinned out from. */
  private record Whole(BufferedImage thinned, int width, int height, int stepX, int stepY) {}

  private Whole decode(Source source) throws IOException {
    FramePlace screen = FramePlace.of(source.format(), source.reader());
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
              source.name(),
              width,
              height,
              options.maxPixels()));
    }
    // The orientation is read later, so the pixels that either orientation needs are kept.
    Rectangle upright = Pixels.seen(options.fit(), shape, width, height);
    Rectangle turned = Pixels.seen(options.fit(), shape.turned(), width, height);
    int least = LEAST_SIDES * Math.max(shape.height(), shape.width());
    int step = (int) Math.ceil(Math.sqrt((double) width * height / DECODED_PIXELS));
    int stepX = Math.min(step, Math.max(1, Math.min(upright.width, turned.width) / least));
    int stepY = Math.min(step, Math.max(1, Math.min(upright.height, turned.height) / least));
    BufferedImage thinned = screen.with(thinned(source, stepX, stepY), stepX, stepY);
    return new Whole(thinned, width, height, stepX, stepY);
  }

  private BufferedImage seen(Whole whole, ImageShape lying) {
    Rectangle seen = Pixels.seen(options.fit(), lying, whole.width(), whole.height());
    BufferedImage thinned = whole.thinned();
    int stepX = whole.stepX();
    int stepY = whole.stepY();
    // Cropped only now: asked for a part of the picture, some decoders give other pixels (the JDK's
    // for PNG with a transparent colour) or fail.
    return thinned.getSubimage(
        Math.min(seen.x / stepX, thinned.getWidth() - 1),
        Math.min(seen.y / stepY, thinned.getHeight() - 1),
        Math.max(1, seen.width / stepX),
        Math.max(1, seen.height / stepY));
  }

  private static BufferedImage thinned(Source source, int stepX, int stepY) throws IOException {
    ImageReader reader = source.reader();
    String name = source.name();
    long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
    if (source.format().isTiff()) {
      // Its decoder thins out wrongly where there are 16 bits, fractions or tiles.
      requireMemory(reader, name, pixels);
      BufferedImage jpegs =
          source.format() == ImageFormat.TIFF
              ? TiffJpeg.read(source.encoded(), reader, source.faults(), name)
              : null;
      BufferedImage whole = jpegs == null ? reader.read(0) : jpegs;
      return stepX * stepY > 1 ? Pixels.thinned(whole, stepX, stepY) : whole;
    }
    requireMemory(reader, name, pixels / stepX / stepY);
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceSubsampling(stepX, stepY, 0, 0);
    return reader.read(0, param);
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
    if (pixels <= options.maxPixels() && scans * pixels > MOST_SCANS * options.maxPixels()) {
      throw new ImageException(
          "%s: goes over its %d pixels %d times, the limit is %d pixels in all"
              .formatted(name, pixels, scans, MOST_SCANS * options.maxPixels()));
    }
  }

  // A header may announce thousands of channels for a pixel.
  private static void requireMemory(ImageReader reader, String name, long pixels)
      throws IOException {
    Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
    if (types != null && types.hasNext()) {
      int bits = types.next().getColorModel().getPixelSize();
      long bytes = pixels * Math.max(8, bits) / 8;
      if (bytes > Runtime.getRuntime().maxMemory() / 2) {
        throw new ImageException(
            "%s: takes %d MB to decode, more than half of Java's %d MB"
                .formatted(name, bytes / 1_000_000, Runtime.getRuntime().maxMemory() / 1_000_000));
      }
    }
  }
}
