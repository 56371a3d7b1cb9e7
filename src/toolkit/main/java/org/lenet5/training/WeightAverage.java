package org.lenet5.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lenet5.model.AveragedWeights;
import org.lenet5.model.Network;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * An exponential moving average of a network's weights: {@code average += (1 − d) (weight −
 * average)} after each step, {@code "C1/kernel-ema"} for {@code "C1/kernel"}. The statistics of
 * batch normalization are averaged, too, as they belong to the weights (Tan and Le, "EfficientNet",
 * 2019, do so). The averages begin as the initial weights; so that these are soon forgotten, {@code
 * d} is at most {@code (1 + t) / (10 + t)} in step {@code t} from 0, as TensorFlow's {@code
 * ExponentialMovingAverage} has it with {@code num_updates}.
 */
final class WeightAverage {
  private final Map<String, Variable<TFloat32>> averages = new LinkedHashMap<>();

  /** Adds the variables. */
  WeightAverage(Graph graph, Network network) {
    network
        .variables()
        .forEach(
            (name, variable) ->
                averages.put(
                    name, StateVariable.add(graph, AveragedWeights.name(name), variable.shape())));
  }

  /** The same network with the averages for weights. */
  Network of(Network network) {
    return network.with(averages);
  }

  /**
   * Adds the step of all averages.
   *
   * @param rest float32, a scalar: 1 − d
   * @param steps what has to be done before
   */
  List<Op> after(Ops tf, Network network, Operand<TFloat32> rest, List<Op> steps) {
    Ops ops = tf.withSubScope("average").withControlDependencies(steps);
    List<Op> moved = new ArrayList<>();
    network
        .variables()
        .forEach(
            (name, variable) -> {
              Variable<TFloat32> average = averages.get(name);
              moved.add(
                  ops.assignSub(average, ops.math.mul(rest, ops.math.sub(average, variable))));
            });
    return moved;
  }

  /** 1 − d of a step, from 0. */
  static float rest(double decay, long step) {
    return (float) (1 - Math.min(decay, (1.0 + step) / (10.0 + step)));
  }

  /** The weights with averages that equal them. */
  static Map<String, FloatNdArray> begun(Map<String, FloatNdArray> weights) {
    Map<String, FloatNdArray> all = new LinkedHashMap<>(weights);
    weights.forEach((name, value) -> all.put(AveragedWeights.name(name), value));
    return all;
  }
}
