package org.lenet5.model;

import java.util.List;
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
  public static GraphDef of(LeNet5 model) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Ops input = tf.withSubScope("input");
      Placeholder<TUint8> images =
          input
              .withName("images")
              .placeholder(TUint8.class, Placeholder.shape(model.input().prepend(-1)));
      Operand<TFloat32> x = model.normalization().apply(input, images);
      for (LeNet5.Row row : model.table()) {
        x = layer(tf.withSubScope(row.layer().name()), row, x);
      }
      tf.withSubScope("softmax").withName("probabilities").nn.softmax(x);
      return withShapes(graph);
    }
  }

  private static Operand<TFloat32> layer(Ops ops, LeNet5.Row row, Operand<TFloat32> x) {
    if (row.layer() instanceof Layer.Pad) {
      return Network.pad(ops, row, x);
    }
    if (row.layer() instanceof Layer.MaxPool pool) {
      return ops.nn.maxPool(
          x,
          ops.constant(new int[] {1, pool.height(), pool.width(), 1}),
          ops.constant(new int[] {1, pool.stride(), pool.stride(), 1}),
          "VALID");
    }
    Shape shape = row.layer().kernel(row.input());
    Operand<TFloat32> kernel = ops.withName("kernel").variable(shape, TFloat32.class);
    Operand<TFloat32> bias =
        ops.withName("bias")
            .variable(Shape.of(shape.get(shape.numDimensions() - 1)), TFloat32.class);
    if (row.layer() instanceof Layer.Convolution convolution) {
      long stride = convolution.stride();
      x = ops.nn.conv2d(x, kernel, List.of(1L, stride, stride, 1L), "VALID");
      return ops.nn.relu(ops.nn.biasAdd(x, bias));
    }
    if (row.input().numDimensions() > 1) {
      x = ops.reshape(x, ops.constant(new long[] {-1, row.input().size()}));
    }
    Operand<TFloat32> y = ops.nn.biasAdd(ops.linalg.matMul(x, kernel), bias);
    return row.layer() instanceof Layer.Dense dense && dense.relu() ? ops.nn.relu(y) : y;
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
