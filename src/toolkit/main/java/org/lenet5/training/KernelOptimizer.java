package org.lenet5.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.train.ApplyAdam;
import org.tensorflow.op.train.ApplyGradientDescent;
import org.tensorflow.op.train.ApplyMomentum;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * The framework's optimizer around the kernel of an {@link OptimizerKind}, whose state it makes:
 * for each trained variable one of each slot ("C1/kernel-m"), and the powers of beta.
 *
 * <p>Version 1.1.0 of the framework still has three faults that its own subclasses share. The rate
 * is a constant of their graph; here it is an operand. They name a slot after its variable and then
 * reject the slash in "C1/kernel-m"; here the variable is a {@link StateVariable}. And they let
 * Adam and Adamax advance the powers of beta while other updates still read them; {@link
 * BetaPowers} moves that to the end of the step.
 */
final class KernelOptimizer extends Optimizer {
  private final OptimizerKind kind;
  private final Operand<TFloat32> rate;
  private final float weightDecay;
  private final Ops init;
  private final Map<String, Variable<TFloat32>> state = new HashMap<>();
  private final Map<Float, Operand<TFloat32>> constants = new HashMap<>();
  private final Map<String, Operand<TFloat32>> shared = new HashMap<>();

  /**
   * Adds one to a graph. As its own type, the table of settings would load the framework for the
   * help.
   *
   * @param rate float32, a scalar
   * @param weightDecay at least 0
   */
  static Optimizer of(OptimizerKind kind, Graph graph, Operand<TFloat32> rate, float weightDecay) {
    return new KernelOptimizer(kind, graph, rate, weightDecay);
  }

  private KernelOptimizer(
      OptimizerKind kind, Graph graph, Operand<TFloat32> rate, float weightDecay) {
    super(graph, kind.scope());
    this.kind = kind;
    this.rate = rate;
    this.weightDecay = weightDecay;
    this.init = Ops.create(graph).withInitScope().withSubScope("init");
  }

  /** What the kernel of a variable works on. */
  final class Update {
    private final Ops ops;
    private final Output<TFloat32> variable;
    private final Output<TFloat32> gradient;

    private Update(Ops ops, Output<TFloat32> variable, Output<TFloat32> gradient) {
      this.ops = ops;
      this.variable = variable;
      this.gradient = gradient;
    }

    /** Where the kernel goes: it waits for all gradients. */
    Ops ops() {
      return ops;
    }

    Output<TFloat32> variable() {
      return variable;
    }

    Output<TFloat32> gradient() {
      return gradient;
    }

    /** Of the step, a scalar. */
    Operand<TFloat32> rate() {
      return rate;
    }

    /** The variable's state. */
    Operand<TFloat32> slot(String name) {
      return state.get(createName(variable, name));
    }

    /** State of the whole step, such as {@code beta1_power}. */
    Operand<TFloat32> power(String name) {
      return state.get(name);
    }

    Operand<TFloat32> constant(float value) {
      return constants.computeIfAbsent(value, tf::constant);
    }

    /**
     * What is the same for all variables, computed once a step: most operations of a step are tiny,
     * and each has a fixed cost.
     */
    private Operand<TFloat32> once(String name, Function<Ops, Operand<TFloat32>> compute) {
      return shared.computeIfAbsent(name, key -> compute.apply(tf));
    }

    /** Adds the kernel of momentum 0.9. */
    Op momentum(boolean nesterov) {
      return ops.train.applyMomentum(
          variable,
          slot(Momentum.MOMENTUM),
          rate,
          gradient,
          constant(0.9f),
          ApplyMomentum.useNesterov(nesterov),
          ApplyMomentum.useLocking(true));
    }

    /**
     * Adds the kernel of Adam with epsilon where algorithm 1 of its paper and PyTorch add it. The
     * kernel adds it before the second moment's bias is corrected ("epsilon hat" in section 2),
     * which makes it thirty times as large in the first step: enough to move LeNet5's first weights
     * by two percent within twelve steps, as its gradients are small. Scaling epsilon by √(1−β₂ᵗ)
     * gives the algorithm's.
     */
    Op adam() {
      Operand<TFloat32> epsilon =
          once(
              "epsilon",
              all ->
                  all.math.mul(
                      all.constant(Adam.EPSILON_DEFAULT),
                      all.math.sqrt(all.math.sub(all.constant(1f), power("beta2_power")))));
      return ops.train.applyAdam(
          variable,
          slot(Adam.FIRST_MOMENT),
          slot(Adam.SECOND_MOMENT),
          power("beta1_power"),
          power("beta2_power"),
          rate,
          constant(Adam.BETA_ONE_DEFAULT),
          constant(Adam.BETA_TWO_DEFAULT),
          epsilon,
          gradient,
          ApplyAdam.useLocking(true));
    }
  }

  @Override
  protected void createSlots(List<Output<? extends TType>> variables) {
    for (Output<? extends TType> each : variables) {
      kind.slots()
          .forEach(
              (slot, first) ->
                  add(
                      createName(each, slot),
                      each.shape(),
                      init.fill(init.constant(each.shape().asArray()), init.constant(first))));
    }
    kind.betas().forEach((power, beta) -> add(power, Shape.scalar(), init.constant(beta)));
  }

  private void add(String name, Shape shape, Operand<TFloat32> firstValue) {
    Variable<TFloat32> created = StateVariable.add(graph, name, shape);
    init.assign(created, firstValue);
    state.put(name, created);
  }

  @Override
  public <T extends TType> Optional<Variable<T>> getSlot(Output<T> variable, String slot) {
    @SuppressWarnings("unchecked") // Every variable is of TFloat32, and so is its state.
    Variable<T> found = (Variable<T>) state.get(createName(variable, slot));
    return Optional.ofNullable(found);
  }

  @Override
  protected <T extends TType> Op applyDense(Ops deps, Output<T> gradient, Output<T> variable) {
    Output<TFloat32> weight = variable.expect(TFloat32.class);
    Ops after = weightDecay > 0 && isKernel(weight) ? decayed(deps, weight) : deps;
    return kind.update(new Update(after, weight, gradient.expect(TFloat32.class)));
  }

  /** Biases, and gamma and beta of batch normalization, are left as they are. */
  private static boolean isKernel(Output<TFloat32> variable) {
    return variable.op().name().endsWith("/kernel");
  }

  /**
   * Decoupled weight decay before the kernel, as PyTorch's AdamW has it: {@code w −= rate · decay ·
   * w}. TensorFlow's gradient descent with the weight itself for a gradient does that.
   *
   * @return for what has to wait for it
   */
  private Ops decayed(Ops deps, Output<TFloat32> weight) {
    Operand<TFloat32> share =
        shared.computeIfAbsent("decay", key -> tf.math.mul(rate, tf.constant(weightDecay)));
    List<Op> decays = new ArrayList<>();
    decays.add(decay(deps, weight, share));
    for (String slot : kind.proportional()) {
      decays.add(decay(deps, state.get(createName(weight, slot)).asOutput(), share));
    }
    return deps.withControlDependencies(decays);
  }

  private static Op decay(Ops deps, Output<TFloat32> value, Operand<TFloat32> share) {
    return deps.train.applyGradientDescent(
        value, share, value, ApplyGradientDescent.useLocking(true));
  }

  @Override
  protected Op finish(List<Op> updates, String name) {
    return kind.betas().isEmpty()
        ? super.finish(updates, name)
        : BetaPowers.advanceAfter(graph, updates, name, kind.betas());
  }

  @Override
  public String getOptimizerName() {
    return kind.scope();
  }
}
