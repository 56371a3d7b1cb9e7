package org.lenet5.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A convolution of stride 1 and the 2×2 max pool behind it in one go. A pool's window holds the
 * results of four convolutions, each with stride 2 and the kernel shifted within the window. Side
 * by side they are one convolution with four times the filters; the pool is then the largest of
 * four neighbours. The numbers are the same but for the order of sums, and so are the gradients.
 * With few filters this is faster: they fill the processor's vectors, and the gradient needs no
 * search for the largest.
 */
final class PooledConvolution {
  private PooledConvolution() {}

  /** True if the two layers can be computed so. */
  static boolean fits(Layer.Convolution convolution, Layer.MaxPool pool) {
    return convolution.stride() == 1 && pool.size() == 2 && pool.stride() == 2;
  }

  /**
   * The four shifted kernels side by side, to be made once for all parts of a batch.
   *
   * @param kernel float32 [f,f,in,filters]
   * @return float32 [f+1,f+1,in,4·filters]
   */
  static Operand<TFloat32> shifted(Ops ops, Operand<TFloat32> kernel) {
    List<Operand<TFloat32>> shifted = new ArrayList<>();
    // So that columns are compared first, then rows: of equals the first in reading order wins.
    for (int right = 0; right < 2; right++) {
      for (int down = 0; down < 2; down++) {
        int[][] border = {{down, 1 - down}, {right, 1 - right}, {0, 0}, {0, 0}};
        shifted.add(ops.pad(kernel, ops.constant(border), ops.constant(0f)));
      }
    }
    return ops.concat(shifted, ops.constant(3));
  }

  /**
   * Adds convolution and pool to a graph.
   *
   * @param x float32 [n,h,w,in]
   * @param shifted float32 [f+1,f+1,in,4·filters]
   * @return float32 [n,(h−f+1)/2,(w−f+1)/2,filters], before bias and ReLU, which change no order
   */
  static Operand<TFloat32> apply(Ops ops, Operand<TFloat32> x, Operand<TFloat32> shifted) {
    Operand<TFloat32> all = ops.nn.conv2d(x, shifted, List.of(1L, 2L, 2L, 1L), "VALID");
    return larger(ops, larger(ops, all));
  }

  // Of equals the first half's gets the gradient, as in a max pool.
  private static Operand<TFloat32> larger(Ops ops, Operand<TFloat32> x) {
    List<Output<TFloat32>> halves = ops.split(ops.constant(3), x, 2L).output();
    return ops.math.maximum(halves.get(0), halves.get(1));
  }
}
