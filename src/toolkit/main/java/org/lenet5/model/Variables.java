package org.lenet5.model;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Assign;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Reads and writes all variables of a graph by name, the optimizer's state included: together they
 * are what a checkpoint holds. Make this object after everything else in the graph. Not
 * thread-safe.
 */
public final class Variables {
  private record Slot(Output<TFloat32> value, Placeholder<TFloat32> input, Assign<TFloat32> set) {}

  private final Map<String, Slot> slots = new TreeMap<>();

  /** Finds the graph's variables (all float32) and adds an assignment for each. */
  public Variables(Graph graph) {
    Ops tf = Ops.create(graph).withSubScope("restore");
    Set<String> names = new TreeSet<>();
    for (Iterator<GraphOperation> all = graph.operations(); all.hasNext(); ) {
      Operation operation = all.next();
      if (operation.type().equals("VariableV2")) {
        names.add(operation.name());
      }
    }
    for (String name : names) {
      Output<TFloat32> value = graph.operation(name).output(0);
      Placeholder<TFloat32> input =
          tf.placeholder(TFloat32.class, Placeholder.shape(value.shape()));
      slots.put(name, new Slot(value, input, tf.assign(value, input)));
    }
  }

  /** The variables' names with their shapes, in alphabetical order. */
  public Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    slots.forEach((name, slot) -> shapes.put(name, slot.value().shape()));
    return shapes;
  }

  /** Copies all values to the heap, in alphabetical order of the names. */
  public Map<String, FloatNdArray> read(Session session) {
    Session.Runner runner = session.runner();
    slots.values().forEach(slot -> runner.fetch(slot.value()));
    Map<String, FloatNdArray> values = new LinkedHashMap<>();
    try (Result result = runner.run()) {
      int i = 0;
      for (String name : slots.keySet()) {
        TFloat32 tensor = (TFloat32) result.get(i++);
        FloatNdArray copy = NdArrays.ofFloats(tensor.shape());
        tensor.copyTo(copy);
        values.put(name, copy);
      }
    }
    return values;
  }

  /**
   * Sets the variables named in {@code values}; the others keep their values.
   *
   * @throws IllegalArgumentException if a name is unknown or a shape differs
   */
  public void write(Session session, Map<String, ? extends FloatNdArray> values) {
    values.forEach(
        (name, value) -> {
          Slot slot = slots.get(name);
          if (slot == null) {
            throw new IllegalArgumentException("there is no variable " + name);
          }
          if (!slot.value().shape().equals(value.shape())) {
            throw new IllegalArgumentException(
                name + " has shape " + value.shape() + ", expected " + slot.value().shape());
          }
          try (TFloat32 tensor = TFloat32.tensorOf(value)) {
            session.runner().feed(slot.input(), tensor).addTarget(slot.set()).run().close();
          }
        });
  }
}
