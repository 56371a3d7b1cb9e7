package org.lenet5.training;

/**
 * Called after each epoch, before the next one starts. An exception from a listener stops the run
 * and is its cause; the epoch's remaining listeners are then not called.
 */
@FunctionalInterface
public interface EpochListener {
  void onEpoch(EpochResult result);
}
