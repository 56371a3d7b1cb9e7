package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "none;false;false;none",
        "flip;true;false;flip",
        "crop;false;true;crop",
        "flip,crop;true;true;flip,crop",
        "crop,flip;true;true;flip,crop"
      })
  void readsAndWritesTheFlag(String text, boolean flip, boolean crop, String written) {
    Augmentation augmentation = Augmentation.parse(text);
    assertThat(augmentation).isEqualTo(new Augmentation(flip, crop));
    assertThat(augmentation).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Flip", "flip,", ",crop", "flip,flip", "flip,none", "rotate"})
  void refusesOtherText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Augmentation.parse(text))
        .withMessage("must be none, flip, crop or flip,crop");
  }
}
