package org.lenet5.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.image.ImageShape;

class OperationsTest {
  private static final int FLIPPED = 1;

  @Provide
  Arbitrary<ImageShape> shapes() {
    Arbitrary<Integer> sides = Arbitraries.integers().between(16, 70);
    return Combinators.combine(sides, sides, Arbitraries.of(1, 3)).as(ImageShape::new);
  }

  private static byte[] image(ImageShape shape, long seed) {
    byte[] pixels = new byte[shape.bytes()];
    new Random(seed).nextBytes(pixels);
    return pixels;
  }

  private static UniformRandomProvider random(long seed) {
    return RandomSource.SPLIT_MIX_64.create(seed);
  }

  /** With some bytes before and behind that must stay. */
  private static byte[] varied(
      byte[] image, ImageShape shape, int early, long seed, Operation... operations) {
    byte[] target = new byte[shape.bytes() + 20];
    Arrays.fill(target, (byte) 77);
    new Varying(shape, List.of(operations)).vary(image, 0, target, 10, early, random(seed));
    for (int i = 0; i < 10; i++) {
      assertThat(target[i]).isEqualTo((byte) 77);
      assertThat(target[target.length - 1 - i]).isEqualTo((byte) 77);
    }
    return Arrays.copyOfRange(target, 10, 10 + shape.bytes());
  }

  @Property(tries = 30, seed = "1")
  void whatHasNoStrengthChangesNothing(@ForAll("shapes") ImageShape shape, @ForAll long seed) {
    byte[] image = image(shape, seed);
    assertThat(
            varied(
                image,
                shape,
                0,
                seed,
                new Shift(0),
                new Rotate(0),
                new ColorJitter(0),
                new Erase(0)))
        .isEqualTo(image);
  }

  @Property(tries = 30, seed = "2")
  void mirroredTwiceIsTheImage(@ForAll("shapes") ImageShape shape, @ForAll long seed) {
    byte[] image = image(shape, seed);
    byte[] once = varied(image, shape, FLIPPED, seed, new Flip());
    assertThat(once).isNotEqualTo(image);
    assertThat(varied(once, shape, FLIPPED, seed, new Flip())).isEqualTo(image);
    assertThat(varied(image, shape, 0, seed, new Flip())).isEqualTo(image);
  }

