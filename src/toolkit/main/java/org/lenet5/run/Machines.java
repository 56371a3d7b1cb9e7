package org.lenet5.run;

import org.lenet5.data.Dataset;
import org.lenet5.training.Replicas;
import org.lenet5.training.TrainingConfig;

/** Other machines, which train a run's replicas. That changes no result. Thread-safe. */
public interface Machines {
  /**
   * Makes ready to train a run's replicas; the run closes them.
   *
   * @param run its name, for people
   * @param data with the images that are trained on
   */
  Replicas replicas(String run, TrainingConfig config, Dataset data);
}
