package org.lenet5.training;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.tensorflow.framework.optimizers.AdaDelta;
import org.tensorflow.framework.optimizers.AdaGrad;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.Adamax;
import org.tensorflow.framework.optimizers.Ftrl;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.framework.optimizers.RMSProp;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.ApplyAdaMax;
import org.tensorflow.op.train.ApplyAdadelta;
import org.tensorflow.op.train.ApplyAdagrad;
import org.tensorflow.op.train.ApplyAdam;
import org.tensorflow.op.train.ApplyFtrl;
import org.tensorflow.op.train.ApplyGradientDescent;
import org.tensorflow.op.train.ApplyMomentum;
import org.tensorflow.op.train.ApplyRmsProp;

/**
 * TensorFlow's optimizers by name, with the framework's defaults for all but the learning rate and
 * the momentum.
 */
public enum OptimizerKind {
  /** Stochastic gradient descent. */
  SGD("GradientDescent", Map.of()) {
    @Override
    Op apply(Ops ops, FedOptimizer.Update update) {
      return ops.train.applyGradientDescent(
          update.variable(),
          update.rate(),
          update.gradient(),
          ApplyGradientDescent.useLocking(true));
    }
  },
  /** Momentum 0.9, the usual value: the framework's default of 0 would be plain SGD. */
  MOMENTUM("Momentum", Map.of(Momentum.MOMENTUM, 0f)) {
    @Override
    Op apply(Ops ops, FedOptimizer.Update update) {
      return momentum(ops, update, false);
    }
  },
  /** Nesterov's momentum, 0.9. */
  NESTEROV("Momentum", Map.of(Momentum.MOMENTUM, 0f)) {
    @Override
    Op apply(Ops ops, FedOptimizer.Update update) {
      return momentum(ops, update, true);
    }
  },
  /** Kingma and Ba, "Adam: a method for stochastic optimization" (2015). */
  ADAM("Adam", Map.of(Adam.FIRST_MOMENT, 0f, Adam.SECOND_MOMENT, 0f)) {
    @Override
    Map<String, Float> powers() {
      return ADAM_POWERS;
    }

    @Override
    Op apply(Ops ops, FedOptimizer.Update update) {
      return adam(ops, update);
    }
  },
  /** Adam with decoupled weight decay, of 0.01 unless it is said: Loshchilov and Hutter (2019). */
  ADAMW("Adam", Map.of(Adam.FIRST_MOMENT, 0f, Adam.SECOND_MOMENT, 0f)) {
    @Override
    Map<String, Float> powers() {
      return ADAM_POWERS;
    }

    @Override
    public float usualDecay() {
      return 0.01f;
    }

    @Override
    Op apply(Ops ops, FedOptimizer.Update update) {
      return adam(ops, update);
    }
  },
  /** Adam with the infinity norm, section 7 of the same paper. */
  ADAMAX("Adamax", Map.of(Adamax.FIRST_MOMENT, 0f, Adamax.SECOND_MOMENT, 0f)) {
    @Override
    Map<String, Float> powers() {
      return Map.of(BETA_ONE, Adamax.BETA_ONE_DEFAULT);
    }

    @Override
    Op apply(Ops ops, FedOptimizer.Update update) {
      return ApplyAdaMax.create(
          ops.scope(),
          update.variable(),
          update.slot(Adamax.FIRST_MOMENT),
          update.slot(Adamax.SECOND_MOMENT),
          update.power(BETA_ONE),
          update.rate(),
          update.constant(Adamax.BETA_ONE_DEFAULT),
          update.constant(Adamax.BETA_TWO_DEFAULT),
          update.constant(Adamax.EPSILON_DEFAULT),
          update.gradient(),
          ApplyAdaMax.useLocking(true));
    }
  },
  /** Duchi, Hazan and Singer, "Adaptive subgradient methods" (2011). */
  ADAGRAD("Adagrad", Map.of(AdaGrad.ACCUMULATOR, AdaGrad.INITIAL_ACCUMULATOR_DEFAULT)) {
    @Override
    Op apply(Ops ops, FedOptimizer.Update update) {
      return ops.train.applyAdagrad(
          update.variable(),
          update.slot(AdaGrad.ACCUMULATOR),
          update.rate(),
          update.gradient(),
          ApplyAdagrad.updateSlots(true),
          ApplyAdagrad.useLocking(true));
    }
  },
  /** Zeiler, "ADADELTA: an adaptive learning rate method" (2012). */
  ADADELTA("Adadelta", Map.of(AdaDelta.ACCUMULATOR, 0f, AdaDelta.ACCUMULATOR_UPDATE, 0f)) {
    @Override
    Op apply(Ops ops, FedOptimizer.Update update) {
      return ops.train.applyAdadelta(
          update.variable(),
          update.slot(AdaDelta.ACCUMULATOR),
          update.slot(AdaDelta.ACCUMULATOR_UPDATE),
          update.rate(),
          update.constant(AdaDelta.RHO_DEFAULT),
          update.constant(AdaDelta.EPSILON_DEFAULT),
          update.gradient(),
          ApplyAdadelta.useLocking(true));
    }
  },
  /** Hinton, lecture 6e of "Neural networks for machine learning" (2012). */
  RMSPROP("RMSProp", Map.of(RMSProp.RMS, 1f, RMSProp.MOMENTUM, 0f)) {
    @Override
    Op apply(Ops ops, FedOptimizer.Update update) {
      return ops.train.applyRmsProp(
          update.variable(),
          update.slot(RMSProp.RMS),
          update.slot(RMSProp.MOMENTUM),
          update.rate(),
          update.constant(RMSProp.DECAY_DEFAULT),
          update.constant(RMSProp.MOMENTUM_DEFAULT),
          update.constant(RMSProp.EPSILON_DEFAULT),
          update.gradient(),
          ApplyRmsProp.useLocking(true));
    }
  },
  /**
   * McMahan et al., "Ad click prediction: a view from the trenches" (2013). Each step makes the
   * weights anew from a sum, in proportion to the rate: with another rate they would all be others
   * at once.
   */
  FTRL(
      "Ftrl",
      Map.of(
          Ftrl.ACCUMULATOR, Ftrl.INITIAL_ACCUMULATOR_VALUE_DEFAULT, Ftrl.LINEAR_ACCUMULATOR, 0f)) {
    @Override
    Op apply(Ops ops, FedOptimizer.Update update) {
      return ops.train.applyFtrl(
          update.variable(),
          update.slot(Ftrl.ACCUMULATOR),
          update.slot(Ftrl.LINEAR_ACCUMULATOR),
          update.gradient(),
          update.rate(),
          update.constant(Ftrl.L1STRENGTH_DEFAULT),
          update.constant(Ftrl.L2STRENGTH_DEFAULT),
          update.constant(Ftrl.L2_SHRINKAGE_REGULARIZATION_STRENGTH_DEFAULT),
          update.constant(Ftrl.LEARNING_RATE_POWER_DEFAULT),
          ApplyFtrl.useLocking(true));
    }

    @Override
    List<String> proportional() {
      return List.of(Ftrl.LINEAR_ACCUMULATOR);
    }
  };

