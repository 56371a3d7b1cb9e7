package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalvingTest {
  private static String described(Halving halving) {
    return halving.rungs().stream()
        .map(each -> each.trials() + " to " + each.epochs())
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          30 | 15 | 3 | 5 | 30 to 1, 10 to 5, 5 to 15
          81 | 81 | 3 | 1 | 81 to 1, 27 to 3, 9 to 9, 3 to 27, 1 to 81
           8 |  4 | 3 | 5 | 8 to 1, 5 to 4
           5 | 15 | 3 | 5 | 5 to 15
           1 |  1 | 2 | 5 | 1 to 1
          40 |  1 | 3 | 5 | 40 to 1
          40 |  2 | 3 | 5 | 40 to 2
          40 |  8 | 2 | 5 | 40 to 1, 20 to 2, 10 to 4, 5 to 8
          """)
  void rungsLeadFromAllTrialsToTheBest(
      int trials, int epochs, int reduction, int best, String rungs) {
    assertThat(described(Halving.of(trials, epochs, reduction, best))).isEqualTo(rungs);
  }

  @Property
  void everyRungIsLongerAndSmaller(
      @ForAll @IntRange(min = 1, max = 10_000) int trials,
      @ForAll @IntRange(min = 1, max = 2_000) int epochs,
      @ForAll @IntRange(min = 2, max = 100) int reduction,
      @ForAll @IntRange(min = 1, max = 20) int best) {
    Halving halving = Halving.of(trials, epochs, reduction, best);
    List<Halving.Rung> rungs = halving.rungs();
    assertThat(rungs.get(0).trials()).isEqualTo(trials);
    assertThat(rungs.get(halving.last()).epochs()).isEqualTo(epochs);
    assertThat(halving.finalists()).isEqualTo(Math.min(best, trials));
    for (int i = 1; i < rungs.size(); i++) {
      assertThat(rungs.get(i).epochs()).isGreaterThan(rungs.get(i - 1).epochs());
      assertThat(rungs.get(i).trials())
          .isLessThanOrEqualTo(rungs.get(i - 1).trials())
          .isGreaterThanOrEqualTo(halving.finalists());
    }
    assertThat(rungs.get(0).epochs()).isGreaterThanOrEqualTo(1);
    assertThat(halving.epochs(1)).isLessThanOrEqualTo((long) trials * epochs);
  }

  /**
   * Results become known in any order. Whoever goes on early must be among those that go on when
   * all is known, and these must be the best; else the outcome would depend on which job ended
   * first.
   */
  @Property(tries = 200)
  void whoGoesOnDoesNotDependOnTheOrderOfResults(
      @ForAll @IntRange(min = 1, max = 40) int trials,
      @ForAll @IntRange(min = 1, max = 30) int epochs,
      @ForAll @IntRange(min = 2, max = 4) int reduction,
      @ForAll long seed) {
    Random random = new Random(seed);
    Halving halving = Halving.of(trials, epochs, reduction, 5);
    Score[][] scores = new Score[trials][halving.rungs().size()];
    for (Score[] trial : scores) {
      for (int rung = 0; rung < trial.length; rung++) {
        // Few values, so that there are equals; some cannot go on.
        trial[rung] =
            random.nextInt(10) == 0 ? Score.FAILED : new Score(random.nextInt(4) / 4.0, 1);
      }
    }
    List<List<Integer>> all = halving.members((trial, rung) -> Optional.of(scores[trial][rung]));
    Set<List<Integer>> known = new HashSet<>();
    for (boolean more = true; more; ) {
      List<List<Integer>> now =
          halving.members(
              (trial, rung) ->
                  known.contains(List.of(trial, rung))
                      ? Optional.of(scores[trial][rung])
                      : Optional.empty());
      List<List<Integer>> ready = new ArrayList<>();
      for (int rung = 0; rung < now.size(); rung++) {
        assertThat(all.get(rung)).as("rung %d", rung).containsAll(now.get(rung));
        if (rung < halving.rungs().size()) {
          for (int trial : now.get(rung)) {
            if (!known.contains(List.of(trial, rung))) {
              ready.add(List.of(trial, rung));
            }
          }
        }
      }
      more = !ready.isEmpty();
      if (more) {
        Collections.shuffle(ready, random);
        known.add(ready.get(0));
      } else {
        assertThat(now).isEqualTo(all);
      }
    }
    for (int rung = 0; rung < halving.rungs().size(); rung++) {
      assertThat(all.get(rung)).hasSize(halving.rungs().get(rung).trials());
      List<Integer> next = all.get(rung + 1);
      for (int trial : all.get(rung)) {
        if (!next.contains(trial)) {
          for (int better : next) {
            assertThat(scores[better][rung]).isLessThanOrEqualTo(scores[trial][rung]);
          }
        }
      }
    }
  }
}
