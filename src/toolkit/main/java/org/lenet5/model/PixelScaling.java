package org.lenet5.model;

import java.util.List;
import org.lenet5.data.PixelStatistics;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * How pixels become the network's input, the model's first step: x/255, then (x − mean) / deviation
 * for each channel. Immutable.
 *
 * @param mean by channel, or empty: x/255 alone
 * @param deviation by channel, not 0; empty if {@code mean} is
 */
public record PixelScaling(List<Float> mean, List<Float> deviation) {
  /** x/255 alone. */
  public static final PixelScaling NONE = new PixelScaling(List.of(), List.of());

  public PixelScaling {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != deviation.size() || deviation.contains(0f)) {
      throw new IllegalArgumentException(
          "mean %s and deviation %s must be of as many channels, no deviation 0"
              .formatted(mean, deviation));
    }
  }

  /** By a data set's own figures; a channel that is the same everywhere becomes 0. */
  static PixelScaling of(PixelStatistics pixels) {
    return new PixelScaling(
        pixels.mean().stream().map(Double::floatValue).toList(),
        pixels.deviation().stream().map(each -> each == 0 ? 1f : each.floatValue()).toList());
  }

  /** Adds the step to a graph: uint8 [n,h,w,channels] to float32 of the same shape. */
  Operand<TFloat32> apply(Ops tf, Operand<TUint8> images) {
    Operand<TFloat32> x = tf.math.div(tf.dtypes.cast(images, TFloat32.class), tf.constant(255f));
    if (mean.isEmpty()) {
      return x;
    }
    return tf.math.div(tf.math.sub(x, tf.constant(floats(mean))), tf.constant(floats(deviation)));
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
