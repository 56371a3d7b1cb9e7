package org.lenet5.evaluation;

import org.hipparchus.analysis.solvers.BrentSolver;

/**
 * Temperature scaling: all logits are divided by one number, so that the probabilities become as
 * high as the model is right (Guo et al., "On calibration of modern neural networks", 2017). The
 * order of the classes stays, and so does the accuracy.
 */
public final class Temperature {
  /** No scaling. */
  public static final double NONE = 1;

  /** What a fit may give. */
  private static final double LOWEST = 0.01;

  private static final double HIGHEST = 100;
  private static final double PRECISION = 1e-9;
  private static final int MOST_STEPS = 1000;

  private Temperature() {}

  /**
   * The temperature with the lowest cross-entropy, 0.01 to 100. Above 1 the model was too
   * confident, below 1 too cautious.
   *
   * @param logits by image of those held out, then by class
   * @param labels the true class of each
   * @throws IllegalArgumentException if there is no image
   */
  public static double fit(float[][] logits, int[] labels) {
    if (logits.length == 0 || logits.length != labels.length) {
      throw new IllegalArgumentException(
          "images (%d) must be at least one, and as many as labels (%d)"
              .formatted(logits.length, labels.length));
    }
    // Cross-entropy is convex in 1/T: its slope rises, and the lowest point is where it is 0.
    if (slope(logits, labels, 1 / HIGHEST) >= 0) {
      return HIGHEST;
    }
    if (slope(logits, labels, 1 / LOWEST) <= 0) {
      return LOWEST;
    }
    double inverse =
        new BrentSolver(PRECISION)
            .solve(MOST_STEPS, beta -> slope(logits, labels, beta), 1 / HIGHEST, 1 / LOWEST);
    return 1 / inverse;
  }

  /** The mean over the images of: expected logit minus the true class's. */
  private static double slope(float[][] logits, int[] labels, double beta) {
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      double[] p = softmax(logits[i], beta);
      for (int c = 0; c < p.length; c++) {
        sum += p[c] * logits[i][c];
      }
      sum -= logits[i][labels[i]];
    }
    return sum / logits.length;
  }

  /**
   * Probabilities by image, then by class.
   *
   * @param temperature positive
   */
  public static float[][] probabilities(float[][] logits, double temperature) {
    float[][] all = new float[logits.length][];
    for (int i = 0; i < logits.length; i++) {
      double[] exact = softmax(logits[i], 1 / temperature);
      all[i] = new float[exact.length];
      for (int c = 0; c < exact.length; c++) {
        all[i][c] = (float) exact[c];
      }
    }
    return all;
  }

  private static double[] softmax(float[] logits, double beta) {
    double most = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, beta * logit);
    }
    double[] p = new double[logits.length];
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      p[c] = Math.exp(beta * logits[c] - most);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }
}