  private static final String BETA_ONE = "beta1_power";
  private static final String BETA_TWO = "beta2_power";
  private static final Map<String, Float> ADAM_POWERS =
      new TreeMap<>(Map.of(BETA_ONE, Adam.BETA_ONE_DEFAULT, BETA_TWO, Adam.BETA_TWO_DEFAULT));

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

  private final String title;
  private final Map<String, Float> slots;

  OptimizerKind(String title, Map<String, Float> slots) {
    this.title = title;
    this.slots = new TreeMap<>(slots); // in the same order in each process, as its graph is
  }

  /** Its name in graphs. */
  String title() {
    return title;
  }

  /** The state that it keeps for each variable: names with their first values. */
  Map<String, Float> slots() {
    return slots;
  }

  /** The powers that it keeps of β: names with β. */
  Map<String, Float> powers() {
    return Map.of();
  }

  /** The slots that the weights are made from anew in each step, and which decay with them. */
  List<String> proportional() {
    return List.of();
  }

  /** The weight decay where none is asked for. */
  public float usualDecay() {
    return 0;
  }

  /** TensorFlow's update of one variable. */
  abstract Op apply(Ops ops, FedOptimizer.Update update);

  private static Op momentum(Ops ops, FedOptimizer.Update update, boolean nesterov) {
    return ops.train.applyMomentum(
        update.variable(),
        update.slot(Momentum.MOMENTUM),
        update.rate(),
        update.gradient(),
        update.constant(0.9f),
        ApplyMomentum.useNesterov(nesterov),
        ApplyMomentum.useLocking(true));
  }

  private static Op adam(Ops ops, FedOptimizer.Update update) {
    return ops.train.applyAdam(
        update.variable(),
        update.slot(Adam.FIRST_MOMENT),
        update.slot(Adam.SECOND_MOMENT),
        update.power(BETA_ONE),
        update.power(BETA_TWO),
        update.rate(),
        update.constant(Adam.BETA_ONE_DEFAULT),
        update.constant(Adam.BETA_TWO_DEFAULT),
        update.correctedEpsilon(Adam.EPSILON_DEFAULT, BETA_TWO),
        update.gradient(),
        ApplyAdam.useLocking(true));
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
