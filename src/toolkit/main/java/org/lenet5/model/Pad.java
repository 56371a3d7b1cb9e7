package org.lenet5.model;

import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * Zeros around an image that is smaller than a size, as wide on all sides; nothing around a larger
 * one.
 *
 * <pre>NAME pad HEIGHTxWIDTH</pre>
 */
record Pad(String name, int height, int width, List<String> from) implements Layer {
  static Pad parse(Words words) {
    int[] size = words.size("the least size");
    words.end();
    return new Pad(words.name(), size[0], size[1], words.from());
  }

  @Override
  public String kind() {
    return "zeros around";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Shapes.image(inputs.get(0));
    return Shape.of(Math.max(height, input.get(0)), Math.max(width, input.get(1)), input.get(2));
  }

  @Override
  public Flow build(LayerPlace place, List<Flow> inputs) {
    int down = (int) (place.row().output().get(0) - place.row().input().get(0));
    int right = (int) (place.row().output().get(1) - place.row().input().get(1));
    int[][] zeros = {{0, 0}, {down / 2, down - down / 2}, {right / 2, right - right / 2}, {0, 0}};
    return inputs
        .get(0)
        .inTilesOf(place, 1)
        .each(place, (ops, x) -> ops.pad(x, ops.constant(zeros), ops.constant(0f)));
  }
}
