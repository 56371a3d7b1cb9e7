package org.lenet5.training;

/**
 * Told of each pass over images, each step of it and each evaluated batch, from the training
 * thread; should return fast.
 */
public interface PassListener {
  /** Says nothing. */
  PassListener NONE = new PassListener() {};

  /**
   * A pass begins.
   *
   * @param epoch from 0
   * @param pass "train" or what is evaluated
   * @param images of the whole pass
   */
  default void begin(int epoch, String pass, long images) {}

  /** A batch is done; {@code loss} is its mean. */
  default void advance(int images, double loss) {}

  /** The pass is over, or it failed. */
  default void end() {}
}
