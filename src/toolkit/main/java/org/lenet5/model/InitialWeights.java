package org.lenet5.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.buffer.DataBuffers;

/** What a model's variables are before its training. */
final class InitialWeights {
  private InitialWeights() {}

  /** Drawn in the order of the variables, so that a seed means the same on every machine. */
  static Map<String, FloatNdArray> of(Model model, long seed) {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
    boolean he = model.architecture().isHeNormal();
    Map<String, FloatNdArray> weights = new LinkedHashMap<>();
    model
        .layerVariables()
        .forEach(
            (name, variable) -> {
              float[] values = new float[Math.toIntExact(variable.shape().size())];
              switch (variable.initial()) {
                case WEIGHT -> fill(values, variable.fanIn(), he, random);
                case BIAS -> {
                  if (!he) {
                    fill(values, variable.fanIn(), false, random);
                  }
                }
                case ONES -> java.util.Arrays.fill(values, 1);
                case ZEROS -> java.util.Arrays.fill(values, 0);
              }
              weights.put(name, NdArrays.wrap(variable.shape(), DataBuffers.of(values)));
            });
    return weights;
  }

  private static void fill(float[] values, long fanIn, boolean he, UniformRandomProvider random) {
    if (he) {
      // A normal distribution that is cut at two deviations has 0.8796 of the deviation.
      double deviation = Math.sqrt(2.0 / fanIn) / 0.87962566103423978;
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * cutNormal(random));
      }
      return;
    }
    float bound = (float) (1 / Math.sqrt(fanIn));
    for (int i = 0; i < values.length; i++) {
      values[i] = (2 * random.nextFloat() - 1) * bound;
    }
  }

  // Box and Muller (1958); StrictMath gives the same bits on every machine.
  private static double cutNormal(UniformRandomProvider random) {
    while (true) {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
      double value = radius * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
      if (Math.abs(value) <= 2) {
        return value;
      }
    }
  }
}
