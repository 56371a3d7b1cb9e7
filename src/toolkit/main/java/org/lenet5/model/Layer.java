package org.lenet5.model;

import java.util.ArrayList;
import java.util.List;
import org.lenet5.image.ImageShape;
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
  record MaxPool(String name, int height, int width, int stride) implements Layer {
    @Override
    public Shape output(Shape input) {
      return Shape.of(
          side(input.get(0), height, 0, stride),
          side(input.get(1), width, 0, stride),
          input.get(2));
    }
  }

  /** Zeros around an image that is too small for the layers that follow, as wide on all sides. */
  record Pad(String name, int height, int width) implements Layer {
    @Override
    public Shape output(Shape input) {
      return Shape.of(height, width, input.get(2));
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

  /**
   * The notebook's nine-layer LeNet5 (its softmax apart). Its last pool takes all that is left, on
   * 32×32 pixels 6×6, so that the dense layers are the same for every size. Sides below 22, of
   * which the three convolutions would leave nothing, are padded to that.
   */
  static List<Layer> leNet5(ImageShape image, int classes) {
    List<Layer> layers = new ArrayList<>();
    int height = Math.max(LEAST_SIDE, image.height());
    int width = Math.max(LEAST_SIDE, image.width());
    if (height > image.height() || width > image.width()) {
      layers.add(new Pad("P0", height, width));
    }
    layers.add(new Convolution("C1", 5, 1, 6));
    layers.add(new MaxPool("S1", 2, 2, 2));
    layers.add(new Convolution("C2", 5, 1, 16));
    layers.add(new Convolution("C3", 5, 1, 120));
    layers.add(new MaxPool("S2", (height - 4) / 2 - 8, (width - 4) / 2 - 8, 1));
    layers.add(new Dense("F6", 84, true));
    layers.add(new Dense("F7", 42, true));
    layers.add(new Dense("F8", classes, false));
    return layers;
  }

  /** Of a side of 22 pixels C1, S1, C2 and C3 leave one. */
  int LEAST_SIDE = 22;
}
