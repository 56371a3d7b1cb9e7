package org.lenet5.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.buffer.DataBuffers;

/** Batch normalization folded into kernels and biases, in double precision. */
final class FoldedWeights {
  private FoldedWeights() {}

  static Map<String, FloatNdArray> of(Model model, Map<String, FloatNdArray> weights) {
    Map<String, FloatNdArray> folded = new LinkedHashMap<>();
    for (Model.Row row : model.table()) {
      String scope = row.layer().name() + "/";
      if (row.layer().isNormalized()) {
        fold(scope, weights, folded);
      } else {
        for (LayerVariable each : row.layer().variables(row.input())) {
          folded.put(scope + each.name(), weights.get(scope + each.name()));
        }
      }
    }
    return folded;
  }

  /** Adds kernel and bias of one layer. */
  static void fold(
      String scope, Map<String, FloatNdArray> weights, Map<String, FloatNdArray> folded) {
    float[] kernel = values(weights.get(scope + "kernel"));
    float[] bias = values(weights.get(scope + "bias"));
    float[] gamma = values(weights.get(scope + "gamma"));
    float[] beta = values(weights.get(scope + "beta"));
    float[] mean = values(weights.get(scope + "mean"));
    float[] variance = values(weights.get(scope + "variance"));
    int channels = bias.length;
    double[] scale = new double[channels];
    for (int i = 0; i < channels; i++) {
      scale[i] = gamma[i] / Math.sqrt(variance[i] + (double) BatchNormalization.EPSILON);
      bias[i] = (float) ((bias[i] - (double) mean[i]) * scale[i] + beta[i]);
    }
    for (int i = 0; i < kernel.length; i++) { // the channels are the fastest axis
      kernel[i] = (float) (kernel[i] * scale[i % channels]);
    }
    folded.put(
        scope + "kernel",
        NdArrays.wrap(weights.get(scope + "kernel").shape(), DataBuffers.of(kernel)));
    folded.put(
        scope + "bias", NdArrays.wrap(weights.get(scope + "bias").shape(), DataBuffers.of(bias)));
  }

  private static float[] values(FloatNdArray array) {
    float[] values = new float[Math.toIntExact(array.size())];
    int[] at = {0};
    array.scalars().forEach(each -> values[at[0]++] = each.getFloat());
    return values;
  }
}
