package org.lenet5.training;

import java.util.Map;
import org.tensorflow.ndarray.FloatNdArray;

/**
 * Asked after each step, or round of replicas, on the training thread; the answer no should be
 * fast. As with {@link EpochListener}s, what it throws stops the run.
 */
public interface StepListener {
  /** Wants nothing. */
  StepListener NONE =
      new StepListener() {
        @Override
        public boolean wants(int before, int steps) {
          return false;
        }

        @Override
        public void onStep(Position position, Map<String, FloatNdArray> variables) {}
      };

  /**
   * True if {@link #onStep} is to be called.
   *
   * @param before steps done in this epoch when it was asked last, or the epoch was begun or gone
   *     on with: one less, or as many as a round of replicas has batches
   * @param steps done in this epoch, from 1
   */
  boolean wants(int before, int steps);

  /**
   * Told of a step.
   *
   * @param variables copies of all variables after it, optimizer state included
   */
  void onStep(Position position, Map<String, FloatNdArray> variables);
}
