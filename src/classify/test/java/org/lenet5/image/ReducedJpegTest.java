package org.lenet5.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reduced picture is the average of that in full, and damage is heard all the same. */
class ReducedJpegTest {
  private static final List<String> KINDS =
      List.of(
          "444",
          "422-restart",
          "420-progressive",
          "411",
          "440-progressive-restart",
          "420-scans",
          "grey");
  private static final ImageShape SHAPE = new ImageShape(16, 16, 3);

  private static byte[] waves(String kind) {
    return Photos.resource("waves-" + kind + ".jpg");
  }

  private static DecodedImage usual(byte[] jpeg) throws IOException {
    return new UsualImages(SHAPE, ImageOptions.DEFAULT).read(jpeg, ImageFormat.JPEG);
  }

  private static DecodedImage any(byte[] jpeg) throws IOException {
    return new AnyImages(SHAPE, ImageOptions.DEFAULT).read(jpeg, ImageFormat.JPEG, "it");
  }

  static Stream<Arguments> everyKindAtEveryScale() {
    return KINDS.stream()
        .flatMap(kind -> Stream.of(2, 4, 8).map(reduction -> Arguments.of(kind, reduction)));
  }

  private static BufferedImage inFull(byte[] jpeg) throws IOException {
    ImageReader reader = ImageFormat.JPEG.newReader("it");
    try (EncodedImage in = new EncodedImage(jpeg, ImageFormat.JPEG)) {
      reader.setInput(in, true, true);
      return reader.read(0);
    } finally {
      reader.dispose();
    }
  }

