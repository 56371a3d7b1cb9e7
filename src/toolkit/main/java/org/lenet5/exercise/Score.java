package org.lenet5.exercise;

/**
 * What a training reached on the images held out; the better one comes first.
 *
 * @param accuracy share of the images, 0 to 1; −1 for a training that cannot go on
 * @param loss mean over the images
 */
public record Score(double accuracy, double loss) implements Comparable<Score> {
  /** That of a training which diverged, or which its settings do not allow. */
  public static final Score FAILED = new Score(-1, Double.POSITIVE_INFINITY);

  /** True for a training that cannot go on. */
  public boolean isFailed() {
    return accuracy < 0;
  }

  /** By accuracy, then by loss. */
  @Override
  public int compareTo(Score other) {
    int byAccuracy = Double.compare(other.accuracy, accuracy);
    return byAccuracy != 0 ? byAccuracy : Double.compare(loss, other.loss);
  }
}
