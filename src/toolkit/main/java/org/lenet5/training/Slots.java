package org.lenet5.training;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.op.Operands;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.family.TType;

/** An optimizer's state: one variable for each trained variable and slot, "C1/kernel-m". */
final class Slots {
  private final Graph graph;
  private final Ops init;
  private final Map<String, Variable<?>> byName = new HashMap<>();

  Slots(Graph graph) {
    this.graph = graph;
    this.init = Ops.create(graph).withInitScope().withSubScope("init");
  }

  /** Adds the variable and its first value, which the session sets when it initializes. */
  <T extends TType> void create(Output<T> variable, String slot, Operand<T> initial) {
    String name = Optimizer.createName(variable, slot);
    // Not by the Ops API: the layer's scope exists already, so it would append a number to the
    // name.
    Variable<T> created =
        new Variable<>(
            graph
                .opBuilder(Variable.OP_NAME, name, init.scope())
                .setAttr("shape", variable.shape())
                .setAttr("dtype", Operands.toDataType(variable.type()))
                .build());
    init.assign(created, initial);
    byName.put(name, created);
  }

  <T extends TType> Optional<Variable<T>> get(Output<T> variable, String slot) {
    @SuppressWarnings("unchecked") // Made by create() with the type of the same variable.
    Variable<T> found = (Variable<T>) byName.get(Optimizer.createName(variable, slot));
    return Optional.ofNullable(found);
  }
}
