package org.lenet5.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.lenet5.image.ImageShape;

class TrivialAugmentTest {
  // Made by Pillow 12.3: scripts/interop/check_augment.py
  @ParameterizedTest(name = "{1} {0}, strength {2} {3}")
  @CsvFileSource(resources = "trivial.csv", numLinesToSkip = 1)
  void eachChangeGivesPillowsLevels(
      String size, TrivialChange change, int strength, int negative, String crc32) {
    String[] sides = size.split("x");
    ImageShape shape =
        new ImageShape(
            Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), Integer.parseInt(sides[2]));
    byte[] pixels = pattern(shape);
    change.apply(pixels, 0, shape, change.magnitude(strength, negative == 1));
    CRC32 crc = new CRC32();
    crc.update(pixels);
    assertThat("%08x".formatted(crc.getValue())).isEqualTo(crc32);
  }

  /** As the script has it. */
  private static byte[] pattern(ImageShape shape) {
    byte[] pixels = new byte[shape.bytes()];
    for (int at = 0; at < pixels.length; at++) {
      int channel = at % shape.channels();
      int x = at / shape.channels() % shape.width();
      int y = at / shape.channels() / shape.width();
      pixels[at] = (byte) ((x * 5 + y * 3 + channel * 40 + x * y % 31 * (channel + 2)) % 230 + 10);
    }
    return pixels;
  }

  @Test
  void drawsEveryChange() {
    ImageShape shape = new ImageShape(32, 32, 3);
    UniformRandomProvider random = RandomSource.SPLIT_MIX_64.create(5L);
    Set<Long> results = new HashSet<>();
    for (int i = 0; i < 2000; i++) {
      byte[] pixels = pattern(shape);
      new TrivialAugment().change(pixels, 0, shape, random);
      CRC32 crc = new CRC32();
      crc.update(pixels);
      results.add(crc.getValue());
    }
    // Each of 868 was drawn with probability 0.9, and some of them look the same.
    assertThat(results).hasSizeBetween(350, 700);
  }
}
