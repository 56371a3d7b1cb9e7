package org.lenet5.model;

import java.util.List;
import org.tensorflow.ndarray.Shape;

/**
 * ReLU alone: what is negative becomes 0.
 *
 * <pre>NAME relu</pre>
 */
record Relu(String name, List<String> from) implements Layer {
  static Relu parse(Words words) {
    words.end();
    return new Relu(words.name(), words.from());
  }

  @Override
  public String kind() {
    return "ReLU";
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public Flow build(LayerPlace place, List<Flow> inputs) {
    return inputs.get(0).each(place, (ops, x) -> ops.nn.relu(x));
  }
}
