package org.lenet5.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Confidence (the probability of the predicted class) against accuracy, in bins of equal width.
 * Immutable.
 *
 * @param bins from the least confident to the most
 */
public record Calibration(List<Bin> bins) {
  /** As many as Guo et al., "On calibration of modern neural networks" (2017), use. */
  static final int BINS = 15;

  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * The images whose confidence lies above {@code from} and not above {@code to}.
   *
   * @param images how many
   * @param confidence their mean confidence; NaN without images
   * @param accuracy share of them that are predicted right; NaN without images
   */
  public record Bin(double from, double to, int images, double confidence, double accuracy) {}

  static Calibration of(ClassificationReport report) {
    int[] images = new int[BINS];
    double[] confidence = new double[BINS];
    int[] correct = new int[BINS];
    for (int i = 0; i < report.size(); i++) {
      double p = report.probabilities()[i][report.prediction(i)];
      int bin = Math.max(0, Math.min(BINS - 1, (int) Math.ceil(p * BINS) - 1));
      images[bin]++;
      confidence[bin] += p;
      correct[bin] += report.correct(i) ? 1 : 0;
    }
    List<Bin> bins = new ArrayList<>();
    for (int b = 0; b < BINS; b++) {
      bins.add(
          new Bin(
              (double) b / BINS,
              (b + 1.0) / BINS,
              images[b],
              confidence[b] / images[b],
              (double) correct[b] / images[b]));
    }
    return new Calibration(bins);
  }

  /** Expected calibration error: the mean gap between both, weighted by images; 0 to 1. */
  public double expectedError() {
    double sum = 0;
    int total = 0;
    for (Bin bin : bins) {
      if (bin.images() > 0) {
        sum += bin.images() * Math.abs(bin.confidence() - bin.accuracy());
        total += bin.images();
      }
    }
    return sum / total;
  }
}
