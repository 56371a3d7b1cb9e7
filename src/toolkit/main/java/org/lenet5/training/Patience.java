package org.lenet5.training;

/**
 * Ends a training that does not become better on the images held out. What it says follows from the
 * epochs' figures alone, so a run that goes on ends where it would have without the stop. Not
 * thread-safe.
 */
public final class Patience {
  private final int epochs;
  private final BestBy by;
  private int last;
  private int best;
  private double goodness = Double.NEGATIVE_INFINITY;

  /**
   * One that has seen no epoch yet.
   *
   * @param epochs without a better one after which the training ends; 0: it never does
   */
  public Patience(int epochs, BestBy by) {
    this.epochs = epochs;
    this.by = by;
  }

  /** That of a configuration. */
  public static Patience of(TrainingConfig config) {
    return new Patience(config.get(Settings.PATIENCE), config.get(Settings.BEST_BY));
  }

  /**
   * Counts the next epoch. Of equals the earlier is the better one.
   *
   * @param accuracy on the images held out, 0 to 1
   * @param loss on them
   */
  public void add(double accuracy, double loss) {
    last++;
    double now = by.goodness(accuracy, loss);
    if (now > goodness) {
      goodness = now;
      best = last;
    }
  }

  /** True if the training has to end with the last epoch that was counted. */
  public boolean isOver() {
    return epochs > 0 && last - best >= epochs;
  }

  /** The best epoch so far, from 1; 0 if none was counted. */
  public int best() {
    return best;
  }
}
