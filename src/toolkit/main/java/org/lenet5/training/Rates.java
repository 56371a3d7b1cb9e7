package org.lenet5.training;

/**
 * The learning rate of each step of a training. Thread-safe.
 *
 * @param rate the highest, {@code --learning-rate}
 * @param warmup epochs in which it rises
 * @param anEpoch steps of an epoch
 * @param epochs of the training
 */
record Rates(float rate, Schedule schedule, double warmup, int anEpoch, int epochs) {
  static Rates of(TrainingConfig config, int stepsAnEpoch) {
    return new Rates(
        config.learningRate(),
        config.get(Settings.SCHEDULE),
        config.get(Settings.WARMUP),
        stepsAnEpoch,
        config.epochs());
  }

  /**
   * That of a step.
   *
   * @param step of the training, from 0
   */
  float at(long step) {
    double factor = schedule.factor(step, anEpoch, epochs, warmup);
    return factor == 1 ? rate : (float) (rate * factor);
  }
}
