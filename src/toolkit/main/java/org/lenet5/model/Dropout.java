package org.lenet5.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Drops a share of its inputs while it is trained (Srivastava et al. 2014); does nothing when it is
 * served.
 *
 * <pre>NAME dropout SHARE</pre>
 */
record Dropout(String name, float share, List<String> from) implements Layer {
  static Dropout parse(Words words) {
    String word = words.next("the share to drop");
    if (!word.matches("0?\\.\\d{1,6}")) {
      throw new IllegalArgumentException(
          word + ": the share to drop must be from 0 to below 1, such as 0.25");
    }
    words.end();
    return new Dropout(words.name(), Float.parseFloat(word), words.from());
  }

  @Override
  public String kind() {
    return "dropout " + share;
  }

  @Override
  public Shape output(List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  public Flow build(LayerPlace place, List<Flow> inputs) {
    return share > 0 && place.training().isOn()
        ? drop(place, inputs.get(0).inTilesOf(place, 1), share)
        : inputs.get(0);
  }

  /**
   * Inverted scaling: kept units are divided by the share that is kept, so that inference needs no
   * step of its own. Stateless random numbers: a resumed run drops the same units as one that was
   * never stopped.
   */
  static Flow drop(LayerPlace place, Flow input, float share) {
    List<Operand<TFloat32>> all = new ArrayList<>();
    long salt = place.row().layer().name().hashCode();
    for (int i = 0; i < input.parts().size(); i++) {
      all.add(
          drop(place.part(i), input.parts().get(i), share, place.training().seeds().get(i), salt));
    }
    return new Flow(all, input.tile(), input.isOfImages());
  }

  private static Operand<TFloat32> drop(
      Ops ops, Operand<TFloat32> x, float share, Operand<TInt64> passSeed, long salt) {
    Operand<TInt64> seed = ops.math.add(passSeed, ops.constant(new long[] {salt, 0}));
    Operand<TFloat32> uniform =
        ops.random.statelessRandomUniform(ops.shape(x), seed, TFloat32.class);
    Operand<TFloat32> kept =
        ops.dtypes.cast(ops.math.greaterEqual(uniform, ops.constant(share)), TFloat32.class);
    return ops.math.mul(x, ops.math.mul(kept, ops.constant(1 / (1 - share))));
  }
}
