package org.lenet5.training;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.framework.optimizers.AdaDelta;
import org.tensorflow.framework.optimizers.AdaGrad;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.Adamax;
import org.tensorflow.framework.optimizers.Ftrl;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.framework.optimizers.RMSProp;
import org.tensorflow.op.Op;
import org.tensorflow.op.train.ApplyAdaMax;
import org.tensorflow.op.train.ApplyAdadelta;
import org.tensorflow.op.train.ApplyAdagrad;
import org.tensorflow.op.train.ApplyFtrl;
import org.tensorflow.op.train.ApplyGradientDescent;
import org.tensorflow.op.train.ApplyRmsProp;
import org.tensorflow.types.TFloat32;

/**
 * TensorFlow's optimizers by name: its kernels, with the framework's defaults for all but the
 * learning rate and the momentum. Each says what state it keeps and how its kernel is called; the
 * rest is {@link KernelOptimizer}'s.
 */
public enum OptimizerKind {
  /** Stochastic gradient descent. */
  SGD("GradientDescent", Map.of(), Map.of()) {
    @Override
    Op update(KernelOptimizer.Update on) {
      return on.ops()
          .train
          .applyGradientDescent(
              on.variable(), on.rate(), on.gradient(), ApplyGradientDescent.useLocking(true));
    }
  },
  /** Momentum 0.9, the usual value: the framework's default of 0 would be plain SGD. */
  MOMENTUM("Momentum", Map.of(Momentum.MOMENTUM, 0f), Map.of()) {
    @Override
    Op update(KernelOptimizer.Update on) {
      return on.momentum(false);
    }
  },
  /** Nesterov's momentum, 0.9. */
  NESTEROV("Momentum", Map.of(Momentum.MOMENTUM, 0f), Map.of()) {
    @Override
    Op update(KernelOptimizer.Update on) {
      return on.momentum(true);
    }
  },
  /** Kingma and Ba, "Adam: a method for stochastic optimization" (2015), algorithm 1. */
  ADAM(
      "Adam",
      Map.of(Adam.FIRST_MOMENT, 0f, Adam.SECOND_MOMENT, 0f),
      Map.of("beta1_power", Adam.BETA_ONE_DEFAULT, "beta2_power", Adam.BETA_TWO_DEFAULT)) {
    @Override
    Op update(KernelOptimizer.Update on) {
      return on.adam();
    }
  },
  /**
   * Adam with decoupled weight decay: Loshchilov and Hutter, "Decoupled weight decay
   * regularization" (2019). Every optimizer has that decay, and this one alone by default.
   */
  ADAMW("Adam", ADAM.slots, ADAM.betas) {
    @Override
    Op update(KernelOptimizer.Update on) {
      return on.adam();
    }
  },
  /** Adam with the infinity norm, section 7 of Adam's paper. */
  ADAMAX(
      "Adamax",
      Map.of(Adamax.FIRST_MOMENT, 0f, Adamax.SECOND_MOMENT, 0f),
      Map.of("beta1_power", Adamax.BETA_ONE_DEFAULT)) {
    @Override
    Op update(KernelOptimizer.Update on) {
      return ApplyAdaMax.create(
          on.ops().scope(),
          on.variable(),
          on.slot(Adamax.FIRST_MOMENT),
          on.slot(Adamax.SECOND_MOMENT),
          on.power("beta1_power"),
          on.rate(),
          on.constant(Adamax.BETA_ONE_DEFAULT),
          on.constant(Adamax.BETA_TWO_DEFAULT),
          on.constant(Adamax.EPSILON_DEFAULT),
          on.gradient(),
          ApplyAdaMax.useLocking(true));
    }
  },
  /** Duchi, Hazan and Singer, "Adaptive subgradient methods" (2011). */
  ADAGRAD("Adagrad", Map.of(AdaGrad.ACCUMULATOR, AdaGrad.INITIAL_ACCUMULATOR_DEFAULT), Map.of()) {
    @Override
    Op update(KernelOptimizer.Update on) {
      return on.ops()
          .train
          .applyAdagrad(
              on.variable(),
              on.slot(AdaGrad.ACCUMULATOR),
              on.rate(),
              on.gradient(),
              ApplyAdagrad.updateSlots(true),
              ApplyAdagrad.useLocking(true));
    }
  },
  /** Zeiler, "ADADELTA: an adaptive learning rate method" (2012). */
  ADADELTA(
      "Adadelta", Map.of(AdaDelta.ACCUMULATOR, 0f, AdaDelta.ACCUMULATOR_UPDATE, 0f), Map.of()) {
    @Override
    Op update(KernelOptimizer.Update on) {
      return on.ops()
          .train
          .applyAdadelta(
              on.variable(),
              on.slot(AdaDelta.ACCUMULATOR),
              on.slot(AdaDelta.ACCUMULATOR_UPDATE),
              on.rate(),
              on.constant(AdaDelta.RHO_DEFAULT),
              on.constant(AdaDelta.EPSILON_DEFAULT),
              on.gradient(),
              ApplyAdadelta.useLocking(true));
    }
  },
  /** Hinton, lecture 6e of "Neural networks for machine learning" (2012). */
  RMSPROP("RMSProp", Map.of(RMSProp.RMS, 1f, RMSProp.MOMENTUM, 0f), Map.of()) {
    @Override
    Op update(KernelOptimizer.Update on) {
      return on.ops()
          .train
          .applyRmsProp(
              on.variable(),
              on.slot(RMSProp.RMS),
              on.slot(RMSProp.MOMENTUM),
              on.rate(),
              on.constant(RMSProp.DECAY_DEFAULT),
              on.constant(RMSProp.MOMENTUM_DEFAULT),
              on.constant(RMSProp.EPSILON_DEFAULT),
              on.gradient(),
              ApplyRmsProp.useLocking(true));
    }
  },
  /**
   * McMahan et al., "Ad click prediction: a view from the trenches" (2013). Its weights are
   * computed from sums of gradients, in proportion to the rate of the step: another rate would
   * change them all at once.
   */
  FTRL(
      "Ftrl",
      Map.of(Ftrl.ACCUMULATOR, Ftrl.INITIAL_ACCUMULATOR_VALUE_DEFAULT, Ftrl.LINEAR_ACCUMULATOR, 0f),
      Map.of()) {
    @Override
    Op update(KernelOptimizer.Update on) {
      return on.ops()
          .train
          .applyFtrl(
              on.variable(),
              on.slot(Ftrl.ACCUMULATOR),
              on.slot(Ftrl.LINEAR_ACCUMULATOR),
              on.gradient(),
              on.rate(),
              on.constant(Ftrl.L1STRENGTH_DEFAULT),
              on.constant(Ftrl.L2STRENGTH_DEFAULT),
              on.constant(Ftrl.L2_SHRINKAGE_REGULARIZATION_STRENGTH_DEFAULT),
              on.constant(Ftrl.LEARNING_RATE_POWER_DEFAULT),
              ApplyFtrl.useLocking(true));
    }
  };

