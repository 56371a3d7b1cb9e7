package org.lenet5.training;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lenet5.data.Batch;
import org.lenet5.model.LeNet5;
import org.lenet5.model.Network;
import org.lenet5.model.Variables;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/**
 * The graph of a training and its session: one step, an evaluated batch, and the variables.
 *
 * <p>Holds native memory until it is closed. Not thread-safe.
 */
final class TrainingGraph implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Placeholder<TUint8> images;
  private final Placeholder<TInt32> labels;
  private final Placeholder<TInt64> dropoutSeed;
  private final Operand<TFloat32> trainLoss;
  private final Operand<TFloat32> imageLosses;
  private final Operand<TInt32> predictions;
  private final Operand<TFloat32> probabilities;
  private final Op update;
  private final String optimizerName;
  private final Variables variables;
  private final Session session;
  private final TInt64 seed = TInt64.tensorOf(Shape.of(2));
  private final Map<Integer, Feed> feeds = new HashMap<>();

  /** The tensors of one batch size, filled again for each batch. */
  private record Feed(TUint8 images, TInt32 labels, Session.Runner step, Session.Runner evaluate) {}

  TrainingGraph(TrainingConfig config, int classes) {
    Ops tf = Ops.create(graph);
    Network network = new Network(tf, new LeNet5(classes, config.normalization()));
    images =
        tf.withName("images").placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
    labels = tf.withName("labels").placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
    dropoutSeed =
        tf.withName("dropout_seed").placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));
    Ops target = tf.withSubScope("target");
    Operand<TFloat32> oneHot =
        target.oneHot(labels, target.constant(classes), target.constant(1f), target.constant(0f));
    BatchParts parts = new BatchParts(tf.withSubScope("split"), images, config.threads());

    Operand<TFloat32> training = logits(tf, network, "train", parts, config.dropout());
    Ops loss = tf.withSubScope("loss");
    trainLoss = loss.math.mean(config.loss().perImage(loss, training, oneHot), loss.constant(0));
    Optimizer optimizer = config.optimizer().create(graph, config.learningRate());
    update = optimizer.minimize(trainLoss, "update");
    optimizerName = optimizer.getOptimizerName();

    Operand<TFloat32> logits = logits(tf, network, "evaluate", parts, 0);
    Ops outcome = tf.withSubScope("outcome");
    imageLosses = config.loss().perImage(outcome, logits, oneHot);
    predictions = outcome.math.argMax(logits, outcome.constant(1), TInt32.class);
    probabilities = outcome.nn.softmax(logits);

    variables = new Variables(graph);
    session = new Session(graph, sessionConfig(config.threads()));
    session.initialize();
  }

  /**
   * How all sessions of this process run: operations one core each, as many at a time as there are
   * threads. The process's first session decides for all.
   */
  static ConfigProto sessionConfig(int threads) {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(1)
        .setInterOpParallelismThreads(threads)
        .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
        .build();
  }

  private Operand<TFloat32> logits(
      Ops tf, Network network, String scope, BatchParts parts, float dropout) {
    Ops ops = tf.withSubScope(scope);
    return parts.through(
        ops,
        (part, pixels) -> {
          // Each part drops units of its own.
          Operand<TInt64> seed = ops.math.add(dropoutSeed, ops.constant(new long[] {part, 0}));
          return network.trainingLogits(ops, "part", pixels, new Network.Dropout(dropout, seed));
        });
  }

  /**
   * One update of the weights.
   *
   * @param step counts the run's steps; decides with the seed which units are dropped
   * @return the batch's mean loss before the update
   */
  double step(Batch batch, long runSeed, long step) {
    seed.setLong(runSeed, 0);
    seed.setLong(step, 1);
    Feed feed = feed(batch.images(), batch.labels());
    try (Result result = feed.step().run()) {
      return ((TFloat32) result.get(0)).getFloat();
    }
  }

  /** Losses and most probable classes of a batch's images, without dropout. */
  void evaluate(Batch batch, float[] losses, byte[] classes, int offset) {
    Feed feed = feed(batch.images(), batch.labels());
    try (Result result = feed.evaluate().run()) {
      TFloat32 loss = (TFloat32) result.get(0);
      TInt32 predicted = (TInt32) result.get(1);
      for (int i = 0; i < batch.size(); i++) {
        losses[offset + i] = loss.getFloat(i);
        classes[offset + i] = (byte) predicted.getInt(i);
      }
    }
  }

  /** float32 [n,classes] of uint8 [n,32,32,3]. */
  FloatNdArray probabilities(ByteNdArray pixels) {
    try (TUint8 tensor = TUint8.tensorOf(pixels);
        Result result = session.runner().feed(images, tensor).fetch(probabilities).run()) {
      TFloat32 found = (TFloat32) result.get(0);
      FloatNdArray copy = NdArrays.ofFloats(found.shape());
      found.copyTo(copy);
      return copy;
    }
  }

  private Feed feed(ByteNdArray pixels, org.tensorflow.ndarray.IntNdArray classes) {
    Feed feed = feeds.computeIfAbsent((int) pixels.shape().get(0), this::newFeed);
    pixels.copyTo(feed.images());
    classes.copyTo(feed.labels());
    return feed;
  }

  private Feed newFeed(int size) {
    TUint8 pixels = TUint8.tensorOf(Shape.of(size, 32, 32, 3));
    TInt32 classes = TInt32.tensorOf(Shape.of(size));
    return new Feed(
        pixels,
        classes,
        session
            .runner()
            .feed(images, pixels)
            .feed(labels, classes)
            .feed(dropoutSeed, seed)
            .addTarget(update)
            .fetch(trainLoss),
        session
            .runner()
            .feed(images, pixels)
            .feed(labels, classes)
            .fetch(imageLosses)
            .fetch(predictions));
  }

  Map<String, Shape> shapes() {
    return variables.shapes();
  }

  Map<String, FloatNdArray> read() {
    return variables.read(session);
  }

  void write(Map<String, ? extends FloatNdArray> values) {
    variables.write(session, values);
  }

  /** The graph for people: the optimizer's many small operations stand in a scope of their own. */
  GraphDef graphDef() {
    Pattern optimizer = Pattern.compile("(\\^?)(" + optimizerName + "(?:_\\d+)?(?::\\d+)?)");
    GraphDef.Builder shown = graph.toGraphDef().toBuilder();
    for (NodeDef.Builder node : shown.getNodeBuilderList()) {
      node.setName(scoped(optimizer, node.getName()));
      for (int i = 0; i < node.getInputCount(); i++) {
        node.setInput(i, scoped(optimizer, node.getInput(i)));
      }
    }
    return shown.build();
  }

  private static String scoped(Pattern optimizer, String name) {
    Matcher matcher = optimizer.matcher(name);
    return matcher.matches() ? matcher.group(1) + "optimizer/" + matcher.group(2) : name;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
    seed.close();
    for (Feed feed : feeds.values()) {
      feed.images().close();
      feed.labels().close();
    }
  }
}
