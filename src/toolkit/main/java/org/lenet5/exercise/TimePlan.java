package org.lenet5.exercise;

import java.util.stream.IntStream;

/**
 * How many trials fit into a time.
 *
 * @param secondsEpoch of an epoch, the mean over some trials that ran as many at a time
 * @param secondsStart of beginning a training or going on with it
 */
public record TimePlan(double secondsEpoch, double secondsStart) {
  // What is planned to the second comes too late half of the time, and a search that is cut off
  // before any trial is whole has no winner.
  private static final double RESERVE = 0.8;

  /** Seconds that a search of so many trials takes from its beginning. */
  double seconds(Tuning tuning, int trials, int jobs) {
    Halving halving = Halving.of(trials, tuning.epochs(), tuning.reduction(), tuning.best());
    return (halving.epochs(tuning.seeds()) * secondsEpoch
            + halving.starts(tuning.seeds()) * secondsStart)
        / Math.min(jobs, trials);
  }

  /**
   * The number of trials, at most {@code tuning}'s, that its minutes are enough for; 1 if they are
   * enough for none.
   *
   * @param jobs at a time
   */
  public int trials(Tuning tuning, int jobs) {
    double there = RESERVE * 60 * tuning.minutes();
    return IntStream.iterate(tuning.trials(), n -> n > 1, n -> n - 1)
        .filter(n -> seconds(tuning, n, jobs) <= there)
        .findFirst()
        .orElse(1);
  }
}
