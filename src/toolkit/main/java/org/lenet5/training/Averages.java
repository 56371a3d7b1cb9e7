package org.lenet5.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.op.Op;
import org.tensorflow.op.Operands;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * Moving averages of a model's variables over the steps of a training, which are then evaluated and
 * exported in place of the variables (Polyak and Juditsky, "Acceleration of stochastic
 * approximation by averaging", 1992). A checkpoint has that of {@code C1/kernel} as {@code
 * C1/kernel-average}.
 */
public final class Averages {
  private static final String ENDING = "-average";

  private Averages() {}

  /** The name of a variable's average. */
  public static String name(String variable) {
    return variable + ENDING;
  }

  /**
   * The share that stays of an average in a step: the decay, but less in the first steps, so that
   * the initial weights are forgotten soon, as in TensorFlow's {@code ExponentialMovingAverage}.
   *
   * @param step from 0
   */
  static float kept(float decay, long step) {
    return (float) Math.min(decay, (1.0 + step) / (10.0 + step));
  }

  /**
   * Adds to a graph what moves the averages after an update.
   *
   * @param names of the variables
   * @param kept scalar, {@link #kept}
   * @param updates of the variables in a step
   * @return one operation for each
   */
  static List<Op> move(
      Graph graph, Iterable<String> names, Operand<TFloat32> kept, List<Op> updates) {
    Ops tf = Ops.create(graph);
    Ops after = tf.withSubScope("averages").withControlDependencies(updates);
    Operand<TFloat32> taken = tf.math.sub(tf.constant(1f), kept);
    List<Op> moves = new ArrayList<>();
    for (String name : names) {
      Operand<TFloat32> value = graph.operation(name).<TFloat32>output(0);
      // Not by the Ops API, which appends a number to a name whose scope exists.
      Variable<TFloat32> average =
          new Variable<>(
              graph
                  .opBuilder(Variable.OP_NAME, name(name), tf.withInitScope().scope())
                  .setAttr("shape", value.shape())
                  .setAttr("dtype", Operands.toDataType(TFloat32.class))
                  .build());
      moves.add(
          after.assign(
              average,
              after.math.add(after.math.mul(average, kept), after.math.mul(value, taken))));
    }
    return moves;
  }

  /** First values: each variable's own. */
  static Map<String, FloatNdArray> first(Map<String, ? extends FloatNdArray> variables) {
    Map<String, FloatNdArray> averages = new LinkedHashMap<>();
    variables.forEach((name, value) -> averages.put(name(name), value));
    return averages;
  }

  /**
   * Values of a model's variables to evaluate and export: their averages where a training kept
   * some.
   *
   * @param variables all of a checkpoint
   */
  public static Map<String, FloatNdArray> of(Map<String, ? extends FloatNdArray> variables) {
    Map<String, FloatNdArray> averages = new LinkedHashMap<>();
    variables.forEach(
        (name, value) -> {
          if (name.endsWith(ENDING)) {
            averages.put(name.substring(0, name.length() - ENDING.length()), value);
          }
        });
    return averages;
  }
}
