package org.lenet5.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.junit.jupiter.api.Test;

/** What is read depends on the file alone. */
class ImageFormatTest {
  private static Map<String, byte[]> pictures() {
    Map<String, byte[]> all = new TreeMap<>();
    for (String format : List.of("png", "gif", "bmp", "tiff")) {
      all.put("Java's " + format, Photos.encoded(Photos.picture(), format));
    }
    all.put("Java's jpeg", Photos.jpeg(Photos.picture()));
    for (String name :
        List.of(
            "cmyk.jpg",
            "progressive-grey.jpg",
            "cmyk.tif",
            "deflate.tif",
            "ycbcr.tif",
            "blank.tif",
            "lossless.webp",
            "lossy.webp",
            "alpha.webp",
            "transparent-colour.png")) {
      all.put(name, Photos.resource(name));
    }
    return all;
  }

  private static Map<String, List<Byte>> decoded() {
    ImageDecoder decoder = new ImageDecoder(Photos.SHAPE, ImageOptions.DEFAULT);
    Map<String, List<Byte>> all = new TreeMap<>();
    pictures()
        .forEach(
            (name, bytes) -> {
              List<Byte> pixels = new ArrayList<>();
              for (byte each : decoder.decode(bytes)) {
                pixels.add(each);
              }
              all.put(name, pixels);
            });
    return all;
  }

  @Test
  void whatImageIoKnowsDoesNotMatter() {
    Map<String, List<Byte>> expected = decoded();
    IIORegistry registry = IIORegistry.getDefaultInstance();
    List<ImageReaderSpi> all = new ArrayList<>();
    registry.getServiceProviders(ImageReaderSpi.class, true).forEachRemaining(all::add);
    boolean useCache = ImageIO.getUseCache();
    try {
      all.forEach(each -> registry.deregisterServiceProvider(each, ImageReaderSpi.class));
      ImageIO.setUseCache(!useCache);
      assertThat(decoded()).isEqualTo(expected);
    } finally {
      ImageIO.setUseCache(useCache);
      all.forEach(each -> registry.registerServiceProvider(each, ImageReaderSpi.class));
      ImageIO.scanForPlugins();
    }
  }

  @Test
  void theContextClassLoaderDoesNotMatter() {
    Map<String, List<Byte>> expected = decoded();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      thread.setContextClassLoader(null);
      assertThat(decoded()).isEqualTo(expected);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void eachByItsFirstBytes() {
    assertThat(ImageFormat.of(Photos.pngHeader(1, 1))).isEqualTo(ImageFormat.PNG);
    assertThat(ImageFormat.of(Photos.resource("cmyk.jpg"))).isEqualTo(ImageFormat.JPEG);
    assertThat(ImageFormat.of(Photos.resource("cmyk.tif"))).isEqualTo(ImageFormat.TIFF);
    assertThat(ImageFormat.of(new byte[] {'I', 'I', 43, 0, 8, 0, 0, 0}))
        .isEqualTo(ImageFormat.BIG_TIFF);
    assertThat(ImageFormat.of(Photos.resource("alpha.webp"))).isEqualTo(ImageFormat.WEBP);
    BufferedImage picture = Photos.picture();
    assertThat(ImageFormat.of(Photos.encoded(picture, "gif"))).isEqualTo(ImageFormat.GIF);
    assertThat(ImageFormat.of(Photos.encoded(picture, "bmp"))).isEqualTo(ImageFormat.BMP);
    for (String none : List.of("", "R", "RIFF....WAVE", "GIF88a", "\0\5\26\7Mac OS X", "<html>")) {
      assertThat(ImageFormat.of(none.getBytes())).as(none).isNull();
    }
  }
}
