package org.lenet5.training;

import java.util.Locale;
import java.util.Optional;

/** Notices a training that has learned nothing yet: its loss is that of guessing. */
public final class Guessing {
  // Of the loss of guessing. Whatever learns is well below it after an epoch; a network whose
  // probabilities are all alike is at 1 to the fourth digit.
  private static final double SHARE = 0.998;

  private Guessing() {}

  /**
   * What to say after the first epoch, if its loss is that of a network which takes each class for
   * as likely as any other.
   */
  public static Optional<String> remark(EpochResult result, TrainingConfig config, int classes) {
    double guessing = config.loss().ofGuessing(classes);
    if (result.epoch() != 1 || result.train().loss() < SHARE * guessing) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "Nothing learned yet: after an epoch the loss on the training images is %.4f, and guessing"
                + " has %.4f. If the next epochs are no better, try %s",
            result.train().loss(),
            guessing,
            advice(config)));
  }

  private static String advice(TrainingConfig config) {
    String rate =
        config.optimizer() == OptimizerKind.of("adam")
            ? "a lower or higher --learning-rate"
            : "--optimizer adam, or another --learning-rate";
    return rate + ", --normalize dataset, or --network lenet5-bn";
  }
}
