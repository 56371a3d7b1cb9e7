package org.lenet5.training;

/**
 * How far a training has come, also within an epoch. Together with the variables it is enough to
 * resume exactly.
 *
 * @param epochs that are done
 * @param steps that are done of the next epoch
 * @param lossSum of these steps' losses, each times its batch's size
 * @param seconds that these steps took
 */
public record Position(int epochs, int steps, double lossSum, double seconds) {
  /** The end of an epoch. */
  public static Position afterEpochs(int epochs) {
    return new Position(epochs, 0, 0, 0);
  }

  @Override
  public String toString() {
    return steps == 0 ? "epoch " + epochs : "step " + steps + " of epoch " + (epochs + 1);
  }
}
