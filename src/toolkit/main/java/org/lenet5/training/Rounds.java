package org.lenet5.training;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Operands;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * The end of a round: of what its replicas came to, one set of variables. Each counts by its
 * images, so that with a round of one step of plain SGD the mean is the step of all their batches
 * together.
 *
 * <p>Averaged in double, in the order of the shares: the optimizer's state, the statistics of batch
 * normalization and the weights' moving averages as well as the weights. What all agree on, as on
 * layers that are frozen, keeps its bits.
 *
 * <p>Of the weights the mean can be taken as a step of its own, with momentum: v ← μ·v + (mean −
 * w), w ← w + v (Chen and Huo, "Scalable training of deep learning machines by incremental block
 * training", 2016, with a block learning rate of 1). A checkpoint has the v of {@code C1/kernel} as
 * {@code C1/kernel-outer}.
 */
final class Rounds {
  private static final String OUTER = "-outer";

  private Rounds() {}

  /** The name of a variable's outer momentum. */
  private static String outer(String variable) {
    return variable + OUTER;
  }

  /** Adds to a graph the outer momentum of variables, 0 at first; its steps leave it alone. */
  static void keepOuter(Graph graph, List<Variable<TFloat32>> trained) {
    Ops init = Ops.create(graph).withInitScope().withSubScope("outer");
    for (Variable<TFloat32> each : trained) {
      Shape shape = each.asOutput().shape();
      // Not by the Ops API, which appends a number to a name whose scope exists.
      Variable<TFloat32> speed =
          new Variable<>(
              graph
                  .opBuilder(Variable.OP_NAME, outer(each.op().name()), init.scope())
                  .setAttr("shape", shape)
                  .setAttr("dtype", Operands.toDataType(TFloat32.class))
                  .build());
      init.assign(speed, init.fill(init.constant(shape.asArray()), init.constant(0f)));
    }
  }

  /** Whether a variable is changed at the end of rounds alone, so that no replica need have it. */
  static boolean isOuter(String variable) {
    return variable.endsWith(OUTER);
  }

  /**
   * The variables after a round.
   *
   * @param before those that it began with, and the outer momentum, if any
   * @param trained what its shares came to
   */
  static SortedMap<String, float[]> end(
      SortedMap<String, float[]> before, List<TrainedShare> trained, float momentum) {
    SortedMap<String, float[]> after = new TreeMap<>();
    before.forEach(
        (name, old) -> {
          if (isOuter(name)) {
            return;
          }
          double[] mean = mean(name, trained, old.length);
          float[] outer = before.get(outer(name));
          if (outer == null) {
            after.put(name, floats(mean));
          } else {
            float[] moved = new float[old.length];
            float[] speed = new float[old.length];
            for (int i = 0; i < old.length; i++) {
              speed[i] = (float) ((double) momentum * outer[i] + (mean[i] - old[i]));
              moved[i] = (float) ((double) old[i] + speed[i]);
            }
            after.put(name, moved);
            after.put(outer(name), speed);
          }
        });
    return after;
  }

  private static double[] mean(String name, List<TrainedShare> trained, int length) {
    double images = trained.stream().mapToDouble(TrainedShare::images).sum();
    double[] mean = new double[length];
    for (int share = 0; share < trained.size(); share++) {
      float[] values = trained.get(share).variables().get(name);
      double weight = trained.get(share).images();
      for (int i = 0; i < length; i++) {
        // A sum that began with 0 would make a plus of −0.
        mean[i] = share == 0 ? weight * values[i] : mean[i] + weight * values[i];
      }
    }
    for (int i = 0; i < length; i++) {
      mean[i] /= images;
    }
    return mean;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
