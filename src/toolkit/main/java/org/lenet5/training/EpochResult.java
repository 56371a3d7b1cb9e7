package org.lenet5.training;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.ndarray.FloatNdArray;

/**
 * The results of one epoch: all that listeners see of a training.
 *
 * @param epoch epochs done, from 1
 * @param time when the epoch ended
 * @param trainLoss mean over the epoch's batches weighted by size, as trained
 * @param train the training images after the epoch, without augmentation or dropout
 * @param test the test images after the epoch
 * @param validation the images held out of training, if any
 * @param learningRate of this epoch
 * @param trainSeconds of the training pass
 * @param evaluationSeconds of all evaluations
 * @param images trained on in this epoch
 * @param isLast whether the training ends with this epoch
 * @param variables all variables by name, optimizer state included; heap copies that nobody changes
 */
public record EpochResult(
    int epoch,
    Instant time,
    double trainLoss,
    Evaluation train,
    Evaluation test,
    Optional<Evaluation> validation,
    double learningRate,
    double trainSeconds,
    double evaluationSeconds,
    int images,
    boolean isLast,
    Map<String, FloatNdArray> variables) {

  /** Images a second in the training pass. */
  public double imagesPerSecond() {
    return images / trainSeconds;
  }
}
