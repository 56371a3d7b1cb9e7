package org.lenet5.training;

import java.util.Arrays;
import org.lenet5.data.Batch;

/**
 * What each image of a batch is to be taken for: a distribution over the classes, of which the loss
 * takes the distance. By itself it is all on the image's label; what mixes images, or spreads their
 * labels, is another one around it:
 *
 * <pre>{@code
 * Targets targets = Targets.LABELS.smoothed(0.1f);
 * }</pre>
 *
 * <p>Computed on the training thread for each step, into memory that is used again. Immutable.
 */
@FunctionalInterface
interface Targets {
  /** All on the label; of images that are mixed with others, on both labels by their weights. */
  Targets LABELS =
      (batch, image, probabilities) -> {
        Arrays.fill(probabilities, 0);
        int label = batch.labels().getInt(image);
        if (batch.mixed().isEmpty()) {
          probabilities[label] = 1;
        } else {
          Batch.SecondLabels second = batch.mixed().get();
          probabilities[label] = second.weights().getFloat(image);
          probabilities[second.labels().getInt(image)] += 1 - second.weights().getFloat(image);
        }
      };

  /**
   * Writes an image's distribution.
   *
   * @param image of the batch, from 0
   * @param probabilities for each class; each is written; their sum becomes 1
   */
  void write(Batch batch, int image, float[] probabilities);

  /**
   * These with a share taken off and given to all classes alike: label smoothing, of Szegedy and
   * others, "Rethinking the Inception architecture" (2016). The same as these for a share of 0.
   */
  default Targets smoothed(float share) {
    if (share == 0) {
      return this;
    }
    return (batch, image, probabilities) -> {
      write(batch, image, probabilities);
      float each = share / probabilities.length;
      for (int c = 0; c < probabilities.length; c++) {
        probabilities[c] = (1 - share) * probabilities[c] + each;
      }
    };
  }
}
