package org.lenet5.training;

/** Told of each step and each evaluated batch, from the training thread; should return fast. */
public interface TrainingProgress {
  /** Says nothing. */
  TrainingProgress NONE =
      new TrainingProgress() {
        @Override
        public void begin(int epoch, String pass, long images) {}

        @Override
        public void advance(int images, double loss) {}

        @Override
        public void end() {}
      };

  /**
   * A pass begins.
   *
   * @param epoch from 0
   * @param pass "train" or what is evaluated
   * @param images of the whole pass
   */
  void begin(int epoch, String pass, long images);

  /** A batch is done; {@code loss} is its mean. */
  void advance(int images, double loss);

  /** The pass is over, or it failed. */
  void end();
}
