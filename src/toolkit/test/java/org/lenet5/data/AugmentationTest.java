package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.image.ImageShape;

class AugmentationTest {
  private static final String ALL =
      "flip,crop:2,shift:0.1,rotate:15,trivial,color:0.4,cutout:8,erase:0.25,mixup:0.2,cutmix:1";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "none;none",
        "flip;flip",
        "crop;crop",
        "crop:4;crop",
        "crop,flip;flip,crop",
        "crop:04,rotate:10.50;crop,rotate:10.5",
        "color:1,shift:0.100;shift:0.1,color:1",
        "rotate:0;rotate:0",
        "color:.4;",
        "cutmix:100,mixup:0.01,trivial;trivial,mixup:0.01,cutmix:100",
        ALL + ";" + ALL
      })
  void readsAndWritesTheFlag(String text, String written) {
    if (written == null) {
      assertThatIllegalArgumentException().isThrownBy(() -> Augmentation.parse(text));
      return;
    }
    Augmentation augmentation = Augmentation.parse(text);
    assertThat(augmentation).hasToString(written);
    assertThat(Augmentation.parse(written)).isEqualTo(augmentation);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'';must be none, or with commas between of flip, crop:PAD, shift:P, rotate:DEGREES,"
            + " trivial, color:S, cutout:SIZE, erase:P, mixup:A, cutmix:A",
        "Flip;must be none, or with commas between of flip, crop:PAD, shift:P, rotate:DEGREES,"
            + " trivial, color:S, cutout:SIZE, erase:P, mixup:A, cutmix:A",
        "flip,;\"\" must be of flip, crop:PAD, shift:P, rotate:DEGREES, trivial, color:S,"
            + " cutout:SIZE, erase:P, mixup:A, cutmix:A",
        "flip,flip;must have flip once",
        "crop,crop:2;must have crop once",
        "flip,none;none must stand alone",
        "flip:1;flip must stand without a number",
        "rotate;rotate:DEGREES must have a number such as 4 or 0.5 behind the colon",
        "rotate:;rotate:DEGREES must have a number such as 4 or 0.5 behind the colon",
        "rotate:-5;rotate:DEGREES must have a number such as 4 or 0.5 behind the colon",
        "rotate:1e1;rotate:DEGREES must have a number such as 4 or 0.5 behind the colon",
        "rotate:NaN;rotate:DEGREES must have a number such as 4 or 0.5 behind the colon",
        "rotate:181;rotate:DEGREES must be from 0 to 180",
        "crop:0;crop:PAD must be from 1 to 128",
        "crop:2.5;crop:PAD must be a whole number",
        "crop:129;crop:PAD must be from 1 to 128",
        "shift:1;shift:P must be from 0 to 0.9",
        "color:1.1;color:S must be from 0 to 1",
        "cutout:0;cutout:SIZE must be from 1 to 256",
        "erase:2;erase:P must be from 0 to 1",
        "flip,mixup:0;mixup:A must be from 0.01 to 100",
        "cutmix:101;cutmix:A must be from 0.01 to 100"
      })
  void refusesOtherText(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Augmentation.parse(text))
        .withMessage(message);
  }

  @Test
  void refusesWhatIsLargerThanTheImages() {
    ImageShape small = new ImageShape(16, 20, 1);
    Augmentation.parse("crop:15,cutout:16").requireFits(small);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Augmentation.parse("crop:16").requireFits(small))
        .withMessage("--augment crop:16: PAD must be at most 15 for images of [16,20,1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Augmentation.parse("flip,cutout:17").requireFits(small))
        .withMessage("--augment cutout:17: SIZE must be at most 16 for images of [16,20,1]");
  }
}
