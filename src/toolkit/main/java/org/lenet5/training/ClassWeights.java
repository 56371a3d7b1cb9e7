package org.lenet5.training;

import java.util.Arrays;
import java.util.Locale;
import org.lenet5.data.LabeledImages;

/** How much the loss of an image counts, by its class. */
public enum ClassWeights {
  /** Each the same. */
  NONE,
  /**
   * All classes together the same: {@code images / (classes · images of the class)}, of the
   * training images and of the classes that have any. Over an epoch the mean weight is 1.
   */
  BALANCED;

  /**
   * The weights named {@code text}.
   *
   * @throws IllegalArgumentException if {@code text} is neither {@code none} nor {@code balanced}
   */
  public static ClassWeights parse(String text) {
    return Arrays.stream(values())
        .filter(weights -> weights.toString().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("must be none or balanced"));
  }

  /**
   * A weight for each class, 0 for one without images.
   *
   * @param classes how many
   */
  double[] of(LabeledImages training, int classes) {
    double[] weights = new double[classes];
    if (this == NONE) {
      Arrays.fill(weights, 1);
      return weights;
    }
    int[] counts = new int[classes];
    for (int i = 0; i < training.size(); i++) {
      counts[training.label(i)]++;
    }
    long present = Arrays.stream(counts).filter(count -> count > 0).count();
    for (int c = 0; c < classes; c++) {
      weights[c] = counts[c] == 0 ? 0 : (double) training.size() / ((double) present * counts[c]);
    }
    return weights;
  }

  /** As the flag has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
