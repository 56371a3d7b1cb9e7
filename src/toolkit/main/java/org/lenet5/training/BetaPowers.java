package org.lenet5.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Ends a step of Adam or Adamax. Every parameter's update reads the powers of beta, so they may be
 * multiplied only after all updates. The framework does not fix that order.
 */
final class BetaPowers {
  private BetaPowers() {}

  /**
   * Adds the multiplications behind the updates.
   *
   * @param betas the factor of each power's variable
   * @return the step's last operation
   */
  static Op advanceAfter(Graph graph, List<Op> updates, String name, Map<String, Float> betas) {
    Ops last = Ops.create(graph).withSubScope("beta_powers").withControlDependencies(updates);
    List<Op> all = new ArrayList<>(updates);
    new TreeMap<>(betas)
        .forEach(
            (power, beta) -> {
              Output<TFloat32> variable = graph.operation(power).output(0);
              all.add(last.assign(variable, last.math.mul(variable, last.constant(beta))));
            });
    return Ops.create(graph).withControlDependencies(all).withName(name).noOp();
  }
}
