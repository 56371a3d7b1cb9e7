package org.lenet5.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Batch normalization (Ioffe and Szegedy 2015) of a layer's sums, before its ReLU: in training by
 * mean and variance of each channel over the whole batch, its parts together; else by moving means
 * of these, as a change of kernel and bias alone. As in Keras: the variance is the population's,
 * epsilon is 0.001.
 */
final class BatchNormalization {
  /** Added to the variance. */
  static final float EPSILON = 1e-3f;

  /** Of the moving means: the share that stays in each step. */
  static final float MOMENTUM = 0.9f;

  private static final String KERNEL = "kernel";
  private static final String BIAS = "bias";

  /** The scale, which a layer has if it is normalized. */
  static final String GAMMA = "gamma";

  private static final String BETA = "beta";
  private static final String MEAN = "mean";
  private static final String VARIANCE = "variance";

  /** All variables of a normalized layer. */
  static final List<String> NAMES = List.of(KERNEL, BIAS, GAMMA, BETA, MEAN, VARIANCE);

  private BatchNormalization() {}

  /**
   * Kernel and bias that a layer computes with.
   *
   * @param isFolded whether they have the normalization in them
   */
  record Weights(Operand<TFloat32> kernel, Operand<TFloat32> bias, boolean isFolded) {}

  /** The variables of a layer with a kernel, whose last axis is the channels of its output. */
  static List<LayerVariable> with(boolean isNormalized, Shape kernel) {
    long channels = kernel.get(kernel.numDimensions() - 1);
    long fanIn = kernel.size() / channels;
    Shape each = Shape.of(channels);
    List<LayerVariable> variables = new ArrayList<>();
    variables.add(new LayerVariable(KERNEL, kernel, LayerVariable.Initial.WEIGHT, fanIn, true));
    variables.add(new LayerVariable(BIAS, each, LayerVariable.Initial.BIAS, fanIn, true));
    if (isNormalized) {
      variables.add(new LayerVariable(GAMMA, each, LayerVariable.Initial.ONES, fanIn, true));
      variables.add(new LayerVariable(BETA, each, LayerVariable.Initial.ZEROS, fanIn, true));
      variables.add(new LayerVariable(MEAN, each, LayerVariable.Initial.ZEROS, fanIn, false));
      variables.add(new LayerVariable(VARIANCE, each, LayerVariable.Initial.ONES, fanIn, false));
    }
    return variables;
  }

  /** Kernel and bias to compute with: folded unless the layer learns. */
  static Weights weights(Layer layer, LayerPlace place) {
    if (!layer.isNormalized() || place.isLearning()) {
      return new Weights(place.variable(KERNEL), place.variable(BIAS), false);
    }
    Operand<TFloat32> scale =
        place.once(
            "scale",
            ops ->
                ops.math.mul(
                    place.variable(GAMMA),
                    ops.math.rsqrt(ops.math.add(place.variable(VARIANCE), ops.constant(EPSILON)))));
    Operand<TFloat32> kernel =
        place.once("folded_kernel", ops -> ops.math.mul(place.variable(KERNEL), scale));
    Operand<TFloat32> bias =
        place.once(
            "folded_bias",
            ops ->
                ops.math.add(
                    ops.math.mul(ops.math.sub(place.variable(BIAS), place.variable(MEAN)), scale),
                    place.variable(BETA)));
    return new Weights(kernel, bias, true);
  }

  /**
   * Normalizes sums in training, and keeps the moving means; changes nothing of a layer without
   * normalization, or where it does not learn.
   *
   * @param sums of which the channels are the fastest axis
   * @param places of an image, at each of which there is a value for each channel
   */
  static Flow train(Layer layer, LayerPlace place, Flow sums, int places) {
    if (!layer.isNormalized() || !place.isLearning()) {
      return sums;
    }
    int channels = (int) place.variable(BIAS).shape().get(0);
    Ops all = place.shared().apply("statistics");
    Operand<TFloat32> mean = batchMean(all, place, sums, places, channels);
    Flow centred =
        sums.each(
            place,
            (ops, x) -> ops.math.sub(ops.reshape(x, ops.constant(new int[] {-1, channels})), mean));
    Operand<TFloat32> variance =
        batchMean(
            all, place, centred.each(place, (ops, x) -> ops.math.square(x)), places, channels);
    keep(all, place, MEAN, mean);
    keep(all, place, VARIANCE, variance);
    Operand<TFloat32> scale =
        all.math.mul(
            place.variable(GAMMA), all.math.rsqrt(all.math.add(variance, all.constant(EPSILON))));
    List<Operand<TFloat32>> normalized = new ArrayList<>();
    for (int i = 0; i < sums.parts().size(); i++) {
      Ops ops = place.part(i);
      normalized.add(
          ops.reshape(
              ops.math.add(ops.math.mul(centred.parts().get(i), scale), place.variable(BETA)),
              ops.shape(sums.parts().get(i))));
    }
    return new Flow(normalized, sums.tile(), false);
  }

  /** The mean of each channel over the batch, float32 [1,channels]. */
  private static Operand<TFloat32> batchMean(
      Ops all, LayerPlace place, Flow values, int places, int channels) {
    List<Operand<TFloat32>> sums = new ArrayList<>();
    List<Operand<TFloat32>> counts = new ArrayList<>();
    for (int i = 0; i < values.parts().size(); i++) {
      Ops ops = place.part(i);
      Operand<TFloat32> byImage =
          ops.reshape(values.parts().get(i), ops.constant(new int[] {-1, places, channels}));
      Operand<TFloat32> imageMeans =
          places == 1
              ? ops.reshape(byImage, ops.constant(new int[] {-1, channels}))
              : ops.math.mean(byImage, ops.constant(1));
      // An image counts, whatever its weight in the loss is; that of an empty part has none.
      Operand<TFloat32> counted =
          ops.math.sign(
              ops.reshape(place.training().weights().get(i), ops.constant(new int[] {1, -1})));
      sums.add(ops.linalg.matMul(counted, imageMeans));
      counts.add(ops.reduceSum(counted, ops.constant(1)));
    }
    return all.math.div(sum(all, sums), sum(all, counts));
  }

  private static Operand<TFloat32> sum(Ops all, List<Operand<TFloat32>> parts) {
    return parts.size() == 1 ? parts.get(0) : all.math.addN(parts);
  }

  private static void keep(Ops all, LayerPlace place, String name, Operand<TFloat32> value) {
    Operand<TFloat32> kept = place.variable(name);
    Operand<TFloat32> moved =
        all.math.add(
            all.math.mul(kept, all.constant(MOMENTUM)),
            all.math.mul(
                all.reshape(value, all.constant(new int[] {-1})), all.constant(1 - MOMENTUM)));
    place.training().updates().add(all.assign(kept, moved));
  }
}
