package org.lenet5.training;

import java.util.stream.DoubleStream;

/**
 * Figures in which every class counts the same, the rare ones as much as the common.
 *
 * @param balancedAccuracy mean recall of the classes that have images, 0 to 1: the accuracy if each
 *     class had as many
 * @param macroF1 mean F1 of the classes, 0 to 1; one that no image has and none is taken for does
 *     not count
 */
public record ClassMeans(double balancedAccuracy, double macroF1) {
  /**
   * Those of counted images.
   *
   * @param confusion images by [true class][predicted class]
   * @return NaN for both if there are no images
   */
  public static ClassMeans of(int[][] confusion) {
    int classes = confusion.length;
    double[] recall = new double[classes];
    double[] f1 = new double[classes];
    for (int c = 0; c < classes; c++) {
      int hits = confusion[c][c];
      int support = 0;
      int predicted = 0;
      for (int other = 0; other < classes; other++) {
        support += confusion[c][other];
        predicted += confusion[other][c];
      }
      recall[c] = (double) hits / support; // 0/0 is NaN: of no images
      f1[c] = 2.0 * hits / (predicted + support);
    }
    return new ClassMeans(mean(recall), mean(f1));
  }

  private static double mean(double... values) {
    return DoubleStream.of(values)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }
}
