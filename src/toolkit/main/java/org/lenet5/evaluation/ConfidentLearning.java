package org.lenet5.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds labels that are likely wrong, from what a model that was not trained on the images says of
 * them (Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset
 * labels", 2021).
 *
 * <p>A class's threshold is the mean probability that images with its label get for it. An image
 * counts as a class whose threshold it reaches, the most probable of those; where that is another
 * class than its label, the label is suspect. Thread-safe.
 */
public final class ConfidentLearning {
  private ConfidentLearning() {}

  /**
   * A label that is likely wrong.
   *
   * @param image its number in the set, from 0
   * @param label the class that it is said to be
   * @param suggested the class that the model is confident of
   * @param labelProbability of the label's class
   * @param suggestedProbability of the suggested class
   */
  public record Suspect(
      int image, int label, int suggested, float labelProbability, float suggestedProbability) {
    /** How much less probable the label is than the suggested class: the higher the likelier. */
    public float margin() {
      return suggestedProbability - labelProbability;
    }
  }

  /** The suspect labels, the likeliest first; of equals the first image. */
  public static List<Suspect> suspects(ClassificationReport report) {
    double[] thresholds = thresholds(report);
    List<Suspect> suspects = new ArrayList<>();
    for (int i = 0; i < report.size(); i++) {
      float[] p = report.probabilities()[i];
      int label = report.labels()[i];
      int confident = confident(p, thresholds);
      if (confident >= 0 && confident != label) {
        suspects.add(new Suspect(i, label, confident, p[label], p[confident]));
      }
    }
    suspects.sort(Comparator.comparingDouble(Suspect::margin).reversed());
    return suspects;
  }

  /** By class, NaN for one that no image is labelled with: nothing reaches that. */
  private static double[] thresholds(ClassificationReport report) {
    double[] sums = new double[report.classes().size()];
    int[] counts = new int[sums.length];
    for (int i = 0; i < report.size(); i++) {
      int label = report.labels()[i];
      sums[label] += report.probabilities()[i][label];
      counts[label]++;
    }
    for (int c = 0; c < sums.length; c++) {
      sums[c] /= counts[c];
    }
    return sums;
  }

  private static int confident(float[] p, double[] thresholds) {
    int best = -1;
    for (int c = 0; c < p.length; c++) {
      if (p[c] >= thresholds[c] && (best < 0 || p[c] > p[best])) {
        best = c;
      }
    }
    return best;
  }
}
