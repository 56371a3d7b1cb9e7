package org.lenet5.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * The sum of two layers' outputs, then ReLU unless it is linear.
 *
 * <pre>NAME add LAYER LAYER [linear]</pre>
 */
record Add(String name, boolean isLinear, List<String> from) implements Layer {
  static Add parse(Words words) {
    if (!words.from().isEmpty()) {
      throw new IllegalArgumentException("from: has no meaning here, add names two layers");
    }
    List<String> both = List.of(words.next("a layer's name"), words.next("another layer's name"));
    boolean linear = words.flag("linear");
    words.end();
    return new Add(words.name(), linear, both);
  }

  @Override
  public String kind() {
    return "sum of " + String.join(" and ", from);
  }

  @Override
  public Shape output(List<Shape> inputs) {
    if (!inputs.get(0).equals(inputs.get(1))) {
      throw new IllegalArgumentException(
          "what arrives is %s of %s and %s of %s: both must have the same shape"
              .formatted(
                  Shapes.text(inputs.get(0)),
                  from.get(0),
                  Shapes.text(inputs.get(1)),
                  from.get(1)));
    }
    return inputs.get(0);
  }

  @Override
  public Flow build(LayerPlace place, List<Flow> inputs) {
    Flow one = inputs.get(0).inTilesOf(place, 1);
    Flow other = inputs.get(1).inTilesOf(place, 1);
    List<Operand<TFloat32>> sums = new ArrayList<>();
    for (int i = 0; i < one.parts().size(); i++) {
      sums.add(place.part(i).math.add(one.parts().get(i), other.parts().get(i)));
    }
    Flow sum = new Flow(sums, 1, one.isOfImages() && other.isOfImages());
    return isLinear ? sum : sum.each(place, (ops, x) -> ops.nn.relu(x));
  }
}
