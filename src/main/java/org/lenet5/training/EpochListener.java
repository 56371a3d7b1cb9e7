package org.lenet5.training;

/**
 * Told of each epoch before the next one starts. What a listener throws stops the run with that
 * cause; later listeners of the same epoch are then not called. What must come after all of them is
 * a {@link LastListener}.
 */
@FunctionalInterface
public interface EpochListener {
  void onEpoch(EpochResult result);
}
