package org.lenet5.checkpoint;

import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.lenet5.training.EpochListener;
import org.tensorflow.ndarray.FloatNdArray;

/**
 * A file, or files, that a run writes as it trains. Its life: {@link #start}, or for a run that
 * goes on {@link #recall} for each checkpoint that is kept and then {@link #resume}; {@link
 * #onEpoch} for each epoch; {@link #close} at the end, however that comes.
 *
 * <p>An epoch counts only once {@link RunRecorder} has written {@code run.json}, after all
 * artifacts. One that was written before and does not count is dropped by {@link #resume}. What any
 * of these throws ends the run and is its cause. All are called from the training thread.
 */
public interface RunArtifact extends EpochListener, AutoCloseable {
  /** A new run begins. */
  default void start() {}

  /**
   * Tells an earlier epoch's weights, so that what was lost of it can be computed anew.
   *
   * @param epoch from 1
   * @param variables after it
   * @param testPredictions computes what they take each test image for
   */
  default void recall(
      int epoch, Map<String, FloatNdArray> variables, Supplier<int[]> testPredictions) {}

  /**
   * The run goes on: what was written of epochs that do not count is dropped now, not at the end of
   * the next epoch.
   *
   * @param remarks told of what was damaged or lost, in a line each
   */
  void resume(Consumer<String> remarks);

  /** The run has ended, well or not. */
  @Override
  default void close() {}
}
