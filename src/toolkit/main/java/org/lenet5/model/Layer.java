package org.lenet5.model;

import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * One layer of a network: how it is written, which shape it makes of its inputs, its variables,
 * what it costs, and how it becomes part of a graph. A kind of layer is one class that implements
 * this and a line in {@link LayerKinds}. Shapes are without the batch. Immutable.
 */
public interface Layer {
  /** The layer's name, which is also the scope of its variables. */
  String name();

  /** What the layer does, for a table: "convolution". */
  String kind();

  /** Size of its window, for a table: "5x5"; empty if it has none. */
  default String window(Shape input) {
    return "";
  }

  /** Step of its window, for a table; empty if it has none. */
  default String step(Shape input) {
    return "";
  }

  /** The layers whose outputs it takes, by name; empty: the one above it. */
  List<String> from();

  /**
   * Shape of the output: [height, width, channels] or [units].
   *
   * @param inputs of the layers that it takes
   * @throws IllegalArgumentException if they do not fit; the message says what arrives and what
   *     would fit
   */
  Shape output(List<Shape> inputs);

  /** The variables, in the order of their initial values; none for most kinds. */
  default List<LayerVariable> variables(Shape input) {
    return List.of();
  }

  /** Multiplications with an addition for one image. */
  default long multiplyAdds(Shape input) {
    return 0;
  }

  /** True if the layer is computed in another way while it is trained: its export is folded. */
  default boolean isNormalized() {
    return false;
  }

  /**
   * The layer as it is served, with the batch normalization folded into kernel and bias.
   *
   * @see BatchNormalization
   */
  default Layer folded() {
    return this;
  }

  /**
   * Adds the layer to a graph.
   *
   * @param place its scopes and variables, and whether it is trained
   * @param inputs what the layers give that it takes
   */
  Flow build(LayerPlace place, List<Flow> inputs);
}
