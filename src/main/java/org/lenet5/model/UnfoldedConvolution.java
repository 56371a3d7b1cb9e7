package org.lenet5.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A convolution of stride 1 as one product of matrices: each window becomes a row of all its values
 * (Chellapilla, Puri and Simard 2006). The numbers are the same but for the order of sums, and so
 * are the gradients. With small images this is faster than TensorFlow's convolution, above all the
 * gradient of its input; with few channels the copying outweighs that.
 */
final class UnfoldedConvolution {
  // What fills a vector of the processor; measured on CPUs with AVX-512.
  private static final int FEWEST_CHANNELS = 16;

  private UnfoldedConvolution() {}

  /** True if the layer can be computed so, and is faster then. */
  static boolean fits(Layer.Convolution convolution, Shape input) {
    return convolution.stride() == 1 && input.get(2) >= FEWEST_CHANNELS;
  }

  /**
   * Adds the convolution to a graph.
   *
   * @param x float32 [n,h,w,in]
   * @param kernel float32 [f,f,in,filters]
   * @param row the layer with its shapes
   * @return float32 [n,h−f+1,w−f+1,filters], before the bias
   */
  static Operand<TFloat32> apply(
      Ops ops, Operand<TFloat32> x, Operand<TFloat32> kernel, LeNet5.Row row) {
    Shape output = row.output();
    int size = (int) row.layer().kernel(row.input()).get(0);
    // A window's columns first, then its rows: 2f slices instead of f².
    Operand<TFloat32> columns = shifts(ops, x, 2, output.get(1), size);
    Operand<TFloat32> windows = shifts(ops, columns, 1, output.get(0), size);
    long values = size * size * row.input().get(2);
    Operand<TFloat32> product =
        ops.linalg.matMul(
            ops.reshape(windows, ops.constant(new long[] {-1, values})),
            ops.reshape(kernel, ops.constant(new long[] {values, output.get(2)})));
    return ops.reshape(product, ops.constant(output.prepend(-1).asArray()));
  }

  /** The {@code count} slices along an axis that begin at 0, 1, 2 …, side by side as channels. */
  private static Operand<TFloat32> shifts(
      Ops ops, Operand<TFloat32> x, int axis, long length, int count) {
    List<Operand<TFloat32>> slices = new ArrayList<>();
    int[] lengths = {-1, -1, -1, -1}; // int: the gradient of a slice by longs cannot be built
    lengths[axis] = (int) length;
    for (int i = 0; i < count; i++) {
      int[] begin = new int[4];
      begin[axis] = i;
      slices.add(ops.slice(x, ops.constant(begin), ops.constant(lengths)));
    }
    return ops.concat(slices, ops.constant(3));
  }
}
