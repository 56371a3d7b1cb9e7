package org.lenet5.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.lenet5.data.Cifar10;
import org.lenet5.image.ImageShape;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;

/**
 * LeNet5 after LeCun et al., "Gradient-based learning applied to document recognition" (1998), in
 * the notebook's form. Immutable.
 *
 * @param image shape of the images; sides from {@value #LEAST_SIDE} to {@value #MOST_SIDE}
 * @param classes number of classes, at least 2
 * @param normalization the model's first step
 */
public record LeNet5(ImageShape image, int classes, PixelScaling normalization) {
  /** The fewest rows or columns of an image. */
  public static final int LEAST_SIDE = 16;

  /** The most rows or columns of an image. */
  public static final int MOST_SIDE = 256;

  public LeNet5 {
    requireSide(image, image.height());
    requireSide(image, image.width());
    if (!normalization.mean().isEmpty() && normalization.mean().size() != image.channels()) {
      throw new IllegalArgumentException(
          "images of %s cannot be normalized by the means %s: one for each channel is needed"
              .formatted(image, normalization.mean()));
    }
    if (classes < 2) {
      throw new IllegalArgumentException("classes (" + classes + ") must be at least 2");
    }
  }

  private static void requireSide(ImageShape image, int side) {
    if (side < LEAST_SIDE || side > MOST_SIDE) {
      throw new IllegalArgumentException(
          "images of %s: sides must be from %d to %d".formatted(image, LEAST_SIDE, MOST_SIDE));
    }
  }

  /**
   * The notebook's: for images of CIFAR-10's shape.
   *
   * @param normalization not {@link Normalization#DATASET}
   */
  public LeNet5(int classes, Normalization normalization) {
    this(
        Cifar10.SHAPE,
        classes,
        normalization.scaling(
            Cifar10.SHAPE,
            () -> {
              throw new IllegalArgumentException("which data set's mean and deviation?");
            }));
  }

  /** Shape of one image. */
  public Shape input() {
    return Shape.of(image.height(), image.width(), image.channels());
  }

  /**
   * A layer of the table.
   *
   * @param layer the layer
   * @param input shape of its input, without the batch
   * @param output shape of its output, without the batch
   * @param parameters weights and biases
   * @param multiplyAdds for one image
   */
  public record Row(Layer layer, Shape input, Shape output, long parameters, long multiplyAdds) {}

  /** The layers with their shapes and costs, first to last. */
  public List<Row> table() {
    List<Row> rows = new ArrayList<>();
    Shape input = input();
    for (Layer layer : Layer.leNet5(image, classes)) {
      Shape output = layer.output(input);
      rows.add(new Row(layer, input, output, layer.parameters(input), layer.multiplyAdds(input)));
      input = output;
    }
    return List.copyOf(rows);
  }

  /** Weights and biases of all layers. */
  public long parameters() {
    return table().stream().mapToLong(Row::parameters).sum();
  }

  /** The variables' shapes by name ("C1/kernel"), in the order of the layers. */
  public Map<String, Shape> variables() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (Row row : table()) {
      Shape kernel = row.layer().kernel(row.input());
      if (kernel != null) {
        shapes.put(row.layer().name() + "/kernel", kernel);
        shapes.put(row.layer().name() + "/bias", Shape.of(kernel.get(kernel.numDimensions() - 1)));
      }
    }
    return shapes;
  }

  /**
   * Initial weights as PyTorch's layers have them: kernels and biases uniform in ±1/√fan_in.
   *
   * @param seed the same seed gives the same weights on every machine
   */
  public Map<String, FloatNdArray> initialWeights(long seed) {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
    Map<String, FloatNdArray> weights = new LinkedHashMap<>();
    Map<String, Shape> shapes = variables();
    for (Row row : table()) {
      if (row.layer().kernel(row.input()) == null) {
        continue;
      }
      float bound = (float) (1 / Math.sqrt(row.layer().fanIn(row.input())));
      for (String name : List.of(row.layer().name() + "/kernel", row.layer().name() + "/bias")) {
        Shape shape = shapes.get(name);
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
          values[i] = (2 * random.nextFloat() - 1) * bound;
        }
        weights.put(name, NdArrays.wrap(shape, DataBuffers.of(values)));
      }
    }
    return weights;
  }
}
