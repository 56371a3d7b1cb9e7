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

  // Values side by side that one mean or factor of each channel is repeated for: with six channels
  // alone TensorFlow takes four times as long. Measured on CPUs with AVX-512.
  private static final int LONGEST_ROW = 256;

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
   * @param bias null where the layer learns normalized: the mean that is subtracted would take it
   *     away
   * @param isFolded whether they have the normalization in them
   */
  record Weights(Operand<TFloat32> kernel, Operand<TFloat32> bias, boolean isFolded) {
    /** Adds the bias to sums of which the channels are the fastest axis. */
    Operand<TFloat32> biased(Ops ops, Operand<TFloat32> sums) {
      return bias == null ? sums : ops.nn.biasAdd(sums, bias);
    }
  }

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
    if (!layer.isNormalized()) {
      return new Weights(place.variable(KERNEL), place.variable(BIAS), false);
    }
    if (place.isLearning()) {
      return new Weights(place.variable(KERNEL), null, false);
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
   * @param sums without the bias, of which the channels are the fastest axis
   * @param places of an image, at each of which there is a value for each channel
   */
  static Flow train(Layer layer, LayerPlace place, Flow sums, int places) {
    if (!layer.isNormalized() || !place.isLearning()) {
      return sums;
    }
    int channels = (int) place.variable(BIAS).shape().get(0);
    int together = together(places, channels);
    Ops all = place.shared().apply("statistics");
    List<Operand<TFloat32>> counted = new ArrayList<>(); // of each row, 1 or 0
    List<Operand<TFloat32>> counts = new ArrayList<>();
    for (int i = 0; i < sums.parts().size(); i++) {
      Ops ops = place.part(i);
      // An image counts, whatever its weight in the loss is; that of an empty part has none.
      Operand<TFloat32> images = ops.math.sign(place.training().weights().get(i));
      Operand<TFloat32> rows = ops.tile(images, ops.constant(new int[] {1, places / together}));
      counted.add(ops.reshape(rows, ops.constant(new int[] {1, -1})));
      counts.add(ops.reduceSum(images, ops.constant(new int[] {0, 1})));
    }
    Operand<TFloat32> count = all.math.mul(sum(all, counts), all.constant((float) places));
    Flow rows =
        sums.each(
            place, (ops, x) -> ops.reshape(x, ops.constant(new int[] {-1, together * channels})));
    Operand<TFloat32> mean = batchMean(all, place, rows, counted, count, channels);
    Operand<TFloat32> subtracted = row(all, all.math.neg(mean), together);
    Flow centred = rows.each(place, (ops, x) -> ops.nn.biasAdd(x, subtracted));
    Flow squares = centred.each(place, (ops, x) -> ops.math.square(x));
    Operand<TFloat32> variance = batchMean(all, place, squares, counted, count, channels);
    Operand<TFloat32> bias = place.variable(BIAS);
    keep(all, place, MEAN, all.math.add(mean, bias));
    keep(all, place, VARIANCE, variance);
    Operand<TFloat32> scale =
        all.math.mul(
            place.variable(GAMMA), all.math.rsqrt(all.math.add(variance, all.constant(EPSILON))));
    // The bias changes nothing here, so its gradient is zero; the optimizer wants to be told so.
    Operand<TFloat32> shift =
        all.math.add(place.variable(BETA), all.math.mul(bias, all.constant(0f)));
    Operand<TFloat32> scales = row(all, scale, together);
    Operand<TFloat32> shifts = row(all, shift, together);
    List<Operand<TFloat32>> normalized = new ArrayList<>();
    for (int i = 0; i < sums.parts().size(); i++) {
      Ops ops = place.part(i);
      normalized.add(
          ops.reshape(
              ops.nn.biasAdd(ops.math.mul(centred.parts().get(i), scales), shifts),
              ops.shape(sums.parts().get(i))));
    }
    return new Flow(normalized, sums.tile(), false);
  }

  /** How many places of an image lie in a row, so that rows are long enough for vectors. */
  private static int together(int places, int channels) {
    int most = 1;
    for (int each = 2; each * channels <= LONGEST_ROW && each <= places; each++) {
      most = places % each == 0 ? each : most;
    }
    return most;
  }

  /** float32 [channels], again and again. */
  private static Operand<TFloat32> row(Ops all, Operand<TFloat32> values, int times) {
    return times == 1 ? values : all.tile(values, all.constant(new int[] {times}));
  }

  /** The mean of each channel over the batch, float32 [channels]. */
  private static Operand<TFloat32> batchMean(
      Ops all,
      LayerPlace place,
      Flow rows,
      List<Operand<TFloat32>> counted,
      Operand<TFloat32> count,
      int channels) {
    List<Operand<TFloat32>> sums = new ArrayList<>();
    for (int i = 0; i < rows.parts().size(); i++) {
      // A sum as a product of matrices: its gradient is one as well.
      sums.add(place.part(i).linalg.matMul(counted.get(i), rows.parts().get(i)));
    }
    Operand<TFloat32> byPlace = all.reshape(sum(all, sums), all.constant(new int[] {-1, channels}));
    return all.math.div(all.reduceSum(byPlace, all.constant(0)), count);
  }

  private static Operand<TFloat32> sum(Ops all, List<Operand<TFloat32>> parts) {
    return parts.size() == 1 ? parts.get(0) : all.math.addN(parts);
  }

  private static void keep(Ops all, LayerPlace place, String name, Operand<TFloat32> value) {
    Operand<TFloat32> kept = place.variable(name);
    Operand<TFloat32> moved =
        all.math.add(
            all.math.mul(kept, all.constant(MOMENTUM)),
            all.math.mul(value, all.constant(1 - MOMENTUM)));
    place.training().updates().add(all.assign(kept, moved));
  }
}
