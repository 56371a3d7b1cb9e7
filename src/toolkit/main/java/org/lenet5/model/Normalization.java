package org.lenet5.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** How pixels become the network's input: x/255, then (x − mean) / deviation for each channel. */
public enum Normalization {
  /** x/255 alone. */
  NONE(null, null),
  /** The notebook's own: mean 0 and deviation 1, which changes nothing. */
  NOTEBOOK(new float[] {0, 0, 0}, new float[] {1, 1, 1}),
  /** Mean and deviation of all pixels of CIFAR-10's 50,000 training images, red, green, blue. */
  CIFAR10(
      new float[] {0.49139968f, 0.48215841f, 0.44653091f},
      new float[] {0.24703223f, 0.24348513f, 0.26158784f});

  private final float[] mean;
  private final float[] deviation;

  Normalization(float[] mean, float[] deviation) {
    this.mean = mean;
    this.deviation = deviation;
  }

  /** The flag's word for it: none, notebook, cifar10. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The normalisation that {@code --normalize} names.
   *
   * @throws IllegalArgumentException naming the words there are
   */
  public static Normalization of(String word) {
    for (Normalization each : values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "must be one of "
            + Arrays.stream(values()).map(Normalization::word).collect(Collectors.joining(", ")));
  }

  /** Adds the step to a graph: uint8 [n,h,w,3] to float32 of the same shape. */
  Operand<TFloat32> apply(Ops tf, Operand<TUint8> images) {
    Operand<TFloat32> x = tf.math.div(tf.dtypes.cast(images, TFloat32.class), tf.constant(255f));
    if (mean == null) {
      return x;
    }
    return tf.math.div(tf.math.sub(x, tf.constant(mean)), tf.constant(deviation));
  }
}
