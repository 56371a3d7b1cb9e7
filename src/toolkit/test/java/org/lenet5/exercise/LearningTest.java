package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LearningTest {
  @Test
  void countsByHand() {
    // Images by column: always right; forgotten twice; never right; learned again.
    Learning learning =
        Learning.of(
            List.of(
                new boolean[] {true, true, false, true},
                new boolean[] {true, false, false, false},
                new boolean[] {true, true, false, false},
                new boolean[] {true, false, false, true}));
    assertThat(learning).isEqualTo(new Learning(0.5, 0.25, 0.25, 0.75));
  }
}
