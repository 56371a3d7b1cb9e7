package org.lenet5.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * The network as a graph for people to look at: input, each layer and the softmax, a scope each, in
 * one line. It computes what {@link Network} does, in the plain way: that one has several parts of
 * a batch, tiles, and pools inside the convolutions. Thread-safe.
 */
public final class LayerGraph {
  private LayerGraph() {}

  /** The graph, with the shapes of all outputs in it; it has no values for the variables. */
  public static GraphDef of(Model model) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Ops input = tf.withSubScope("input");
      Placeholder<TUint8> images =
          input
              .withName("images")
              .placeholder(TUint8.class, Placeholder.shape(model.input().prepend(-1)));
      Map<String, Operand<TFloat32>> outputs = new HashMap<>();
      Operand<TFloat32> x = model.normalization().apply(input, images);
      outputs.put("", x);
      for (Model.Row row : model.folded().table()) {
        x =
            layer(
                tf.withSubScope(row.layer().name()),
                row,
                row.from().stream().map(outputs::get).toList());
        outputs.put(row.layer().name(), x);
      }
      tf.withSubScope("softmax").withName("probabilities").nn.softmax(x);
      return withShapes(graph);
    }
  }

  private static Operand<TFloat32> layer(Ops ops, Model.Row row, List<Operand<TFloat32>> inputs) {
    Map<String, Operand<TFloat32>> variables = new HashMap<>();
    for (LayerVariable each : row.layer().variables(row.input())) {
      variables.put(each.name(), ops.withName(each.name()).variable(each.shape(), TFloat32.class));
    }
    LayerPlace place =
        new LayerPlace(
            row,
            false,
            true,
            List.of(ops),
            ops::withSubScope,
            variables,
            new HashMap<>(),
            Training.NONE,
            false);
    return row.layer()
        .build(place, inputs.stream().map(each -> new Flow(List.of(each), 1, false)).toList())
        .parts()
        .get(0);
  }

  /** TensorBoard writes the shapes beside the arrows; TensorFlow itself does not keep them. */
  private static GraphDef withShapes(Graph graph) {
    GraphDef.Builder shown = graph.toGraphDef().toBuilder();
    for (NodeDef.Builder node : shown.getNodeBuilderList()) {
      GraphOperation operation = graph.operation(node.getName());
      AttrValue.ListValue.Builder shapes = AttrValue.ListValue.newBuilder();
      for (int i = 0; i < operation.numOutputs(); i++) {
        shapes.addShape(shape(operation.output(i).shape()));
      }
      node.putAttr("_output_shapes", AttrValue.newBuilder().setList(shapes).build());
    }
    return shown.build();
  }

  private static TensorShapeProto shape(Shape shape) {
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    if (shape.isUnknown()) {
      return proto.setUnknownRank(true).build();
    }
    for (long size : shape.asArray()) {
      proto.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return proto.build();
  }
}
