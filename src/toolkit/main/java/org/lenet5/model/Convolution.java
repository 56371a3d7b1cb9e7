package org.lenet5.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A convolution with bias, then batch normalization and ReLU, each if it is asked for.
 *
 * <pre>NAME convolution HEIGHTxWIDTH FILTERS [stride N] [padding valid|same] [batch-norm] [linear]
 * </pre>
 *
 * @param isSame whether it is padded with zeros as TensorFlow's {@code SAME}: the output's side is
 *     the input's, divided by the stride and rounded up
 */
record Convolution(
    String name,
    int height,
    int width,
    int filters,
    int stride,
    boolean isSame,
    boolean isNormalized,
    boolean isLinear,
    List<String> from)
    implements Layer {

  static Convolution parse(Words words) {
    int[] size = words.size("the filters' size");
    int filters = words.number("the number of filters");
    int stride = words.option("stride", 1);
    String padding = words.option("padding", "valid");
    if (!List.of("valid", "same").contains(padding)) {
      throw new IllegalArgumentException("padding " + padding + ": must be valid or same");
    }
    boolean normalized = words.flag("batch-norm");
    boolean linear = words.flag("linear");
    words.end();
    return new Convolution(
        words.name(),
        size[0],
        size[1],
        filters,
        stride,
        padding.equals("same"),
        normalized,
        linear,
        words.from());
  }

  @Override
  public String kind() {
    return "convolution";
  }

  @Override
  public String window(Shape input) {
    return height + "x" + width;
  }

  @Override
  public String step(Shape input) {
    return Integer.toString(stride);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    Shape input = Shapes.image(inputs.get(0));
    return Shape.of(
        Shapes.side(input, 0, height, stride, isSame),
        Shapes.side(input, 1, width, stride, isSame),
        filters);
  }

  @Override
  public List<LayerVariable> variables(Shape input) {
    Shape kernel = Shape.of(height, width, input.get(2), filters);
    return BatchNormalization.with(isNormalized, kernel);
  }

  @Override
  public long multiplyAdds(Shape input) {
    Shape output = output(List.of(input));
    return output.get(0) * output.get(1) * height * width * input.get(2) * filters;
  }

  @Override
  public Convolution folded() {
    return new Convolution(name, height, width, filters, stride, isSame, false, isLinear, from);
  }

  @Override
  public Flow build(LayerPlace place, List<Flow> inputs) {
    return !place.isPlain() && TiledConvolution.fits(this, place.row().input(), place.isPooled())
        ? tiled(place, inputs.get(0))
        : plain(place, inputs.get(0).inTilesOf(place, 1));
  }

  private Flow plain(LayerPlace place, Flow input) {
    List<Long> strides = List.of(1L, (long) stride, (long) stride, 1L);
    BatchNormalization.Weights weights = BatchNormalization.weights(this, place);
    Flow sums =
        input
            .each(
                place,
                (ops, x) ->
                    weights.biased(
                        ops,
                        ops.nn.conv2d(x, weights.kernel(), strides, isSame ? "SAME" : "VALID")))
            .computed();
    Shape output = place.row().output();
    Flow normalized =
        BatchNormalization.train(this, place, sums, (int) (output.get(0) * output.get(1)));
    return isLinear ? normalized : normalized.each(place, (ops, x) -> ops.nn.relu(x));
  }

  private Flow tiled(LayerPlace place, Flow input) {
    TiledConvolution tiles = new TiledConvolution(this, place.row(), place.isPooled());
    Flow cut = input.isOfImages() ? input : input.inTilesOf(place, tiles.tile());
    BatchNormalization.Weights weights = BatchNormalization.weights(this, place);
    boolean train = isNormalized && place.isLearning();
    List<Operand<TFloat32>> windows = new ArrayList<>();
    for (int i = 0; i < cut.parts().size(); i++) {
      Ops ops = place.part(i);
      Operand<TFloat32> x = cut.parts().get(i);
      windows.add(input.isOfImages() ? tiles.windowsOfImages(ops, x) : tiles.windows(ops, x));
    }
    // Beside its kernel: it belongs to no part of the batch, all of them use it.
    Operand<TFloat32> matrix =
        place.once(
            weights.isFolded() ? "folded_matrix" : "matrix",
            ops -> tiles.matrix(ops, weights.kernel()));
    Flow flat = new Flow(windows, tiles.outputTile(), false);
    if (!train) {
      return flat.each(place, (ops, x) -> tiles.apply(ops, x, matrix, weights.bias(), !isLinear));
    }
    Flow sums = flat.each(place, (ops, x) -> tiles.sums(ops, x, matrix));
    return BatchNormalization.train(this, place, sums, tiles.placesOfAnImage())
        .each(place, (ops, x) -> tiles.images(ops, x, !isLinear));
  }
}
