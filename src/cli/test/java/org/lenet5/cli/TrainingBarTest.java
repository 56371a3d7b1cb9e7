package org.lenet5.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingBarTest {
  private static final int WIDE = 200;

  private long millis;
  private final TrainingBar bar = new TrainingBar(3, () -> millis * 1_000_000);

  private void work(int epoch, String pass, int images, int millisEach) {
    bar.begin(epoch, pass, images);
    for (int i = 0; i < images; i++) {
      millis += millisEach;
      bar.advance(1, 2);
    }
    bar.end();
  }

  @Test
  void saysImagesASecondFromTheFirstBatchOn() {
    bar.begin(0, "train", 1000);
    assertThat(bar.row(WIDE)).startsWith("Epoch 1 of 3 train   0%").doesNotContain("img/s");
    millis += 5;
    bar.advance(10, 2.5);
    assertThat(bar.row(WIDE)).contains("2,000 img/s").endsWith("loss 2.5000");
  }

  @Test
  void saysTheTimeThatIsLeft() {
    bar.begin(0, "train", 100);
    millis += 10_000;
    bar.advance(10, 2);
    // 10 images in 10 s: 90 s for the others, and 100 s for each of two more epochs.
    assertThat(bar.row(WIDE)).contains("epoch 1:30 left, run 4:50 left");
  }

  @Test
  void countsTheEvaluationsOnceAnEpochIsDone() {
    work(0, "train", 100, 1000);
    work(0, "eval test", 100, 200);
    bar.begin(1, "train", 100);
    millis += 50_000;
    bar.advance(50, 2);
    // 120 s an epoch, of which 50 are over.
    assertThat(bar.row(WIDE)).contains("epoch 1:10 left, run 3:10 left");
    work(1, "train", 100, 1000);
    work(1, "eval test", 100, 200);
    work(2, "train", 100, 1000);
    bar.begin(2, "eval test", 100);
    millis += 10_000;
    bar.advance(50, 2);
    assertThat(bar.row(WIDE))
        .startsWith("Epoch 3 of 3 eval test  50%")
        .contains("epoch 0:10 left, run 0:10 left");
    millis += 30_000; // slower than in the epoch before
    bar.advance(50, 2);
    assertThat(bar.row(WIDE)).contains("epoch 0:00 left, run 0:00 left");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 40, 60, 79, 99, 119})
  void isNeverLongerThanTheTerminalIsWide(int columns) {
    bar.begin(1, "eval validation", 50_000);
    millis += 1000;
    bar.advance(777, 2);
    assertThat(bar.row(columns)).hasSizeLessThanOrEqualTo(columns);
    if (columns >= 79) {
      assertThat(bar.row(columns)).contains("777 img/s, epoch 1:03 left, run ");
    }
  }

  @Test
  void theBarItselfFills() {
    assertThat(BarRow.of("Fetching", 0, 10, List.of(), 60))
        .isEqualTo("Fetching   0% [>" + " ".repeat(29) + "]");
    assertThat(BarRow.of("Fetching", 10, 10, List.of("a"), 60))
        .isEqualTo("Fetching 100% [" + "=".repeat(30) + "] a");
    assertThat(BarRow.of("Fetching", 5, 10, List.of("a", "b"), 16)).isEqualTo("Fetching  50% a");
    assertThat(BarRow.of("Fetching", 5, 0, List.of(), 60)).startsWith("Fetching   0%");
  }
}
