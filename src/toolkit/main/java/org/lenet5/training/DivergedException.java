package org.lenet5.training;

import java.util.Locale;

/** The loss is no longer a number; what earlier epochs saved stays usable. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param epoch from 0, as the epoch's line counts
   * @param where the step ("step 12 of 500") or pass it was seen in
   */
  DivergedException(int epoch, String where, double loss, TrainingConfig config) {
    super(
        String.format(
            Locale.ROOT,
            "training diverged in epoch %d, %s: the loss is %s; try a smaller --learning-rate than"
                + " %s or another --optimizer than %s",
            epoch,
            where,
            loss,
            Float.toString(config.learningRate()),
            config.optimizer().word()));
  }
}
