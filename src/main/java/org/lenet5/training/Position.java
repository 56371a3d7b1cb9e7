package org.lenet5.training;

/**
 * Where a training stands: with the variables, all that it takes to go on from there.
 *
 * @param epochs that are over
 * @param steps of the next epoch that are over
 * @param lossSum of these steps: each batch's mean loss times its images, added in their order
 * @param seconds that these steps took
 */
public record Position(int epochs, int steps, double lossSum, double seconds) {
  /** Between two epochs; 0 is the beginning. */
  public static Position after(int epochs) {
    return new Position(epochs, 0, 0, 0);
  }

  /** True if an epoch has begun. */
  public boolean withinEpoch() {
    return steps > 0;
  }
}
