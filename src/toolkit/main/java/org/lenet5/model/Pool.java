package org.lenet5.model;

import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * The largest or the mean value of each window.
 *
 * <pre>NAME max-pool|average-pool HEIGHTxWIDTH|all [stride N]</pre>
 *
 * @param isMax whether it takes the largest value, else the mean
 * @param height of the window; 0: the whole image
 * @param width of the window; 0: the whole image
 * @param stride 0: as far as the window is high
 */
record Pool(String name, boolean isMax, int height, int width, int stride, List<String> from)
    implements Layer {

  static Pool max(Words words) {
    return parse(words, true);
  }

  static Pool average(Words words) {
    return parse(words, false);
  }

  private static Pool parse(Words words, boolean isMax) {
    boolean all = words.flag("all");
    int[] size = all ? new int[] {0, 0} : words.size("the window's size");
    int stride = all ? 1 : words.option("stride", size[0]);
    words.end();
    return new Pool(words.name(), isMax, size[0], size[1], stride, words.from());
  }

  @Override
  public String kind() {
    return isMax ? "max pool" : "average pool";
  }

  @Override
  public String window(Shape input) {
    return high(input) + "x" + wide(input);
  }

  @Override
  public String step(Shape input) {
    return Integer.toString(stride);
  }

  private int high(Shape input) {
    return height == 0 ? (int) input.get(0) : height;
  }

  private int wide(Shape input) {
    return width == 0 ? (int) input.get(1) : width;
  }

  /** True if it takes windows of 2×2 side by side, whose maximum a convolution can take as well. */
  boolean isHalving() {
    return isMax && height == 2 && width == 2 && stride == 2;
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Shapes.image(inputs.get(0));
    return Shape.of(
        Shapes.side(input, 0, high(input), stride, false),
        Shapes.side(input, 1, wide(input), stride, false),
        input.get(2));
  }

  @Override
  public Flow build(LayerPlace place, List<Flow> inputs) {
    Shape input = place.row().input();
    int[] window = {1, high(input), wide(input), 1};
    int[] strides = {1, stride, stride, 1};
    return inputs
        .get(0)
        .inTilesOf(place, 1)
        .each(
            place,
            (ops, x) ->
                isMax
                    ? ops.nn.maxPool(x, ops.constant(window), ops.constant(strides), "VALID")
                    : ops.nn.avgPool(x, longs(window), longs(strides), "VALID"));
  }

  private static List<Long> longs(int... values) {
    return java.util.Arrays.stream(values).mapToObj(value -> (long) value).toList();
  }
}
