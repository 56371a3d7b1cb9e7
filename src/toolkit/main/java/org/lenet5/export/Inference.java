package org.lenet5.export;

import java.util.Map;
import org.lenet5.data.Batch;
import org.lenet5.data.BatchStream;
import org.lenet5.data.LabeledImages;
import org.lenet5.evaluation.Temperature;
import org.lenet5.model.Model;
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
 * Computes straight from a checkpoint's weights: the reference for the model that is exported from
 * them.
 */
public final class Inference {
  // The outputs of all layers of an image are in memory at once.
  private static final int BATCH_BYTES = 614_400;

  private Inference() {}

  /**
   * Probabilities of images.
   *
   * @param weights by variable, as {@link Model#variables()} names them
   * @param images uint8 [n,height,width,channels]
   * @return float32 [n,classes]
   */
  public static FloatNdArray probabilities(
      Model model, Map<String, FloatNdArray> weights, ByteNdArray images) {
    return probabilities(model, weights, images, Temperature.NONE);
  }

  /**
   * Probabilities of images, calibrated.
   *
   * @param weights by variable, as {@link Model#variables()} names them
   * @param images uint8 [n,height,width,channels]
   * @param temperature that the logits are divided by, positive
   * @return float32 [n,classes]
   */
  public static FloatNdArray probabilities(
      Model model, Map<String, FloatNdArray> weights, ByteNdArray images, double temperature) {
    try (Loaded loaded = new Loaded(model, weights)) {
      Operand<TFloat32> output =
          loaded.tf.nn.softmax(scaled(loaded.tf, loaded.logits, temperature));
      return loaded.run(output, images);
    }
  }

  /**
   * What stands before the softmax.
   *
   * @param weights by variable, as {@link Model#variables()} names them
   * @return by image, then by class
   */
  public static float[][] logits(
      Model model, Map<String, FloatNdArray> weights, LabeledImages images) {
    float[][] all = new float[images.size()][model.classes()];
    int size = Math.max(1, BATCH_BYTES / images.shape().bytes());
    int done = 0;
    try (Loaded loaded = new Loaded(model, weights);
        BatchStream batches = BatchStream.inOrder(images, size)) {
      while (batches.hasNext()) {
        Batch batch = batches.next();
        FloatNdArray found = loaded.run(loaded.logits, batch.images());
        for (int i = 0; i < batch.size(); i++, done++) {
          for (int c = 0; c < model.classes(); c++) {
            all[done][c] = found.getFloat(i, c);
          }
        }
      }
    }
    return all;
  }

  /** Logits divided by the temperature; without one, nothing is added to the graph. */
  static Operand<TFloat32> scaled(Ops tf, Operand<TFloat32> logits, double temperature) {
    return temperature == Temperature.NONE
        ? logits
        : tf.math.mul(logits, tf.constant((float) (1 / temperature)));
  }

  /** A graph with the weights in it. Holds native memory until it is closed. */
  private static final class Loaded implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Ops tf = Ops.create(graph);
    private final Placeholder<TUint8> input;
    private final Operand<TFloat32> logits;
    private final Session session;

    Loaded(Model model, Map<String, FloatNdArray> weights) {
      input = tf.placeholder(TUint8.class, Placeholder.shape(model.input().prepend(-1)));
      logits = new Network(tf, model).logits(tf, "lenet5", input);
      Variables variables = new Variables(graph);
      session = new Session(graph);
      variables.write(session, weights);
    }

    FloatNdArray run(Operand<TFloat32> output, ByteNdArray images) {
      try (TUint8 tensor = TUint8.tensorOf(images);
          Result result = session.runner().feed(input, tensor).fetch(output).run()) {
        TFloat32 found = (TFloat32) result.get(0);
        FloatNdArray copy = NdArrays.ofFloats(found.shape());
        found.copyTo(copy);
        return copy;
      }
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }
}
