package org.lenet5.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.lenet5.data.Cifar10;
import org.lenet5.image.ImageShape;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;

/**
 * A network for images of one shape and a number of classes. Immutable.
 *
 * @param architecture the layers
 * @param image shape of the images; sides from {@value #LEAST_SIDE} to {@value #MOST_SIDE}
 * @param classes number of classes, at least 2
 * @param normalization the model's first step
 */
public record Model(
    Architecture architecture, ImageShape image, int classes, PixelScaling normalization) {
  /** The fewest rows or columns of an image. */
  public static final int LEAST_SIDE = 16;

  /** The most rows or columns of an image. */
  public static final int MOST_SIDE = 256;

  /** The most weights and biases: 400 MB of them. */
  private static final long MOST_PARAMETERS = 100_000_000;

  /** Checks them: a {@link NetworkException} names the line whose layer does not fit. */
  public Model {
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
    long parameters = 0;
    for (Row row : table(architecture, image, classes)) {
      parameters += row.parameters();
      if (parameters > MOST_PARAMETERS) {
        throw new NetworkException(
            "network %s: %s brings the parameters to %,d, at most %,d are possible"
                .formatted(architecture.name(), row.layer().name(), parameters, MOST_PARAMETERS));
      }
    }
  }

  private static void requireSide(ImageShape image, int side) {
    if (side < LEAST_SIDE || side > MOST_SIDE) {
      throw new IllegalArgumentException(
          "images of %s: sides must be from %d to %d".formatted(image, LEAST_SIDE, MOST_SIDE));
    }
  }

  /** LeNet5 for images of a shape. */
  public static Model leNet5(ImageShape image, int classes, PixelScaling normalization) {
    return new Model(Networks.leNet5(), image, classes, normalization);
  }

  /**
   * The notebook's: LeNet5 for images of CIFAR-10's shape.
   *
   * @param normalization not {@link Normalization#DATASET}
   */
  public static Model leNet5(int classes, Normalization normalization) {
    return leNet5(
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
    return input(image);
  }

  private static Shape input(ImageShape image) {
    return Shape.of(image.height(), image.width(), image.channels());
  }

  /**
   * A layer of the table.
   *
   * @param layer the layer
   * @param from names of the layers whose output it takes; of the first one empty: the image
   * @param inputs shapes of their outputs, without the batch
   * @param output shape of its output, without the batch
   */
  public record Row(Layer layer, List<String> from, List<Shape> inputs, Shape output) {
    /** Shape of the first input. */
    public Shape input() {
      return inputs.get(0);
    }

    /** Weights, biases and what else the optimizer changes. */
    public long parameters() {
      return layer.variables(input()).stream()
          .filter(LayerVariable::isTrained)
          .mapToLong(each -> each.shape().size())
          .sum();
    }

    /** Multiplications with an addition for one image. */
    public long multiplyAdds() {
      return layer.multiplyAdds(input());
    }
  }

  /** The layers with their shapes and costs, first to last; without those that change nothing. */
  public List<Row> table() {
    return table(architecture, image, classes);
  }

  private static List<Row> table(Architecture architecture, ImageShape image, int classes) {
    List<Row> rows = new ArrayList<>();
    Map<String, Shape> outputs = new HashMap<>();
    Map<String, String> instead = new HashMap<>(); // of a layer that changes nothing
    String above = "";
    outputs.put("", input(image));
    for (Architecture.Line line : architecture.lines()) {
      Layer layer = line.layer() instanceof Dense dense ? dense.of(classes) : line.layer();
      String last = above;
      List<String> from =
          layer.from().isEmpty()
              ? List.of(last)
              : layer.from().stream().map(each -> instead.getOrDefault(each, each)).toList();
      List<Shape> inputs = from.stream().map(outputs::get).toList();
      Shape output;
      try {
        output = layer.output(inputs);
      } catch (IllegalArgumentException e) {
        throw new NetworkException(
            "network %s, line %d: %s: %s"
                .formatted(architecture.name(), line.number(), layer.name(), e.getMessage()),
            e);
      }
      if (layer instanceof Pad && output.equals(inputs.get(0))) {
        instead.put(layer.name(), from.get(0));
        continue;
      }
      rows.add(new Row(layer, from, inputs, output));
      outputs.put(layer.name(), output);
      above = layer.name();
    }
    return List.copyOf(rows);
  }

  /** Weights, biases and what else the optimizer changes, of all layers. */
  public long parameters() {
    return table().stream().mapToLong(Row::parameters).sum();
  }

  /** The variables by name ("C1/kernel"), in the order of the layers. */
  public Map<String, LayerVariable> layerVariables() {
    Map<String, LayerVariable> variables = new LinkedHashMap<>();
    for (Row row : table()) {
      for (LayerVariable each : row.layer().variables(row.input())) {
        variables.put(row.layer().name() + "/" + each.name(), each);
      }
    }
    return variables;
  }

  /** The names of the layers that have variables. */
  public Set<String> layersWithVariables() {
    return table().stream()
        .filter(row -> !row.layer().variables(row.input()).isEmpty())
        .map(row -> row.layer().name())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The variables' shapes by name ("C1/kernel"), in the order of the layers. */
  public Map<String, Shape> variables() {
    return layerVariables().entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                each -> each.getValue().shape(),
                (one, other) -> one,
                LinkedHashMap::new));
  }

  /**
   * Initial weights, as {@link Architecture} says.
   *
   * @param seed the same seed gives the same weights on every machine
   */
  public Map<String, FloatNdArray> initialWeights(long seed) {
    return InitialWeights.of(this, seed);
  }

  /** The model as it is served, without batch normalization. */
  public Model folded() {
    return architecture.isNormalized()
        ? new Model(architecture.folded(), image, classes, normalization)
        : this;
  }

  /**
   * What the {@link #folded} model's variables are for these of this one, computed in double
   * precision.
   *
   * @param weights by variable, at least those of {@link #variables()}
   */
  public Map<String, FloatNdArray> folded(Map<String, FloatNdArray> weights) {
    return FoldedWeights.of(this, weights);
  }
}
