package org.lenet5.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lenet5.model.Network;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * What a step does to the weights, in this order: the gradients of the whole batch, clipped by
 * their common norm where asked; weight decay and the optimizer; the statistics of batch
 * normalization; the moving average of all these. Rate and share of the average are fed.
 *
 * <p>Holds native memory until it is closed. Not thread-safe.
 */
final class WeightUpdate implements AutoCloseable {
  private final Placeholder<TFloat32> rate;
  private final Placeholder<TFloat32> rest;
  private final Optional<WeightAverage> average;
  private final double decay;
  private final List<Op> updates;
  private final String optimizerName;
  private final TFloat32 rateNow = TFloat32.scalarOf(0);
  private final TFloat32 restNow = TFloat32.scalarOf(0);

  /**
   * Adds it to the graph.
   *
   * @param average of the weights, if they are averaged
   */
  WeightUpdate(
      Graph graph,
      TrainingConfig config,
      Network network,
      Operand<TFloat32> loss,
      Optional<WeightAverage> average) {
    Ops tf = Ops.create(graph);
    this.average = average;
    this.decay = config.get(Settings.EMA);
    rate = scalar(tf, "learning_rate");
    List<Variable<TFloat32>> trained = network.trained();
    Output<?>[] variables = trained.stream().map(Operand::asOutput).toArray(Output[]::new);
    // The optimizer's own minimize would ask for gradients of the statistics, which have none.
    List<Operand<TFloat32>> gradients =
        Arrays.stream(graph.addGradients(loss.asOutput(), variables))
            .<Operand<TFloat32>>map(each -> each.expect(TFloat32.class))
            .toList();
    float most = config.get(Settings.CLIP_NORM);
    if (most > 0) {
      gradients = clipped(tf.withSubScope("clip"), gradients, most);
    }
    List<Optimizer.GradAndVar<? extends TType>> pairs = new ArrayList<>();
    for (int i = 0; i < trained.size(); i++) {
      pairs.add(new Optimizer.GradAndVar<>(gradients.get(i).asOutput(), trained.get(i).asOutput()));
    }
    Optimizer optimizer = config.optimizer().create(graph, rate, config.get(Settings.WEIGHT_DECAY));
    optimizerName = optimizer.getOptimizerName();
    List<Op> all = new ArrayList<>(network.updates());
    all.add(optimizer.applyGradients(pairs, "update"));
    if (average.isPresent()) {
      rest = scalar(tf, "average_rest");
      all.addAll(average.get().after(tf, network, rest, List.copyOf(all)));
    } else {
      rest = null;
    }
    updates = List.copyOf(all);
  }

  private static Placeholder<TFloat32> scalar(Ops tf, String name) {
    return tf.withName(name).placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
  }

  /**
   * Gradients whose common norm is at most {@code most}, each shortened alike: Pascanu, Mikolov and
   * Bengio, "On the difficulty of training recurrent neural networks" (2013).
   */
  private static List<Operand<TFloat32>> clipped(
      Ops tf, List<Operand<TFloat32>> gradients, float most) {
    List<Operand<TFloat32>> halfSquares = new ArrayList<>();
    gradients.forEach(each -> halfSquares.add(tf.nn.l2Loss(each)));
    Operand<TFloat32> norm = tf.math.sqrt(tf.math.mul(tf.constant(2f), tf.math.addN(halfSquares)));
    Operand<TFloat32> bound = tf.constant(most);
    // Exactly 1, which changes no bit, where the norm is below the bound.
    Operand<TFloat32> share = tf.math.div(bound, tf.math.maximum(norm, bound));
    return gradients.stream().<Operand<TFloat32>>map(each -> tf.math.mul(each, share)).toList();
  }

  /** Makes a session's call a step, with the rate of the latest {@link #set}. */
  void addTo(Session.Runner runner) {
    runner.feed(rate, rateNow);
    if (average.isPresent()) {
      runner.feed(rest, restNow);
    }
    updates.forEach(runner::addTarget);
  }

  /**
   * Sets what the next step is fed.
   *
   * @param step counts the run's steps, from 0
   */
  void set(float learningRate, long step) {
    rateNow.setFloat(learningRate);
    if (average.isPresent()) {
      restNow.setFloat(WeightAverage.rest(decay, step));
    }
  }

  /** The optimizer's operations in the graph are called so. */
  String optimizerName() {
    return optimizerName;
  }

  @Override
  public void close() {
    rateNow.close();
    restNow.close();
  }
}
