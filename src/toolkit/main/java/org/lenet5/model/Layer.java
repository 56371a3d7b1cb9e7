package org.lenet5.model;

import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * One layer: what it makes of its input's shape, and what it costs. Shapes are without the batch.
 */
public sealed interface Layer {
  /** The layer's name, which is also the scope of its variables. */
  String name();

  /** Shape of the output: [height, width, channels] or [units]. */
  Shape output(Shape input);

  /** Shape of the kernel, or null for a layer without variables. */
  default Shape kernel(Shape input) {
    return null;
  }

  /** Multiplications with an addition for one image. */
  default long multiplyAdds(Shape input) {
    return 0;
  }

  /** Weights and biases. */
  default long parameters(Shape input) {
    Shape kernel = kernel(input);
    return kernel == null ? 0 : kernel.size() + kernel.get(kernel.numDimensions() - 1);
  }

  /** Inputs of one output unit, the bias aside: what the initial weights are scaled by. */
  default long fanIn(Shape input) {
    Shape kernel = kernel(input);
    return kernel.size() / kernel.get(kernel.numDimensions() - 1);
  }

  /** Convolution without padding, then ReLU. */
  record Convolution(String name, int size, int stride, int filters) implements Layer {
    @Override
    public Shape output(Shape input) {
      return Shape.of(
          side(input.get(0), size, 0, stride), side(input.get(1), size, 0, stride), filters);
    }

    @Override
    public Shape kernel(Shape input) {
      return Shape.of(size, size, input.get(2), filters);
    }

    @Override
    public long multiplyAdds(Shape input) {
      Shape output = output(input);
      return output.get(0) * output.get(1) * kernel(input).size();
    }
  }

  /** Largest value of each window. */
  record MaxPool(String name, int size, int stride) implements Layer {
    @Override
    public Shape output(Shape input) {
      return Shape.of(
          side(input.get(0), size, 0, stride), side(input.get(1), size, 0, stride), input.get(2));
    }
  }

  /** Every input to every unit; ReLU unless it is the last layer. Flattens its input. */
  record Dense(String name, int units, boolean relu) implements Layer {
    @Override
    public Shape output(Shape input) {
      return Shape.of(units);
    }

    @Override
    public Shape kernel(Shape input) {
      return Shape.of(input.size(), units);
    }

    @Override
    public long multiplyAdds(Shape input) {
      return kernel(input).size();
    }
  }

  /**
   * Side of a layer's output: (W − F + 2P) / S + 1.
   *
   * @throws IllegalArgumentException if the filter does not fit
   */
  static long side(long width, int filter, int padding, int stride) {
    if (width + 2L * padding < filter) {
      throw new IllegalArgumentException(
          "a filter of " + filter + " does not fit into " + width + " with padding " + padding);
    }
    return (width - filter + 2L * padding) / stride + 1;
  }

  /** The notebook's nine-layer LeNet5 (its softmax apart). */
  static List<Layer> leNet5(int classes) {
    return List.of(
        new Convolution("C1", 5, 1, 6),
        new MaxPool("S1", 2, 2),
        new Convolution("C2", 5, 1, 16),
        new Convolution("C3", 5, 1, 120),
        new MaxPool("S2", 6, 1),
        new Dense("F6", 84, true),
        new Dense("F7", 42, true),
        new Dense("F8", classes, false));
  }
}
