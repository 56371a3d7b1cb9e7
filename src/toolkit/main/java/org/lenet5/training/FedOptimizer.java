package org.lenet5.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Operands;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * The framework's optimizer with TensorFlow's update of an {@link OptimizerKind}, and a learning
 * rate that is fed for each step: the framework's own subclasses build it into the graph. Two more
 * faults of framework 1.0.0 are mended here, once for all kinds: it names a slot after its variable
 * and then rejects the slash in "C1/kernel-m", and it lets Adam and Adamax advance the powers of
 * beta while other updates still read them ({@link BetaPowers}).
 *
 * <p>Weight decay is decoupled (Loshchilov and Hutter, "Decoupled weight decay regularization",
 * 2019, as PyTorch has it): before its update a kernel is multiplied by 1 − rate · decay. Biases
 * and what normalizes keep their size.
 */
final class FedOptimizer extends Optimizer {
  private final OptimizerKind kind;
  private final Operand<TFloat32> rate;
  private final Optional<Operand<TFloat32>> shrunk;
  private final Ops init;
  private final Map<String, Variable<TFloat32>> slots = new HashMap<>();
  private final Map<Float, Operand<TFloat32>> constants = new HashMap<>();
  private final Map<String, Operand<TFloat32>> powers = new HashMap<>();

  /**
   * @param rate scalar; read in each step
   * @param decay of the weights; 0 for none
   */
  FedOptimizer(Graph graph, OptimizerKind kind, Operand<TFloat32> rate, float decay) {
    super(graph, kind.title());
    this.kind = kind;
    this.rate = rate;
    this.init = Ops.create(graph).withInitScope().withSubScope("init");
    this.shrunk =
        decay == 0
            ? Optional.empty()
            : Optional.of(tf.math.sub(constant(1), tf.math.mul(rate, constant(decay))));
  }

  /** What an update of one variable is computed from. */
  final class Update {
    private final Output<TFloat32> variable;
    private final Output<TFloat32> gradient;

    private Update(Output<TFloat32> variable, Output<TFloat32> gradient) {
      this.variable = variable;
      this.gradient = gradient;
    }

    Operand<TFloat32> variable() {
      return variable;
    }

    Operand<TFloat32> gradient() {
      return gradient;
    }

    Operand<TFloat32> rate() {
      return rate;
    }

    Operand<TFloat32> slot(String name) {
      return slots.get(createName(variable, name));
    }

    /** β to the power of the steps so far and this one. */
    Operand<TFloat32> power(String name) {
      return powers.get(name);
    }

    Operand<TFloat32> constant(float value) {
      return FedOptimizer.this.constant(value);
    }

    /**
     * ε as algorithm 1 of Adam's paper and PyTorch add it. TensorFlow's kernel adds it before the
     * second moment's bias is corrected ("epsilon hat" in section 2), which makes it thirty times
     * as large in the first step: enough to move LeNet5's first weights by two percent within
     * twelve steps, as its gradients are small. Scaling it by √(1−β₂ᵗ) gives the algorithm's.
     */
    Operand<TFloat32> correctedEpsilon(float epsilon, String betaTwo) {
      return powers.computeIfAbsent(
          "epsilon",
          any ->
              tf.math.mul(
                  FedOptimizer.this.constant(epsilon),
                  tf.math.sqrt(tf.math.sub(FedOptimizer.this.constant(1), power(betaTwo)))));
    }
  }

  // One for all variables: most operations of a step are tiny, and each has a fixed cost.
  private Operand<TFloat32> constant(float value) {
    return constants.computeIfAbsent(value, each -> tf.constant(each.floatValue()));
  }

  @Override
  protected void createSlots(List<Output<? extends TType>> variables) {
    for (Output<? extends TType> variable : variables) {
      kind.slots()
          .forEach(
              (slot, initial) -> {
                String name = createName(variable, slot);
                slots.put(name, create(name, variable.shape(), initial));
              });
    }
    kind.powers().forEach((name, beta) -> powers.put(name, create(name, Shape.scalar(), beta)));
  }

  /** A variable of one value, which the session sets when it initializes. */
  private Variable<TFloat32> create(String name, Shape shape, float initial) {
    // Not by the Ops API: the layer's scope exists already, so it would append a number to the
    // name.
    Variable<TFloat32> created =
        new Variable<>(
            graph
                .opBuilder(Variable.OP_NAME, name, init.scope())
                .setAttr("shape", shape)
                .setAttr("dtype", Operands.toDataType(TFloat32.class))
                .build());
    init.assign(created, init.fill(init.constant(shape.asArray()), init.constant(initial)));
    return created;
  }

  @Override
  protected <T extends TType> Op applyDense(Ops deps, Output<T> gradient, Output<T> variable) {
    Output<TFloat32> weights = graph.operation(variable.op().name()).output(0);
    Update update = new Update(weights, gradient.expect(TFloat32.class));
    if (shrunk.isEmpty() || !variable.op().name().endsWith("/kernel")) {
      return kind.apply(deps, update);
    }
    List<Op> decayed = new ArrayList<>();
    decayed.add(deps.assign(weights, deps.math.mul(weights, shrunk.get())));
    for (String slot : kind.proportional()) {
      Variable<TFloat32> state = slots.get(createName(weights, slot));
      decayed.add(deps.assign(state, deps.math.mul(state, shrunk.get())));
    }
    return kind.apply(deps.withControlDependencies(decayed), update);
  }

  @Override
  protected Op finish(List<Op> updates, String name) {
    return kind.powers().isEmpty()
        ? super.finish(new ArrayList<>(updates), name)
        : BetaPowers.advanceAfter(graph, updates, name, kind.powers());
  }

  @Override
  public String getOptimizerName() {
    return kind.title();
  }
}
