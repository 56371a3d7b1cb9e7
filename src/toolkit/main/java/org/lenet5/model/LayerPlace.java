package org.lenet5.model;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Where a layer goes in a graph.
 *
 * @param row the layer with its shapes
 * @param isPooled whether a 2×2 max pool of stride 2 follows, alone: the layer may do it as well
 * @param isPlain whether it is built in the plain way, for people to look at
 * @param parts scopes for the operations of each part of the batch
 * @param shared a scope for operations that all parts use; asked for once
 * @param variables by their names within the layer
 * @param memory keeps what is computed once for all copies of the layer in the graph
 * @param training the pass that is built; {@link Training#NONE} for inference
 * @param isFrozen whether the layer stays as it is in training, too
 */
record LayerPlace(
    Model.Row row,
    boolean isPooled,
    boolean isPlain,
    List<Ops> parts,
    Function<String, Ops> shared,
    Map<String, Operand<TFloat32>> variables,
    Map<String, Operand<TFloat32>> memory,
    Training training,
    boolean isFrozen) {

  /** True if the layer's variables change in this pass. */
  boolean isLearning() {
    return training.isOn() && !isFrozen;
  }

  Ops part(int index) {
    return parts.get(index);
  }

  Operand<TFloat32> variable(String name) {
    return variables.get(name);
  }

  /** The operand of that name, which is computed once for all copies of the layer. */
  Operand<TFloat32> once(String name, Function<Ops, Operand<TFloat32>> computed) {
    String key = row.layer().name() + "/" + name;
    Operand<TFloat32> known = memory.get(key);
    if (known == null) {
      known = computed.apply(shared.apply(name));
      memory.put(key, known);
    }
    return known;
  }
}
