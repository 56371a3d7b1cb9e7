package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClassMeansTest {
  @Test
  void aRareClassCountsAsMuchAsACommonOne() {
    // 90 of one class, all right, and 10 of another, none right: an accuracy of 0.9.
    ClassMeans means = ClassMeans.of(new int[][] {{90, 0}, {10, 0}});
    assertThat(means.balancedAccuracy()).isEqualTo(0.5);
    // Of the first class 2 * 90 / (90 + 100), of the second 0.
    assertThat(means.macroF1()).isCloseTo(180.0 / 190 / 2, within(1e-15));
  }

  @Test
  void aClassWithoutImagesCountsOnlyWhereItIsSeen() {
    ClassMeans unseen = ClassMeans.of(new int[][] {{4, 0, 0}, {2, 2, 0}, {0, 0, 0}});
    assertThat(unseen.balancedAccuracy()).isEqualTo(0.75);
    assertThat(unseen.macroF1()).isCloseTo((8.0 / 10 + 4.0 / 6) / 2, within(1e-15));
    ClassMeans seen = ClassMeans.of(new int[][] {{4, 0, 0}, {2, 1, 1}, {0, 0, 0}});
    assertThat(seen.balancedAccuracy()).isEqualTo((1 + 0.25) / 2);
    assertThat(seen.macroF1()).isCloseTo((8.0 / 10 + 2.0 / 5 + 0) / 3, within(1e-15));
  }

  @Test
  void ofNothingThereIsNoMean() {
    assertThat(ClassMeans.of(new int[2][2]).balancedAccuracy()).isNaN();
    assertThat(ClassMeans.of(new int[2][2]).macroF1()).isNaN();
  }
}
