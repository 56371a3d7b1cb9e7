package org.lenet5.export;

import java.util.Map;
import org.lenet5.model.LeNet5;
import org.lenet5.model.Network;
import org.lenet5.model.Variables;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Computes probabilities straight from a checkpoint's weights: the reference for the model that is
 * exported from them.
 */
public final class Inference {
  private Inference() {}

  /**
   * Probabilities of images.
   *
   * @param weights by variable, as {@link LeNet5#variables()} names them
   * @param images uint8 [n,height,width,channels]
   * @return float32 [n,classes]
   */
  public static FloatNdArray probabilities(
      LeNet5 model, Map<String, FloatNdArray> weights, ByteNdArray images) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Placeholder<TUint8> input =
          tf.placeholder(TUint8.class, Placeholder.shape(model.input().prepend(-1)));
      Operand<TFloat32> output = tf.nn.softmax(new Network(tf, model).logits(tf, "lenet5", input));
      Variables variables = new Variables(graph);
      try (Session session = new Session(graph);
          TUint8 tensor = TUint8.tensorOf(images)) {
        variables.write(session, weights);
        try (Result result = session.runner().feed(input, tensor).fetch(output).run()) {
          TFloat32 found = (TFloat32) result.get(0);
          FloatNdArray copy = NdArrays.ofFloats(found.shape());
          found.copyTo(copy);
          return copy;
        }
      }
    }
  }
}
