package org.lenet5.training;

/**
 * Told of each epoch after all {@link EpochListener}s, whatever their order: what it does makes the
 * epoch count, so nothing of the epoch may be written after it. A type of its own, so that it
 * cannot stand among the others. What it throws stops the run.
 */
@FunctionalInterface
public interface LastListener {
  /** Does nothing: the training is not kept. */
  LastListener NONE = result -> {};

  /** Told of an epoch that every other listener has been told of. */
  void afterEpoch(EpochResult result);
}
