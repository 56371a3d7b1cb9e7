package org.lenet5.run;

import java.util.Locale;
import java.util.Optional;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Settings;
import org.lenet5.training.TimeFit;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;

/**
 * Fits a new run into {@code --minutes}, counted from its beginning to its model. How many steps
 * there are is planned from some that are tried before the first one, and again after an epoch
 * whose time was other than planned. A run that goes on, and a replay, take the plans that stand in
 * {@code run.json}, however long they take.
 */
final class TimeLimit {
  // Of the whole time. A plan is kept while it is off by less.
  private static final double TOLERANCE = 0.01;
  private static final double TRIED = 0.03;
  private static final double MOST_TRIED = 10;
  // Of the steps that are done this part is left to come down with the rate, however late it is.
  private static final int LEAST = 20;
  // Before the first epoch and the export have told it: charts, checkpoint, model.
  private static final double EPOCH_FILES = 0.4;
  private static final double EXPORT = 1.5;

  private final double seconds;
  private final long begun;
  private double after; // seconds at the end of the last epoch

  /**
   * @param begun {@link System#nanoTime} at the run's beginning
   */
  private TimeLimit(double seconds, long begun) {
    this.seconds = seconds;
    this.begun = begun;
  }

  /** That of a new run, if it has one and its steps are not said. */
  static Optional<TimeLimit> of(TrainingConfig config, long begun) {
    double minutes = config.get(Settings.MINUTES);
    return minutes == 0 || config.get(Settings.STEPS).isSaid()
        ? Optional.empty()
        : Optional.of(new TimeLimit(60 * minutes, begun));
  }

  private double gone() {
    return (System.nanoTime() - begun) / 1e9;
  }

  private double left() {
    return seconds - EXPORT - gone();
  }

  /** The first plan. */
  void plan(Trainer trainer) {
    TimeFit tried = trainer.tryOut(Math.min(MOST_TRIED, TRIED * seconds));
    TimeFit fit =
        new TimeFit(tried.secondsStep(), tried.secondsEnd() + EPOCH_FILES, tried.anEpoch());
    trainer.plan(0, fit.steps(left()));
    after = gone();
  }

  /**
   * Plans again after an epoch if it has to.
   *
   * @return true if the plan is another
   */
  boolean planAgain(Trainer trainer, EpochResult result) {
    double now = gone();
    double epoch = now - after;
    after = now;
    if (result.isLast()) {
      return false;
    }
    int anEpoch = trainer.stepsAnEpoch();
    TimeFit fit =
        new TimeFit(
            result.trainSeconds() / anEpoch, Math.max(0, epoch - result.trainSeconds()), anEpoch);
    long done = (long) result.epoch() * anEpoch;
    double off = fit.seconds(trainer.steps() - done) - left();
    if (Math.abs(off) <= TOLERANCE * seconds) {
      return false;
    }
    long steps = done + Math.max(done / LEAST, fit.steps(left()));
    if (steps == trainer.steps()) {
      return false;
    }
    trainer.plan(done, steps);
    return true;
  }

  /** The plan, for people. */
  String told(Trainer trainer) {
    return String.format(
        Locale.ROOT,
        "Time for about %,d steps, %.1f epochs, in --minutes %s",
        trainer.steps(),
        (double) trainer.steps() / trainer.stepsAnEpoch(),
        Settings.MINUTES.text(seconds / 60));
  }
}
