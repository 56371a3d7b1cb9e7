package org.lenet5.image;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.lenet5.io.OneLine;

/**
 * Turns any photo into a model's input: pixels row by row, for colour red, green and blue side by
 * side, for grey the luma of ITU-R 601 as other programs round it.
 *
 * <p>PNG, JPEG (CMYK too), GIF (the first frame, where it stands), BMP, WebP and TIFF; grey,
 * palettes, 16 bits (of colour the nearest of 8, of grey the first 8); transparency over white;
 * colour profiles to sRGB; turned upright as EXIF says; brought to the shape's proportions as
 * {@link ImageOptions#fit} says and scaled as Pillow's {@code resize} with {@code BILINEAR} does,
 * to the last bit. An image that has the shape already, of opaque pixels without a profile, passes
 * unchanged.
 *
 * <p>A JPEG whose seen part is at least twice as high and as wide as the shape is decoded at a
 * half, a quarter or an eighth of its size, each pixel the average of those that it stands for: a
 * mean of one or two levels from what the picture in full gives, and a fraction of the work.
 * Pictures that are decoded at the same time, by any threads, wait for each other where they would
 * need more than half of Java's memory together.
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
  // Matches a short sentence; some messages quote Java objects instead.
  private static final Pattern WORDS =
      Pattern.compile("[A-Z][a-z]+ (?!.*(xception|java\\.|@|null)).{3,150}");

  private static final String STREAM = "the stream's image";

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
    try (SeekableByteChannel in = Files.newByteChannel(file)) {
      long bytes = in.size();
      if (bytes > options.maxBytes()) {
        throw tooManyBytes(file.toString(), Long.toString(bytes));
      }
      return DecodingMemory.FILES.with(
          bytes, () -> decode(bytes(in, bytes, file.toString()), file.toString()));
    } catch (NoSuchFileException e) {
      throw new ImageException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw unreadable(file, e);
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
    return taken(in).get();
  }

  /**
   * As {@link #readAll}, for streams. They are read one after the other, on the thread that asks
   * for the images, up to {@link ImagePipeline#MOST_AHEAD} ahead for each core; the caller closes
   * them.
   */
  public ImagePipeline<DecodedImage> readStreams(List<? extends InputStream> streams) {
    return ImagePipeline.of(streams.stream().map(this::taken).iterator(), Supplier::get);
  }

  private Supplier<DecodedImage> taken(InputStream in) {
    try {
      byte[] encoded = bytes(in, STREAM);
      return () -> decode(encoded, STREAM);
    } catch (IOException e) {
      return () -> {
        throw unreadable(STREAM, e);
      };
    } catch (ImageException e) {
      return () -> {
        throw e; // in its place
      };
    }
  }

  private static ImageException unreadable(Object name, IOException e) {
    return new ImageException(name + ": cannot be read: " + OneLine.reason(e), e);
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

  /**
   * Fits and scales an image of another shape whose pixels are known; they are not changed. From
   * grey to colour and back as for files.
   *
   * @param own the shape of {@code pixels}
   * @return uint8 [height,width,channels], {@link ImageShape#bytes} of them; {@code pixels} itself
   *     if the shapes are the same
   * @throws IllegalArgumentException if {@code pixels} have another length than {@code own} says
   */
  public byte[] decode(ImageShape own, byte[] pixels) {
    if (pixels.length != own.bytes()) {
      throw new IllegalArgumentException(
          "pixels (%d bytes) must be %d for the shape %s"
              .formatted(pixels.length, own.bytes(), own));
    }
    Rectangle seen = Pixels.seen(options.fit(), shape, own.width(), own.height());
    Bitmap bitmap = new Bitmap(own.width(), own.height(), own.channels(), pixels);
    return Pixels.of(bitmap, Pixels.Part.of(seen, 1), 1, shape);
  }

  // In one piece, if the file has as many bytes as it says; a pipe says 0.
  private byte[] bytes(SeekableByteChannel in, long size, String name) throws IOException {
    InputStream stream = Channels.newInputStream(in);
    byte[] begin = new byte[(int) size + 1];
    int length = stream.readNBytes(begin, 0, begin.length);
    byte[] rest = length < begin.length ? new byte[0] : bytes(stream, name);
    byte[] all = Arrays.copyOf(begin, length + rest.length);
    System.arraycopy(rest, 0, all, length, rest.length);
    if (all.length > options.maxBytes()) {
      throw tooManyBytes(name, "more");
    }
    return all;
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
    DecodedImage usual = new UsualImages(shape, options).read(encoded, format);
    return usual == null ? new AnyImages(shape, options).read(encoded, format, name) : usual;
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
}
