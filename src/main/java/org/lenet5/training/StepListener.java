package org.lenet5.training;

import java.util.Map;
import java.util.function.Supplier;
import org.tensorflow.ndarray.FloatNdArray;

/**
 * Told of each step before the next one, from the training thread; should return fast. What it
 * throws stops the run with that cause.
 */
@FunctionalInterface
public interface StepListener {
  /** Does nothing. */
  StepListener NONE = (position, variables) -> {};

  /**
   * A step is over.
   *
   * @param variables copies all variables, optimizer state included, to the heap; only within this
   *     call
   */
  void onStep(Position position, Supplier<Map<String, FloatNdArray>> variables);
}
