package org.lenet5.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A convolution of stride 1 and the max pool behind it, whose windows do not overlap, in one go. A
 * window of s×s holds the results of s·s convolutions, each with stride s and the kernel shifted
 * within its window. Side by side they are one convolution with s·s times the filters; the pool is
 * then the largest of s·s neighbours. The numbers are the same but for the order of sums, and so
 * are the gradients. With few filters this is faster: they fill the processor's vectors, and the
 * gradient needs no search for the largest.
 */
final class PooledConvolution {
  private PooledConvolution() {}

  /** True if the two layers can be computed so. */
  static boolean fits(Layer.Convolution convolution, Layer.MaxPool pool) {
    return convolution.stride() == 1 && pool.size() == pool.stride();
  }

  /**
   * Adds it to a graph.
   *
   * @param x float32 [n,h,w,in]
   * @param kernel float32 [f,f,in,filters]
   * @return float32 [n,(h−f+1)/s,(w−f+1)/s,filters], before bias and ReLU, which change no order
   */
  static Operand<TFloat32> apply(
      Ops ops,
      Layer.Convolution convolution,
      Layer.MaxPool pool,
      Operand<TFloat32> x,
      Operand<TFloat32> kernel) {
    int stride = pool.stride();
    int filters = convolution.filters();
    List<Operand<TFloat32>> shifted = new ArrayList<>();
    for (int down = 0; down < stride; down++) {
      for (int right = 0; right < stride; right++) {
        int[][] border = {{down, stride - 1 - down}, {right, stride - 1 - right}, {0, 0}, {0, 0}};
        shifted.add(ops.pad(kernel, ops.constant(border), ops.constant(0f)));
      }
    }
    Operand<TFloat32> all =
        ops.nn.conv2d(
            x,
            ops.concat(shifted, ops.constant(3)),
            List.of(1L, (long) stride, (long) stride, 1L),
            "VALID");
    List<Operand<TFloat32>> neighbours = new ArrayList<>();
    for (int i = 0; i < shifted.size(); i++) {
      neighbours.add(
          ops.slice(
              all,
              ops.constant(new int[] {0, 0, 0, i * filters}),
              ops.constant(new int[] {-1, -1, -1, filters})));
    }
    // In pairs; of equals the first gets the gradient, as in a max pool.
    while (neighbours.size() > 1) {
      List<Operand<TFloat32>> larger = new ArrayList<>();
      for (int i = 0; i + 1 < neighbours.size(); i += 2) {
        larger.add(ops.math.maximum(neighbours.get(i), neighbours.get(i + 1)));
      }
      if (neighbours.size() % 2 == 1) {
        larger.add(neighbours.get(neighbours.size() - 1));
      }
      neighbours = larger;
    }
    return neighbours.get(0);
  }
}
