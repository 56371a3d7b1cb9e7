package org.lenet5.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.BigTIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.regex.Pattern;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ServiceRegistry;

/**
 * The formats that are read, each with its one decoder.
 *
 * <p>Decoders are made here and not asked of ImageIO: what ImageIO offers depends on the class
 * path's service files, on the class loader of whoever used it first and on what others registered.
 * So the same picture would get other pixels in another program. Java's own decoders exist in its
 * registry alone; they are taken from there by their names.
 */
enum ImageFormat {
  PNG("\\x89PNG\\r\\n\\x1a\\n.*"),
  JPEG("\\xFF\\xD8.*"),
  GIF("GIF8[79]a.*"),
  BMP("BM.*"),
  WEBP("RIFF....WEBP.*"),
  TIFF("(II\\x2A\\x00|MM\\x00\\x2A).*"),
  BIG_TIFF("(II\\x2B\\x00|MM\\x00\\x2B).*");

  private static final int LONGEST_START = 12;

  private final Pattern start;

  ImageFormat(String start) {
    this.start = Pattern.compile(start, Pattern.DOTALL);
  }

  /**
   * The format that a file's first bytes tell.
   *
   * @return null if it is none of these
   */
  static ImageFormat of(byte[] encoded) {
    String first =
        new String(
            encoded, 0, Math.min(encoded.length, LONGEST_START), StandardCharsets.ISO_8859_1);
    for (ImageFormat each : values()) {
      if (each.start.matcher(first).matches()) {
        return each;
      }
    }
    return null;
  }

  /** Whether it is one of the two kinds of TIFF. */
  boolean isTiff() {
    return this == TIFF || this == BIG_TIFF;
  }

  /** For people. */
  String title() {
    return switch (this) {
      case WEBP -> "WebP";
      case BIG_TIFF -> "TIFF";
      default -> name();
    };
  }

  /**
   * A new decoder, to be disposed of.
   *
   * @param name of the picture, for the message
   * @throws ImageException if someone took Java's own away from ImageIO
   */
  ImageReader newReader(String name) throws IOException {
    return switch (this) {
      case WEBP -> new WebPReader();
      case TIFF -> new TIFFImageReaderSpi().createReaderInstance(null);
      case BIG_TIFF -> new BigTIFFImageReaderSpi().createReaderInstance(null);
      default -> {
        ImageReaderSpi provider = Providers.ALL.get(this);
        if (provider == null) {
          throw new ImageException(
              name
                  + ": Java's own decoder for "
                  + title()
                  + " was deregistered from ImageIO; leave it there, or decode a picture before");
        }
        yield provider.createReaderInstance();
      }
    };
  }

  // Found once, all together with the first picture: what others do to ImageIO later changes
  // nothing.
  private static final class Providers {
    static final Map<ImageFormat, ImageReaderSpi> ALL = find();

    private static Map<ImageFormat, ImageReaderSpi> find() {
      Map<ImageFormat, ImageReaderSpi> found = new EnumMap<>(ImageFormat.class);
      Iterator<ImageReaderSpi> all = registry().getServiceProviders(ImageReaderSpi.class, false);
      while (all.hasNext()) {
        ImageReaderSpi each = all.next();
        switch (each.getClass().getName()) {
          case "com.sun.imageio.plugins.png.PNGImageReaderSpi" -> found.put(PNG, each);
          case "com.sun.imageio.plugins.gif.GIFImageReaderSpi" -> found.put(GIF, each);
          case "com.sun.imageio.plugins.bmp.BMPImageReaderSpi" -> found.put(BMP, each);
          case "com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi" -> found.put(JPEG, more(each));
          default -> {} // others' decoders
        }
      }
      return found;
    }

    // TwelveMonkeys' decoder adds CMYK and much more to Java's, which it looks for where it is
    // registered: in a registry of its own it finds this one.
    private static ImageReaderSpi more(ImageReaderSpi jpeg) {
      List<Class<?>> readers = List.of(ImageReaderSpi.class);
      ServiceRegistry own = new ServiceRegistry(readers.iterator());
      ImageReaderSpi provider = new JPEGImageReaderSpi();
      own.registerServiceProvider(jpeg, ImageReaderSpi.class);
      own.registerServiceProvider(provider, ImageReaderSpi.class);
      return provider;
    }

    // ImageIO begins with the service files that the context class loader sees, and does not begin
    // at all if one of them names a class that is not there, as after careless shading.
    private static IIORegistry registry() {
      try {
        return IIORegistry.getDefaultInstance();
      } catch (ServiceConfigurationError e) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
          return IIORegistry.getDefaultInstance();
        } finally {
          thread.setContextClassLoader(before);
        }
      }
    }
  }
}
