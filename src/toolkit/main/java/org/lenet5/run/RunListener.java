package org.lenet5.run;

import org.lenet5.training.EpochListener;
import org.lenet5.training.EpochResult;
import org.lenet5.training.PassListener;

/**
 * Told of a run, by the thread that trains it; each method should return fast. What one throws ends
 * the run and is thrown by {@link TrainingRun}: the epochs that counted before can be gone on from.
 */
public interface RunListener extends EpochListener, PassListener {
  /** Tells nobody. */
  RunListener NONE = new RunListener() {};

  /**
   * The run has its name, its data and its lock, and from now on files. Who wants it to end calls
   * {@link TrainingRun#stop}, which loses nothing.
   */
  default void onOpen(String run) {}

  /** All is ready for the first step. */
  default void onStart(RunStart start) {}

  /** A run with a time limit will have this many epochs now, other than it was said before. */
  default void onPlan(int epochs) {}

  /** Something to know, in one line: what was damaged, lost, or is other than before. */
  default void onMessage(String line) {}

  /** An epoch counts: all its files and {@code run.json} are written. */
  @Override
  default void onEpoch(EpochResult result) {}
}
