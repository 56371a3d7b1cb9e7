package org.lenet5.training;

import java.util.List;
import java.util.SortedMap;

/**
 * Who trains the shares of a round: this process, one after the other, or other machines at the
 * same time. That changes no result. Called from the thread that trains.
 */
public interface Replicas extends AutoCloseable {
  /**
   * Trains each share by {@link Trainer#train(Share, SortedMap)}.
   *
   * @param variables that each share begins with
   * @return what came of them, in the order of the shares
   */
  List<TrainedShare> train(SortedMap<String, float[]> variables, List<Share> shares);

  @Override
  void close();
}
