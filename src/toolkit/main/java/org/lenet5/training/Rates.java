package org.lenet5.training;

/**
 * The learning rate of each step of a training. Thread-safe.
 *
 * @param rate the highest, {@code --learning-rate}
 * @param warmup epochs in which it rises
 * @param anEpoch steps of an epoch
 * @param epochs of the training
 * @param pace its steps, where they are not those of the epochs
 */
record Rates(float rate, Schedule schedule, double warmup, int anEpoch, int epochs, Pace pace) {
  static Rates of(TrainingConfig config, int stepsAnEpoch) {
    return new Rates(
        config.learningRate(),
        config.get(Settings.SCHEDULE),
        config.get(Settings.WARMUP),
        stepsAnEpoch,
        config.epochs(),
        config.get(Settings.STEPS));
  }

  /**
   * That of a step.
   *
   * @param step of the training, from 0
   */
  float at(long step) {
    double factor =
        pace.plans().size() > 1 && schedule.dependsOnEpochs()
            ? planned(step)
            : schedule.factor(
                step, anEpoch, (double) pace.steps((long) anEpoch * epochs) / anEpoch, warmup);
    return factor == 1 ? rate : (float) (rate * factor);
  }

  /**
   * With the plans that were known at a step: so a later plan leaves its rate as it was. The
   * warm-up keeps the share of the training that it had by the first plan, so that the rate does
   * not jump.
   */
  private double planned(long step) {
    Pace known = pace.until(step);
    double steps = known.steps(0);
    double stretched = steps / pace.plans().get(0).steps();
    return schedule.factor(
        known.done(step, 0) * steps, anEpoch, steps / anEpoch, warmup * stretched);
  }
}
