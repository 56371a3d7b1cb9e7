package org.lenet5.training;

/** The learning rate of each step of a training. Immutable. */
final class LearningRate {
  private final RateSchedule schedule;
  private final float rate;
  private final double warmUp;
  private final int anEpoch;
  private final long steps;

  /**
   * @param anEpoch steps of an epoch
   * @param steps of the whole training
   */
  LearningRate(TrainingConfig config, int anEpoch, long steps) {
    this.schedule = config.get(Settings.SCHEDULE);
    this.rate = config.learningRate();
    this.warmUp = config.get(Settings.WARMUP) * anEpoch;
    this.anEpoch = anEpoch;
    this.steps = steps;
  }

  /** Of a step, from 0; a whole one is the setting's to the last bit. */
  float at(long step) {
    double share = schedule.share(step, steps, warmUp, anEpoch);
    return share == 1 ? rate : (float) (written(rate) * share);
  }

  /** A rate as people write it: 0.001, not 0.00100000005. */
  static double written(float rate) {
    return Double.parseDouble(Float.toString(rate));
  }
}
