package org.lenet5.exercise;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lenet5.exercise.TuneResults.Finalist;
import org.lenet5.training.TrainingConfig;

class TrialQueueTest {
  @TempDir private Path folder;

  private TuneResults results(int trials) {
    Map<String, String> settings =
        new LinkedHashMap<>(TrainingConfig.of(Map.of("epochs", "9", "validation", "0.1")).flags());
    settings.remove("seed");
    return new TuneResults(
        new Tuning(
            settings,
            Space.parse("x", "dropout 0..0.5").dimensions(),
            Sampling.QUASI,
            42,
            3,
            2,
            3,
            trials,
            trials,
            0,
            true,
            0,
            Map.of(),
            List.of()),
        folder);
  }

  /** Trains nothing: every run ends at once as {@code failure} says. */
  private static List<String> trained(TuneResults results, Optional<Tuning.Failure> failure) {
    TrialQueue queue = new TrialQueue(results);
    List<String> names = new ArrayList<>();
    Map<String, Tuning.Failure> failures = new HashMap<>();
    for (Optional<Suite.Run> run = queue.next(); run.isPresent(); run = queue.next()) {
      String name = run.get().name();
      names.add(name + " to " + queue.epochs(run.get()));
      failure.ifPresent(how -> failures.put(name, how));
      results.failures(failures);
      queue.ended(run.get());
    }
    return names;
  }

  @Test
  void whatEndsWithoutAResultIsNotTriedAgainAndHoldsUpNobody() {
    TuneResults results = results(7);
    assertThat(results.halving().rungs())
        .containsExactly(new Halving.Rung(1, 7), new Halving.Rung(3, 2), new Halving.Rung(9, 2));
    assertThat(trained(results, Optional.of(new Tuning.Failure(1, "out of memory"))))
        .containsExactly(
            "trial-0001 to 1",
            "trial-0002 to 1",
            "trial-0003 to 1",
            "trial-0004 to 1",
            "trial-0005 to 1",
            "trial-0006 to 1",
            "trial-0007 to 1");
    assertThat(results.isFinished()).isFalse();
    assertThat(trained(results, Optional.empty())).as("another start").hasSize(7);
  }

  @Test
  void whereAllDivergeThereIsNoWinner() {
    TuneResults results = results(7);
    assertThat(trained(results, Optional.of(new Tuning.Failure(4, "diverged")))).hasSize(7);
    assertThat(results.isFinished()).isTrue();
    assertThat(results.winner()).isEmpty();
  }

  @Test
  void theBestMeanWinsHoweverManySeedsAreFinished() {
    Finalist bad = new Finalist(1, List.of(score(.3), score(.31), score(.32)));
    Finalist good = new Finalist(2, List.of(score(.5), score(.4)));
    Finalist unstable = new Finalist(3, List.of(score(.9), Score.FAILED, score(.9)));
    assertThat(TuneResults.ranked(List.of(unstable, bad, good)))
        .containsExactly(good, bad, unstable);
    assertThat(unstable.accuracies()).containsExactly(.9, .9);
  }

  private static Score score(double accuracy) {
    return new Score(accuracy, 1);
  }
}
