package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImportanceTest {
  private static final List<Dimension> SPACE =
      Space.parse("x", "dropout 0..0.5\noptimizer adam|sgd\nlearning-rate 1e-4..1e-2 log\n")
          .dimensions();

  private static List<Experiment> trials() {
    return new Space(SPACE).draw(Sampling.QUASI, 7, Map.of(), 32);
  }

  @Test
  void whatDecidesTheResultsComesFirst() {
    List<Score> scores = new ArrayList<>();
    for (Experiment each : trials()) {
      double rate = SPACE.get(2).place(each.differences().get("learning-rate"));
      // Best in the middle: a rank correlation would see nothing.
      scores.add(new Score(0.5 - Math.abs(rate - 0.5), 1));
    }
    List<Importance> all = Importance.of(SPACE, trials(), scores);
    Importance first = all.get(0);
    assertThat(first.dimension().setting()).isEqualTo("learning-rate");
    assertThat(first.share()).isBetween(0.7, 1.0);
    assertThat(first.p()).isEqualTo(1 / 5000.0);
    assertThat(first.corrected()).isEqualTo(3 * first.p());
    assertThat(first.groups()).extracting(Importance.Group::trials).containsExactly(8, 8, 8, 8);
    assertThat(List.of(first.groups().get(1), first.groups().get(2))).contains(first.best());
    assertThat(all.subList(1, 3)).allSatisfy(each -> assertThat(each.p()).isGreaterThan(0.1));
  }

  @Test
  void aTrialThatDivergedIsTheWorstAndNoMore() {
    List<Score> scores = new ArrayList<>();
    for (Experiment each : trials()) {
      boolean sgd = each.differences().get("optimizer").equals("sgd");
      scores.add(sgd ? Score.FAILED : new Score(0.4, 1));
    }
    Importance first = Importance.of(SPACE, trials(), scores).get(0);
    assertThat(first.dimension().setting()).isEqualTo("optimizer");
    assertThat(first.share()).isEqualTo(1);
    assertThat(first.best()).isEqualTo(new Importance.Group("adam", 16, 0.4));
  }

  @Test
  void whereAllAreEqualNothingMatters() {
    List<Score> scores = trials().stream().map(each -> new Score(0.1, 1)).toList();
    assertThat(Importance.of(SPACE, trials(), scores))
        .allSatisfy(
            each -> {
              assertThat(each.share()).isZero();
              assertThat(each.p()).isEqualTo(1);
            });
  }
}
