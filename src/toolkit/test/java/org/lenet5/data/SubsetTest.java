package org.lenet5.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubsetTest {
  private final LabeledImages images = Images.random(7, 7, 1);

  @Test
  void takesEverySecondImage() {
    assertThat(labels(Subset.ALL.of(images))).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(labels(Subset.EVEN.of(images))).containsExactly(0, 2, 4, 6);
    assertThat(labels(Subset.ODD.of(images))).containsExactly(1, 3, 5);
  }

  @ParameterizedTest
  @EnumSource
  void readsItsOwnText(Subset subset) {
    assertThat(Subset.parse(subset.toString())).isEqualTo(subset);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "EVEN", "half", "even "})
  void refusesOtherText(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subset.parse(text))
        .withMessage("must be all, even or odd");
  }

  private static int[] labels(LabeledImages images) {
    return IntStream.range(0, images.size()).map(images::label).toArray();
  }
}