  /** Java's decoder, libjpeg, smoothes colours over pixels, this one does not. */
  @ParameterizedTest
  @MethodSource
  void everyKindAtEveryScale(String kind, int reduction) throws IOException {
    byte[] jpeg = waves(kind);
    Bitmap reduced = ReducedJpeg.of(jpeg).decode(reduction, 20);
    Bitmap full = Pixels.bitmap(inFull(jpeg));
    assertThat(reduced.width()).isEqualTo((90 + reduction - 1) / reduction);
    assertThat(reduced.height()).isEqualTo((70 + reduction - 1) / reduction);
    for (int y = 0; y < 70 / reduction; y++) {
      for (int x = 0; x < 90 / reduction; x++) {
        for (int channel = 0; channel < 3; channel++) {
          double sum = 0;
          for (int i = 0; i < reduction * reduction; i++) {
            int at = (y * reduction + i / reduction) * 90 + x * reduction + i % reduction;
            sum += full.levels()[3 * at + channel] & 0xFF;
          }
          int at = y * reduced.width() + x;
          int level = reduced.levels()[reduced.channels() == 1 ? at : 3 * at + channel] & 0xFF;
          assertThat((double) level)
              .as("%d, %d, channel %d", x, y, channel)
              .isCloseTo(sum / reduction / reduction, within(5));
        }
      }
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double levels) {
    return org.assertj.core.data.Offset.offset(levels);
  }

  private static double meanDifference(byte[] some, byte[] others) {
    double sum = 0;
    for (int i = 0; i < some.length; i++) {
      sum += Math.abs((some[i] & 0xFF) - (others[i] & 0xFF));
    }
    return sum / some.length;
  }

  /** By the whole way, scaled to what a model takes. */
  @Test
  void theModelSeesNearlyTheSame() throws IOException {
    for (String kind : KINDS) {
      DecodedImage usual = usual(waves(kind));
      assertThat(usual).as(kind).isNotNull();
      assertThat(usual.warnings()).isEmpty();
      assertThat(meanDifference(usual.pixels(), any(waves(kind)).pixels()))
          .as(kind)
          .isLessThan(1.5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb", "arithmetic"})
  void rareKindsAreLeft(String kind) {
    assertThat(ReducedJpeg.of(waves(kind))).isNull();
  }

  @Test
  void othersColoursAreLeft() {
    assertThat(ReducedJpeg.of(Photos.resource("cmyk.jpg"))).isNull();
    assertThat(ReducedJpeg.of(new byte[] {(byte) 0xFF, (byte) 0xD8})).isNull();
  }

  /** Only what is at least twice as large as what is needed. */
  @Test
  void smallPicturesAreLeft() throws IOException {
    byte[] jpeg = waves("444");
    ImageOptions options = ImageOptions.DEFAULT;
    assertThat(new UsualImages(new ImageShape(35, 35, 3), options).read(jpeg, ImageFormat.JPEG))
        .isNotNull();
    assertThat(new UsualImages(new ImageShape(36, 36, 3), options).read(jpeg, ImageFormat.JPEG))
        .isNull();
  }

  @Test
  void aTurnedPicture() throws IOException {
    byte[] jpeg = waves("444");
    byte[] upright = usual(jpeg).pixels();
    byte[] upsideDown = usual(Photos.withOrientation(jpeg, 3)).pixels();
    for (int i = 0; i < 256; i++) {
      for (int channel = 0; channel < 3; channel++) {
        assertThat(upsideDown[3 * i + channel]).isEqualTo(upright[3 * (255 - i) + channel]);
      }
    }
    ImageShape wide = new ImageShape(10, 30, 1);
    byte[] turned =
        new UsualImages(wide, ImageOptions.DEFAULT)
            .read(Photos.withOrientation(jpeg, 6), ImageFormat.JPEG)
            .pixels();
    byte[] inFull =
        new AnyImages(wide, ImageOptions.DEFAULT)
            .read(Photos.withOrientation(jpeg, 6), ImageFormat.JPEG, "it")
            .pixels();
    assertThat(meanDifference(turned, inFull)).isLessThan(2);
  }

  // A segment APP2 right after the start.
  private static byte[] withProfile(byte[] jpeg, byte[] profile) {
    return ByteBuffer.allocate(jpeg.length + 18 + profile.length)
        .put(jpeg, 0, 2)
        .putShort((short) 0xFFE2)
        .putShort((short) (16 + profile.length))
        .put("ICC_PROFILE\0\1\1".getBytes())
        .put(profile)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  @Test
  void aColourProfile() throws IOException {
    byte[] linear = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    for (int i = 0; i < 3; i++) { // the second time it is known
      byte[] jpeg = withProfile(waves("444"), linear);
      byte[] pixels = usual(jpeg).pixels();
      assertThat(meanDifference(pixels, any(jpeg).pixels())).isLessThan(2);
      assertThat(meanDifference(pixels, usual(waves("444")).pixels())).isGreaterThan(20);
      byte[] standard = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
      assertThat(usual(withProfile(waves("444"), standard)).pixels())
          .isEqualTo(usual(waves("444")).pixels());
    }
    assertThat(usual(withProfile(waves("444"), new byte[300]))).isNull();
    assertThat(usual(withProfile(waves("grey"), linear))).isNull();
  }

  /**
   * Whatever was changed in a file: what this decoder takes for sound the other does, too, with no
   * other warnings and nearly the same pixels.
   */
  @ParameterizedTest
  @ValueSource(strings = {"444", "422-restart", "420-progressive", "420-scans", "grey"})
  void damageIsHeard(String kind) throws IOException {
    Random random = new Random(7);
    byte[] sound = waves(kind);
    int left = 0;
    int far = 0;
    for (int i = 0; i < 400; i++) {
      byte[] jpeg = sound.clone();
      int from = i % 2 == 0 ? 2 : 600;
      for (int k = random.nextInt(3); k >= 0; k--) {
        jpeg[from + random.nextInt(jpeg.length - from)] = (byte) random.nextInt(256);
      }
      if (i % 5 == 0) {
        jpeg = Arrays.copyOf(jpeg, jpeg.length - random.nextInt(40));
      }
      DecodedImage usual = usual(jpeg);
      if (usual == null) {
        left++;
      } else {
        DecodedImage any = any(jpeg);
        // Of stray bytes in front the other decoder does not always tell.
        assertThat(usual.warnings())
            .as("%s", any.warnings())
            .hasSizeGreaterThanOrEqualTo(any.warnings().size());
        far += meanDifference(usual.pixels(), any.pixels()) < 8 ? 0 : 1;
      }
    }
    assertThat(left).isBetween(100, 399);
    // Java's own decoder gives other pixels of a few damaged files since: of at most 3 on 25, none
    // on 17.
    assertThat(far).isLessThanOrEqualTo(Runtime.version().feature() > 17 ? 4 : 0);
  }

  @Test
  void tooManyScansAreLeftAndRefused() {
    byte[] jpeg = waves("420-progressive");
    assertThat(ReducedJpeg.of(jpeg).decode(2, 3)).isNull();
    assertThat(ReducedJpeg.of(jpeg).decode(2, 20)).isNotNull();
    ImageOptions few = ImageOptions.DEFAULT.withLimits(90 * 70 - 1, 10_000);
    assertThatThrownBy(() -> new ImageDecoder(SHAPE, few).decode(jpeg))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("has 90 x 70 pixels, the limit is 6299");
  }
}
