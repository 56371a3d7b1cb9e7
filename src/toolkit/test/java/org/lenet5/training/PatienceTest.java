package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PatienceTest {
  @Test
  void endsAfterSoManyEpochsThatWereNoBetter() {
    Patience patience = new Patience(2, BestBy.ACCURACY);
    for (double accuracy : new double[] {.2, .4, .3}) {
      patience.add(accuracy, 1);
      assertThat(patience.isOver()).isFalse();
    }
    patience.add(.4, .5); // as good is no better
    assertThat(patience.isOver()).isTrue();
    assertThat(patience.best()).isEqualTo(2);
  }

  @Test
  void theLossMayDecide() {
    Patience patience = new Patience(1, BestBy.LOSS);
    patience.add(.5, 2);
    patience.add(.4, 1);
    assertThat(patience.isOver()).isFalse();
    patience.add(.9, 1.5);
    assertThat(patience.isOver()).isTrue();
    assertThat(patience.best()).isEqualTo(2);
  }

  @Property(tries = 200)
  void neverEndsWithoutANumber(@ForAll @Size(max = 30) List<@IntRange(max = 9) Integer> tenths) {
    Patience patience = new Patience(0, BestBy.ACCURACY);
    for (int tenth : tenths) {
      patience.add(tenth / 10.0, 1);
      assertThat(patience.isOver()).isFalse();
    }
  }

  @Property(tries = 500)
  void theEndLiesSoManyEpochsBehindTheBest(
      @ForAll @Size(max = 30) List<@IntRange(max = 9) Integer> tenths,
      @ForAll @IntRange(min = 1, max = 5) int epochs) {
    Patience patience = new Patience(epochs, BestBy.ACCURACY);
    int done = 0;
    while (done < tenths.size() && !patience.isOver()) {
      patience.add(tenths.get(done++) / 10.0, 1);
    }
    if (patience.isOver()) {
      assertThat(done - patience.best()).isEqualTo(epochs);
    }
    for (int i = 0; i < done; i++) {
      assertThat(tenths.get(i)).isLessThanOrEqualTo(tenths.get(patience.best() - 1));
    }
  }

  @Test
  void wordsThatAreNoFigure() {
    assertThatThrownBy(() -> TrainingConfig.of(Map.of("best-by", "f1")))
        .hasMessage("--best-by f1: must be accuracy or loss");
    assertThatThrownBy(() -> TrainingConfig.of(Map.of("export", "first")))
        .hasMessage("--export first: must be best or last");
    assertThatThrownBy(() -> TrainingConfig.of(Map.of("patience", "-1")))
        .hasMessage("--patience -1: must be at least 0");
  }
}
