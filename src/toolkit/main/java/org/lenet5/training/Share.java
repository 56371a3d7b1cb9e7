package org.lenet5.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What one replica trains in a round: batches of an epoch that follow one another. With the
 * variables that the round begins with, a training's settings and its images it decides the result
 * to the last bit, whoever trains it, and when. Immutable.
 *
 * @param epoch from 0
 * @param first index of its first batch in the epoch, from 0
 * @param batches how many, at least 1
 * @param step of the training, from 0, whose learning rate its first batch has
 * @param stride steps from one batch's rate to the next one's: all replicas have the same rate at
 *     the same time, and it falls as fast as over the batches of all of them
 */
public record Share(int epoch, int first, int batches, long step, int stride)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The shares of a round, in the order of their batches; none differs from another by more than a
   * batch, and there are fewer than replicas only if there are fewer batches.
   *
   * @param first index of the round's first batch in the epoch
   * @param batches of the round, at least 1
   * @param step of the training that the first batch is
   */
  static List<Share> ofRound(int epoch, int first, int batches, long step, int replicas) {
    int shares = Math.min(replicas, batches);
    List<Share> all = new ArrayList<>();
    for (int i = 0; i < shares; i++) {
      int begin = (int) ((long) batches * i / shares);
      int end = (int) ((long) batches * (i + 1) / shares);
      all.add(new Share(epoch, first + begin, end - begin, step, shares));
    }
    return all;
  }

  /** The index after its last batch. */
  int end() {
    return first + batches;
  }
}
