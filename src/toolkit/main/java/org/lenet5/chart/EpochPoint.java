package org.lenet5.chart;

import java.util.Optional;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Evaluation;

/**
 * Loss and accuracy of one epoch: what the curves are drawn from.
 *
 * @param epoch from 1
 * @param train the loss as trained (the epoch's running mean), the accuracy after the epoch
 * @param test after the epoch
 * @param validation after the epoch, for runs that hold images out
 */
public record EpochPoint(int epoch, Figures train, Figures test, Optional<Figures> validation) {

  /**
   * A loss and an accuracy.
   *
   * @param loss mean over the images
   * @param accuracy a fraction, 0 to 1
   */
  public record Figures(double loss, double accuracy) {
    private static Figures of(Evaluation evaluation) {
      return new Figures(evaluation.loss(), evaluation.accuracy());
    }
  }

  /** The figures of {@code result}. */
  public static EpochPoint of(EpochResult result) {
    return new EpochPoint(
        result.epoch(),
        new Figures(result.trainLoss(), result.train().accuracy()),
        Figures.of(result.test()),
        result.validation().map(Figures::of));
  }
}
