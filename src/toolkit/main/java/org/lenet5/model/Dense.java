package org.lenet5.model;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Every input to every unit, with bias, then batch normalization and ReLU, each if it is asked for.
 * Flattens its input.
 *
 * <pre>NAME dense UNITS|classes [batch-norm] [linear]</pre>
 *
 * @param units 0: as many as there are classes
 */
record Dense(String name, int units, boolean isNormalized, boolean isLinear, List<String> from)
    implements Layer {

  static Dense parse(Words words) {
    int units = words.flag("classes") ? 0 : words.number("the number of units");
    boolean normalized = words.flag("batch-norm");
    boolean linear = words.flag("linear");
    words.end();
    return new Dense(words.name(), units, normalized, linear, words.from());
  }

  /** This layer where there are so many classes. */
  Dense of(int classes) {
    return units > 0 ? this : new Dense(name, classes, isNormalized, isLinear, from);
  }

  @Override
  public String kind() {
    return "fully connected";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return Shape.of(units);
  }

  @Override
  public List<LayerVariable> variables(Shape input) {
    return BatchNormalization.with(isNormalized, Shape.of(input.size(), units));
  }

  @Override
  public long multiplyAdds(Shape input) {
    return input.size() * units;
  }

  @Override
  public Dense folded() {
    return new Dense(name, units, false, isLinear, from);
  }

  @Override
  public Flow build(LayerPlace place, List<Flow> inputs) {
    Shape input = place.row().input();
    BatchNormalization.Weights weights = BatchNormalization.weights(this, place);
    Flow sums =
        inputs
            .get(0)
            .inTilesOf(place, 1)
            .each(
                place,
                (ops, x) ->
                    weights.biased(ops, ops.linalg.matMul(flat(ops, input, x), weights.kernel())))
            .computed();
    Flow normalized = BatchNormalization.train(this, place, sums, 1);
    if (isLinear) {
      return normalized;
    }
    Flow hidden = normalized.each(place, (ops, x) -> ops.nn.relu(x));
    // The notebook names two layers and the share, not the place: after both hidden layers.
    return place.training().dropout() > 0
        ? Dropout.drop(place, hidden, place.training().dropout())
        : hidden;
  }

  private static Operand<TFloat32> flat(Ops ops, Shape input, Operand<TFloat32> x) {
    return input.numDimensions() > 1
        ? ops.reshape(x, ops.constant(new long[] {-1, input.size()}))
        : x;
  }
}
