package org.lenet5.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The levels that Pillow 12.3 gives; scripts/interop compares many more. */
class ResamplerTest {
  private static Bitmap grey(int width, int height, int... levels) {
    byte[] bytes = new byte[levels.length];
    for (int i = 0; i < levels.length; i++) {
      bytes[i] = (byte) levels[i];
    }
    return new Bitmap(width, height, 1, bytes);
  }

  private static int[] levels(Bitmap bitmap) {
    int[] levels = new int[bitmap.levels().length];
    Arrays.setAll(levels, i -> bitmap.levels()[i] & 0xFF);
    return levels;
  }

  private static int[] scaled(Bitmap source, int width, int height) {
    Pixels.Part all = new Pixels.Part(0, 0, source.width(), source.height());
    return levels(Resampler.scaled(source, all, width, height));
  }

  @Test
  void aRow() {
    Bitmap row = grey(7, 1, 0, 10, 200, 255, 30, 90, 60);
    assertThat(scaled(row, 3, 1)).containsExactly(47, 165, 66);
    assertThat(scaled(row, 10, 1)).containsExactly(0, 5, 58, 191, 236, 176, 33, 75, 76, 60);
    assertThat(scaled(row, 7, 1)).containsExactly(0, 10, 200, 255, 30, 90, 60);
  }

  @Test
  void rowsAndColumns() {
    int[] levels = new int[63];
    for (int i = 0; i < 7; i++) {
      for (int j = 0; j < 9; j++) {
        levels[9 * i + j] = (7 * i * i + 13 * j * j * i + 31 * j) % 256;
      }
    }
    Bitmap source = grey(9, 7, levels);
    assertThat(scaled(source, 4, 3))
        .containsExactly(49, 120, 148, 158, 100, 127, 107, 155, 141, 102, 110, 171);
    assertThat(scaled(source, 3, 10))
        .containsExactly(
            39, 124, 209, 60, 142, 158, 84, 141, 129, 99, 94, 164, 102, 112, 166, 120, 110, 137,
            151, 87, 89, 128, 109, 176, 126, 99, 182, 134, 78, 152);
  }

  /** What lies outside of a part does not count. */
  @Property(tries = 200)
  void aPartIsAsIfItWereAll(
      @ForAll @IntRange(min = 0, max = 5) int left,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 1, max = 20) int target,
      @ForAll int seed) {
    byte[] all = new byte[(left + width + 3) * 3];
    new java.util.Random(seed).nextBytes(all);
    Bitmap whole = new Bitmap(left + width + 3, 1, 3, all);
    Bitmap part = new Bitmap(width, 1, 3, Arrays.copyOfRange(all, 3 * left, 3 * (left + width)));
    assertThat(
            levels(Resampler.scaled(whole, new Pixels.Part(left, 0, left + width, 1), target, 1)))
        .isEqualTo(scaled(part, target, 1));
  }

  /** A part may begin and end anywhere within pixels; one colour stays itself. */
  @Property(tries = 500)
  void oneColourStays(
      @ForAll @IntRange(min = 0, max = 255) int level,
      @ForAll @IntRange(min = 0, max = 1000) int from,
      @ForAll @IntRange(min = 1, max = 1000) int length,
      @ForAll @IntRange(min = 1, max = 40) int target) {
    int[] all = new int[50];
    Arrays.fill(all, level);
    double left = from / 40.0;
    double right = left + length / 40.0;
    int[] found =
        levels(Resampler.scaled(grey(50, 1, all), new Pixels.Part(left, 0, right, 1), target, 1));
    assertThat(found).hasSize(target).containsOnly(level);
  }
}
