package org.lenet5.training;

import org.lenet5.data.LabeledImages;

/**
 * What a pass over labelled images without augmentation or dropout measures.
 *
 * @param loss mean over the images
 * @param accuracy share of images whose most probable class is their label, 0 to 1
 * @param predictions the most probable class of each image, in the set's order
 * @param confusion images counted by [true class][predicted class]
 */
public record Evaluation(double loss, double accuracy, int[] predictions, int[][] confusion) {
  /** Sums up what was found for each image. */
  static Evaluation of(LabeledImages images, float[] losses, int[] predictions, int classes) {
    double sum = 0;
    int correct = 0;
    int[][] confusion = new int[classes][classes];
    for (int i = 0; i < predictions.length; i++) {
      sum += losses[i];
      confusion[images.label(i)][predictions[i]]++;
      correct += images.label(i) == predictions[i] ? 1 : 0;
    }
    return new Evaluation(
        sum / predictions.length, (double) correct / predictions.length, predictions, confusion);
  }

  /** Balanced accuracy and macro F1. */
  public ClassMeans classMeans() {
    return ClassMeans.of(confusion);
  }
}
