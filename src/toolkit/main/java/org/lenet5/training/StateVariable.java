package org.lenet5.training;

import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Operands;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** A variable beside those of the layers, in the scope of one of them: "C1/kernel-m". */
final class StateVariable {
  private StateVariable() {}

  /**
   * Adds it, without a value. Not by the Ops API: that takes no slash in a name, and a layer's
   * scope, which exists already, would get a number.
   */
  static Variable<TFloat32> add(Graph graph, String name, Shape shape) {
    return new Variable<>(
        graph
            .opBuilder(Variable.OP_NAME, name, Ops.create(graph).scope())
            .setAttr("shape", shape)
            .setAttr("dtype", Operands.toDataType(TFloat32.class))
            .build());
  }
}
