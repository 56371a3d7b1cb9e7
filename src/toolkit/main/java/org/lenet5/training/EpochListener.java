package org.lenet5.training;

/**
 * Called after each epoch, before the next one starts. An exception from a listener stops the run
 * and is its cause; the epoch's remaining listeners are then not called. What must come after all
 * of them is a {@link LastListener}.
 */
@FunctionalInterface
public interface EpochListener {
  void onEpoch(EpochResult result);
}
