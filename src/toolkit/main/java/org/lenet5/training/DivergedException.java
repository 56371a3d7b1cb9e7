package org.lenet5.training;

import java.util.Locale;

/** The loss is no longer a number; what earlier epochs saved stays usable. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param epoch from 0
   * @param where the step ("step 12 of 500") or pass it was seen in
   */
  DivergedException(int epoch, String where, double loss, TrainingConfig config) {
    super(
        String.format(
            Locale.ROOT,
            "training diverged in epoch %d of %d, %s: the loss is %s; try a smaller --learning-rate than"
                + " %s or another --optimizer than %s",
            epoch + 1,
            config.epochs(),
            where,
            loss,
            Float.toString(config.learningRate()),
            config.optimizer().word()));
  }
}