  @Property(tries = 60, seed = "3")
  void aMoveByWholePixelsIsOne(
      @ForAll("shapes") ImageShape shape,
      @ForAll boolean flipped,
      @ForAll @IntRange(min = -9, max = 9) int cropDown,
      @ForAll @IntRange(min = -9, max = 9) int cropRight,
      @ForAll @IntRange(min = -80, max = 80) int down,
      @ForAll @IntRange(min = -80, max = 80) int right,
      @ForAll long seed) {
    byte[] image = image(shape, seed);
    Placement placement = new Placement();
    placement.reset();
    if (flipped) {
      placement.flip();
    }
    placement.crop(cropDown, cropRight);
    placement.shift(down, right);
    byte[] copied = new byte[shape.bytes()];
    BlockCopy.copy(shape, image, 0, placement, copied, 0);
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        int mirrored = flipped ? shape.width() - 1 - (x - right) : x - right;
        for (int c = 0; c < shape.channels(); c++) {
          assertThat(copied[(y * shape.width() + x) * shape.channels() + c])
              .isEqualTo(at(image, shape, y - down + cropDown, mirrored + cropRight, c));
        }
      }
    }
    // The same by the way of images that are turned.
    byte[] resampled = new byte[shape.bytes()];
    new Bilinear(shape).resample(image, 0, placement.affine(shape), resampled, 0);
    assertThat(resampled).isEqualTo(copied);
  }

  private static byte at(byte[] image, ImageShape shape, int y, int x, int channel) {
    return y < 0 || y >= shape.height() || x < 0 || x >= shape.width()
        ? 0
        : image[(y * shape.width() + x) * shape.channels() + channel];
  }

  @Property(tries = 60, seed = "4")
  void aTurnIsBilinear(
      @ForAll("shapes") ImageShape shape,
      @ForAll @DoubleRange(min = -180, max = 180) double degrees,
      @ForAll boolean flipped,
      @ForAll @IntRange(min = -9, max = 9) int right,
      @ForAll long seed) {
    byte[] image = image(shape, seed);
    Placement placement = new Placement();
    placement.reset();
    if (flipped) {
      placement.flip();
    }
    placement.shift(3, right);
    placement.rotate(degrees);
    Affine map = placement.affine(shape);
    byte[] turned = new byte[shape.bytes()];
    Bilinear bilinear = new Bilinear(shape);
    bilinear.resample(image(shape, seed + 1), 0, map, turned, 0); // leaves nothing behind
    bilinear.resample(image, 0, map, turned, 0);
    double angle = Math.toRadians(degrees);
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        double fromMiddleX = x + 0.5 - shape.width() / 2.0;
        double fromMiddleY = y + 0.5 - shape.height() / 2.0;
        double u =
            Math.cos(angle) * fromMiddleX
                - Math.sin(angle) * fromMiddleY
                + shape.width() / 2.0
                - right;
        double v =
            Math.sin(angle) * fromMiddleX
                + Math.cos(angle) * fromMiddleY
                + shape.height() / 2.0
                - 3;
        u = flipped ? shape.width() - u : u;
        for (int c = 0; c < shape.channels(); c++) {
          double expected = between(image, shape, v - 0.5, u - 0.5, c);
          int level = turned[(y * shape.width() + x) * shape.channels() + c] & 0xFF;
          // 1/128 of a pixel in both directions, between levels as far apart as they can be.
          assertThat((double) level).isCloseTo(expected, within(255 / 64.0 + 1));
        }
      }
    }
  }

  private static double between(byte[] image, ImageShape shape, double y, double x, int channel) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    double down = y - top;
    double right = x - left;
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      double weight = (i / 2 == 0 ? 1 - down : down) * (i % 2 == 0 ? 1 - right : right);
      sum += weight * (at(image, shape, top + i / 2, left + i % 2, channel) & 0xFF);
    }
    return sum;
  }

  @Property(tries = 60, seed = "5")
  void cutoutBlacksOutASquareThatMayBeCutOff(
      @ForAll("shapes") ImageShape shape,
      @ForAll @IntRange(min = 1, max = 16) int size,
      @ForAll long seed) {
    byte[] white = new byte[shape.bytes()];
    Arrays.fill(white, (byte) 255);
    byte[] cut = varied(white, shape, 0, seed, new Cutout(size));
    int[] rows = IntStream.range(0, shape.height()).filter(y -> hasBlack(cut, shape, y)).toArray();
    int[] columns =
        IntStream.range(0, shape.width())
            .filter(x -> cut[(rows[0] * shape.width() + x) * shape.channels()] == 0)
            .toArray();
    assertSide(rows, size, shape.height());
    assertSide(columns, size, shape.width());
    int black = 0;
    for (byte level : cut) {
      assertThat(level).isIn((byte) 0, (byte) 255);
      black += level == 0 ? 1 : 0;
    }
    assertThat(black).isEqualTo(rows.length * columns.length * shape.channels());
  }

  private static boolean hasBlack(byte[] image, ImageShape shape, int y) {
    int row = shape.width() * shape.channels();
    return IntStream.range(y * row, (y + 1) * row).anyMatch(i -> image[i] == 0);
  }

  /** Whole, or at an edge and at least as long as if its middle were the outermost pixel. */
  private static void assertSide(int[] places, int size, int side) {
    int length = places[places.length - 1] - places[0] + 1;
    assertThat(places).hasSize(length);
    if (places[0] > 0 && places[places.length - 1] < side - 1) {
      assertThat(length).isEqualTo(size);
    } else {
      assertThat(length).isBetween(size / 2, size);
    }
  }

  @Property(tries = 60, seed = "6")
  void erasingFillsARectangleOfThePapersSizes(
      @ForAll("shapes") ImageShape shape, @ForAll long seed) {
    byte[] image = image(shape, seed);
    byte[] erased = varied(image, shape, 0, seed, new Erase(1));
    int top = shape.height();
    int bottom = -1;
    int left = shape.width();
    int right = -1;
    int changed = 0;
    for (int i = 0; i < image.length; i++) {
      if (erased[i] != image[i]) {
        int y = i / shape.channels() / shape.width();
        int x = i / shape.channels() % shape.width();
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
        left = Math.min(left, x);
        right = Math.max(right, x);
        changed++;
      }
    }
    double height = bottom - top + 1;
    double width = right - left + 1;
    // Noise differs from noise in all but 1 of 256 bytes; sides are rounded.
    assertThat(changed).isGreaterThan((int) (height * width * shape.channels() * 0.9));
    assertThat((height + 1) * (width + 1)).isGreaterThan(0.02 * shape.height() * shape.width());
    assertThat((height - 1) * (width - 1)).isLessThan(0.4 * shape.height() * shape.width());
    assertThat((height + 1) / (width - 0.5)).isGreaterThan(0.3);
    assertThat((height - 1) / (width + 0.5)).isLessThan(1 / 0.3);
  }

  @Test
  void erasingHappensAsOftenAsAsked() {
    ImageShape shape = new ImageShape(16, 16, 1);
    byte[] image = image(shape, 1);
    long erased =
        IntStream.range(0, 2000)
            .filter(i -> !Arrays.equals(varied(image, shape, 0, i, new Erase(0.25)), image))
            .count();
    assertThat(erased).isBetween(430L, 570L); // 500, 3.6 deviations of 19
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.2, 1, 8, 100})
  void theWeightIsSymmetricBeta(double alpha) {
    UniformRandomProvider random = random(3);
    double[] draws =
        IntStream.range(0, 20_000).mapToDouble(i -> SymmetricBeta.draw(alpha, random)).toArray();
    double mean = Arrays.stream(draws).average().orElseThrow();
    double variance =
        Arrays.stream(draws).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    assertThat(Arrays.stream(draws)).allMatch(x -> x >= 0 && x <= 1);
    double expected = 1 / (4 * (2 * alpha + 1));
    assertThat(mean).isCloseTo(0.5, within(4 * Math.sqrt(expected / draws.length)));
    assertThat(variance / expected).isCloseTo(1, within(0.05));
  }

  @Property(tries = 40, seed = "7")
  void mixupWeighsTwoImages(@ForAll("shapes") ImageShape shape, @ForAll long seed) {
    byte[] image = image(shape, seed);
    byte[] other = image(shape, seed + 1);
    byte[] mixed = new byte[shape.bytes() + 3];
    System.arraycopy(image, 0, mixed, 3, image.length);
    float own = new Mixup(1).mix(mixed, 3, other, shape, random(seed));
    assertThat(own).isBetween(0f, 1f);
    for (int i = 0; i < image.length; i++) {
      double expected = own * (image[i] & 0xFF) + (1 - own) * (other[i] & 0xFF);
      assertThat((double) (mixed[3 + i] & 0xFF)).isCloseTo(expected, within(0.51));
    }
  }

  @Property(tries = 40, seed = "8")
  void cutmixPutsARectangleOfTheOtherIntoTheImage(
      @ForAll("shapes") ImageShape shape, @ForAll long seed) {
    byte[] black = new byte[shape.bytes()];
    byte[] white = new byte[shape.bytes()];
    Arrays.fill(white, (byte) 255);
    float own = new Cutmix(1).mix(black, 0, white, shape, random(seed));
    int[] rows =
        IntStream.range(0, shape.height()).filter(y -> hasWhite(black, shape, y)).toArray();
    int count = 0;
    for (byte level : black) {
      count += level == 0 ? 0 : 1;
    }
    int pixels = shape.height() * shape.width();
    assertThat(own).isEqualTo(1 - count / shape.channels() / (float) pixels);
    if (rows.length > 0) {
      assertThat(rows).hasSize(rows[rows.length - 1] - rows[0] + 1);
      assertThat(count % (rows.length * shape.channels())).isZero();
    }
  }

  private static boolean hasWhite(byte[] image, ImageShape shape, int y) {
    int row = shape.width() * shape.channels();
    return IntStream.range(y * row, (y + 1) * row).anyMatch(i -> image[i] != 0);
  }

  @Test
  void shiftsReachAsFarAsAskedAndNoFurther() {
    ImageShape shape = new ImageShape(20, 40, 1);
    Placement placement = new Placement();
    int[] down = new int[500];
    int[] right = new int[500];
    for (int i = 0; i < 500; i++) {
      placement.reset();
      new Shift(0.2).place(placement, shape, 0, random(i));
      down[i] = placement.down();
      right[i] = placement.right();
    }
    assertThat(Arrays.stream(down).min()).hasValue(-4);
    assertThat(Arrays.stream(down).max()).hasValue(4);
    assertThat(Arrays.stream(right).min()).hasValue(-8);
    assertThat(Arrays.stream(right).max()).hasValue(8);
  }

  @Test
  void colorsChangeWithinTheirStrength() {
    ImageShape shape = new ImageShape(16, 16, 3);
    byte[] grey = new byte[shape.bytes()];
    Arrays.fill(grey, (byte) 100);
    // An even grey has no contrast and no saturation: only its brightness changes.
    for (int i = 0; i < 200; i++) {
      byte[] changed = varied(grey, shape, 0, i, new ColorJitter(0.3));
      assertThat(changed).containsOnly(changed[0]);
      assertThat(changed[0] & 0xFF).isBetween(69, 130);
    }
  }
}
