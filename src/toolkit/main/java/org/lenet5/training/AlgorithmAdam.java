package org.lenet5.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.train.ApplyAdam;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * Adam that adds epsilon where algorithm 1 of its paper and PyTorch add it. TensorFlow's kernel
 * adds it before the second moment's bias is corrected ("epsilon hat" in section 2), which makes it
 * thirty times as large in the first step: enough to move LeNet5's first weights by two percent
 * within twelve steps, as its gradients are small. Scaling epsilon by √(1−β₂ᵗ) gives the
 * algorithm's.
 */
final class AlgorithmAdam extends Adam {
  private final float rate;
  private final Slots slots;
  private Operand<TFloat32> powerOne;
  private Operand<TFloat32> powerTwo;
  private Operand<TFloat32> rateConstant;
  private Operand<TFloat32> betaOne;
  private Operand<TFloat32> betaTwo;
  private Operand<TFloat32> epsilon;

  AlgorithmAdam(Graph graph, float rate) {
    super(graph, rate);
    this.rate = rate;
    this.slots = new Slots(graph);
  }

  @Override
  protected <T extends TType> void createSlot(Output<T> v, String slot, Operand<T> initial) {
    slots.create(v, slot, initial);
  }

  @Override
  public <T extends TType> Optional<Variable<T>> getSlot(Output<T> v, String slot) {
    return slots.get(v, slot);
  }

  // Computed once for all variables: most operations of a step are tiny, and each has a fixed cost.
  @Override
  protected Optional<Op> prepare(String scopeName) {
    powerOne = graph.operation("beta1_power").output(0);
    powerTwo = graph.operation("beta2_power").output(0);
    rateConstant = tf.constant(rate);
    betaOne = tf.constant(BETA_ONE_DEFAULT);
    betaTwo = tf.constant(BETA_TWO_DEFAULT);
    epsilon =
        tf.math.mul(
            tf.constant(EPSILON_DEFAULT), tf.math.sqrt(tf.math.sub(tf.constant(1f), powerTwo)));
    return Optional.empty();
  }

  @Override
  protected <T extends TType> Op applyDense(Ops deps, Output<T> gradient, Output<T> variable) {
    Class<T> type = gradient.type();
    return deps.train.applyAdam(
        variable,
        getSlot(variable, FIRST_MOMENT).orElseThrow(),
        getSlot(variable, SECOND_MOMENT).orElseThrow(),
        tf.dtypes.cast(powerOne, type),
        tf.dtypes.cast(powerTwo, type),
        tf.dtypes.cast(rateConstant, type),
        tf.dtypes.cast(betaOne, type),
        tf.dtypes.cast(betaTwo, type),
        tf.dtypes.cast(epsilon, type),
        gradient,
        ApplyAdam.useLocking(true));
  }

  @Override
  protected Op finish(List<Op> updates, String name) {
    return BetaPowers.advanceAfter(
        graph,
        updates,
        name,
        Map.of("beta1_power", BETA_ONE_DEFAULT, "beta2_power", BETA_TWO_DEFAULT));
  }
}