  private final String scope;
  private final Map<String, Float> slots;
  private final Map<String, Float> betas;

  /**
   * @param scope of its operations in the graph
   * @param slots state of each variable, with the value that it starts with
   * @param betas powers of beta that advance with each step, with their factor and first value
   */
  OptimizerKind(String scope, Map<String, Float> slots, Map<String, Float> betas) {
    this.scope = scope;
    this.slots = new TreeMap<>(slots);
    this.betas = new TreeMap<>(betas);
  }

  String scope() {
    return scope;
  }

  Map<String, Float> slots() {
    return slots;
  }

  Map<String, Float> betas() {
    return betas;
  }

  /** State from which the kernel computes the weights anew, in proportion: it decays with them. */
  List<String> proportional() {
    return this == FTRL ? List.of(Ftrl.LINEAR_ACCUMULATOR) : List.of();
  }

  /** Adds the update of a variable by its gradient. */
  abstract Op update(KernelOptimizer.Update on);

  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "nadam",
          "the framework's Nadam keeps its momentum schedule at the first step",
          "adagradda",
          "the framework's AdaGradDA never advances its step count");

  /** The flag's word for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Adds the optimizer to a graph.
   *
   * @param rate learning rate, a scalar
   */
  public Optimizer create(Graph graph, Operand<TFloat32> rate) {
    return create(graph, rate, 0);
  }

  /**
   * The same with weight decay.
   *
   * @param weightDecay share of each kernel that is taken off it in a step, times the rate
   */
  Optimizer create(Graph graph, Operand<TFloat32> rate, float weightDecay) {
    return KernelOptimizer.of(this, graph, rate, weightDecay);
  }

  /**
   * The optimizer that {@code --optimizer} names.
   *
   * @throws IllegalArgumentException naming the words that are accepted, or why one is not
   */
  public static OptimizerKind of(String word) {
    for (OptimizerKind each : values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    String words =
        Arrays.stream(values()).map(OptimizerKind::word).collect(Collectors.joining(", "));
    String why = LEFT_OUT.get(word.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", ""));
    throw new IllegalArgumentException(
        why == null
            ? "must be one of " + words
            : "is left out because " + why + "; must be one of " + words);
  }
}
