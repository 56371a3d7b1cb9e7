package org.lenet5.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lenet5.data.Batch;
import org.lenet5.model.Model;
import org.lenet5.model.Network;
import org.lenet5.model.Variables;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * The graph of a training and its session: one step, an evaluated batch, and the variables.
 *
 * <p>Holds native memory until it is closed. Not thread-safe.
 */
final class TrainingGraph implements AutoCloseable {
  private static final Placeholder.Options SCALAR = Placeholder.shape(Shape.scalar());

  private final Graph graph = new Graph();
  private final Model model;
  private final double[] classWeights;
  private final Targets targets;
  private final Optional<Distillation> distillation;
  private final List<Part> parts = new ArrayList<>();
  private final Placeholder<TInt64> dropoutSeed;
  private final Placeholder<TFloat32> rate;
  private final float ema;
  private final Placeholder<TFloat32> kept; // of the averages
  private final Operand<TFloat32> trainLoss;
  private final List<Op> updates; // of a step: the weights, and statistics of the batch
  private final String optimizerName;
  private final Variables variables;
  private final Session session;
  private final TInt64 seed = TInt64.tensorOf(Shape.of(2));
  private final TFloat32 stepRate = TFloat32.tensorOf(Shape.scalar());
  private final TFloat32 stepKept = TFloat32.tensorOf(Shape.scalar());
  private final Map<Integer, Feed> feeds = new HashMap<>();

  /**
   * What stands in the graph for a {@link BatchFeed.Part}; evaluated without dropout.
   *
   * @param answers null without a teacher
   */
  private record Part(
      Placeholder<TUint8> images,
      Placeholder<TFloat32> targets,
      Placeholder<TFloat32> weights,
      Placeholder<TFloat32> answers,
      Operand<TFloat32> imageLosses,
      Operand<TInt32> predictions,
      Operand<TFloat32> probabilities) {}

  /** The tensors of one batch size with the session's calls that take them. */
  private record Feed(BatchFeed batch, Session.Runner step, Session.Runner evaluate) {}

  /** Each image's loss counts the same. */
  TrainingGraph(TrainingConfig config, Model model) {
    this(config, model, null, Optional.empty(), false);
  }

  /**
   * @param classWeights how much an image's loss counts, by class; null: each the same
   * @param teacher whose answers are learnt, which this object does not close
   * @param ownThreads whether it has threads of its own, as other sessions of this process run at
   *     the same time
   */
  TrainingGraph(
      TrainingConfig config,
      Model model,
      double[] classWeights,
      Optional<Teacher> teacher,
      boolean ownThreads) {
    this.model = model;
    this.classWeights = classWeights;
    this.distillation = Distillation.of(config, teacher);
    this.targets = Targets.LABELS.smoothed(config.get(Settings.LABEL_SMOOTHING));
    Ops tf = Ops.create(graph);
    Network network = new Network(tf, model, config.frozen(model));
    dropoutSeed =
        tf.withName("dropout_seed").placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));
    rate = tf.withName("learning_rate").placeholder(TFloat32.class, SCALAR);
    kept = tf.withName("averages_kept").placeholder(TFloat32.class, SCALAR);
    ema = config.get(Settings.EMA);
    Ops batch = tf.withSubScope("batch");
    List<Network.Part> fed = new ArrayList<>();
    for (int i = 0; i < config.threads(); i++) {
      // All of a part in one scope, so that several of them do not look like further layers.
      Ops part = batch.withSubScope("part_" + (i + 1));
      Placeholder<TUint8> images =
          part.withName("images")
              .placeholder(TUint8.class, Placeholder.shape(model.input().prepend(-1)));
      Placeholder<TFloat32> weights =
          part.withName("weights").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 1)));
      // Each part drops units of its own.
      Operand<TInt64> partSeed = part.math.add(dropoutSeed, part.constant(new long[] {i, 0}));
      fed.add(new Network.Part(part, images, weights, partSeed));
    }
    List<Operand<TFloat32>> trained =
        network.isJoint() ? network.trainingLogits(fed, "train", config.dropout()) : List.of();
    List<Operand<TFloat32>> losses = new ArrayList<>();
    for (int i = 0; i < fed.size(); i++) {
      Network.Part part = fed.get(i);
      Placeholder<TFloat32> targets =
          part.scope()
              .withName("targets")
              .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, model.classes())));
      Operand<TFloat32> mine =
          network.isJoint()
              ? trained.get(i)
              : network.trainingLogits(List.of(part), "train", config.dropout()).get(0);
      Placeholder<TFloat32> answers = distillation.isEmpty() ? null : answers(part.scope());
      losses.add(loss(config, part, mine, targets, answers));
      parts.add(evaluated(config, network, part, targets, answers));
    }
    trainLoss = losses.size() == 1 ? losses.get(0) : tf.withName("train_loss").math.addN(losses);
    OptimizerKind kind = config.optimizer();
    Optimizer optimizer =
        new FedOptimizer(
            graph, kind, rate, config.get(Settings.WEIGHT_DECAY).orElse(kind.usualDecay()));
    updates = new ArrayList<>(network.updates());
    updates.add(minimize(optimizer, network, config.get(Settings.CLIP_NORM)));
    if (ema > 0) {
      updates.addAll(Averages.move(graph, model.variables().keySet(), kept, updates));
    }
    if (config.get(Settings.OUTER_MOMENTUM) > 0) {
      Rounds.keepOuter(graph, network.trained());
    }
    optimizerName = optimizer.getOptimizerName();

    variables = new Variables(graph);
    session =
        new Session(
            graph,
            sessionConfig(config.threads()).toBuilder()
                .setUsePerSessionThreads(ownThreads)
                .build());
    session.initialize();
  }

  private Placeholder<TFloat32> answers(Ops scope) {
    return scope
        .withName("answers")
        .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, model.classes())));
  }

  // Σ loss·weight as a product of matrices: its gradient takes few operations, a mean's many.
  private Operand<TFloat32> loss(
      TrainingConfig config,
      Network.Part part,
      Operand<TFloat32> logits,
      Operand<TFloat32> targets,
      Operand<TFloat32> answers) {
    Ops ops = part.scope().withSubScope("loss");
    Operand<TFloat32> plain = config.loss().perImage(ops, logits, targets);
    Operand<TFloat32> each =
        distillation.map(taught -> taught.perImage(ops, plain, logits, answers)).orElse(plain);
    return ops.linalg.matMul(ops.reshape(each, ops.constant(new int[] {1, -1})), part.weights());
  }

  private static Part evaluated(
      TrainingConfig config,
      Network network,
      Network.Part part,
      Placeholder<TFloat32> targets,
      Placeholder<TFloat32> answers) {
    Operand<TFloat32> logits = network.logits(part.scope(), "evaluate", part.images());
    Ops outcome = part.scope().withSubScope("outcome");
    return new Part(
        (Placeholder<TUint8>) part.images(),
        targets,
        (Placeholder<TFloat32>) part.weights(),
        answers,
        config.loss().perImage(outcome, logits, targets),
        outcome.math.argMax(logits, outcome.constant(1), TInt32.class),
        outcome.nn.softmax(logits));
  }

  /** The optimizer's own minimize would ask for gradients of the statistics, which have none. */
  private Op minimize(Optimizer optimizer, Network network, float clipNorm) {
    List<Variable<TFloat32>> trained = network.trained();
    Output<?>[] variables = trained.stream().map(Operand::asOutput).toArray(Output[]::new);
    List<Output<TFloat32>> gradients = new ArrayList<>();
    for (Output<?> each : graph.addGradients(trainLoss.asOutput(), variables)) {
      gradients.add(each.expect(TFloat32.class));
    }
    if (clipNorm > 0) {
      gradients = clipped(Ops.create(graph).withSubScope("clip"), gradients, clipNorm);
    }
    List<Optimizer.GradAndVar<? extends TType>> pairs = new ArrayList<>();
    for (int i = 0; i < trained.size(); i++) {
      pairs.add(new Optimizer.GradAndVar<>(gradients.get(i), trained.get(i).asOutput()));
    }
    return optimizer.applyGradients(pairs, "update");
  }

  /** All of them times one factor, so that together they are no longer than {@code norm}. */
  private static List<Output<TFloat32>> clipped(
      Ops ops, List<Output<TFloat32>> gradients, float norm) {
    List<Operand<TFloat32>> halves = new ArrayList<>();
    gradients.forEach(each -> halves.add(ops.nn.l2Loss(each))); // half of the sum of squares
    Operand<TFloat32> length = ops.math.sqrt(ops.math.mul(ops.math.addN(halves), ops.constant(2f)));
    Operand<TFloat32> factor =
        ops.math.div(ops.constant(norm), ops.math.maximum(length, ops.constant(norm)));
    return gradients.stream().map(each -> ops.math.mul(each, factor).asOutput()).toList();
  }

  /**
   * How all sessions of this process run: each operation on one core, and as many operations at a
   * time as there are threads. The first session of a process decides this for all later ones.
   */
  static ConfigProto sessionConfig(int threads) {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(1)
        .setInterOpParallelismThreads(threads)
        .setGpuOptions(GPUOptions.newBuilder().setAllowGrowth(true))
        .build();
  }

  /**
   * One update of the weights.
   *
   * @param step counts the run's steps; decides with the seed which units are dropped
   * @param learningRate of this step
   * @return the batch's mean loss before the update
   */
  double step(Batch batch, long runSeed, long step, float learningRate) {
    seed.setLong(runSeed, 0);
    seed.setLong(step, 1);
    stepRate.setFloat(learningRate);
    stepKept.setFloat(Averages.kept(ema, step));
    Feed feed = filled(batch, targets);
    distillation.ifPresent(taught -> feed.batch().teach(taught.answers(batch, model.classes())));
    try (Result result = feed.step().run()) {
      return ((TFloat32) result.get(0)).getFloat(0, 0);
    }
  }

  /** Losses and most probable classes of a batch's images, without dropout. */
  void evaluate(Batch batch, float[] losses, int[] classes, int offset) {
    Feed feed = filled(batch, Targets.LABELS);
    try (Result result = feed.evaluate().run()) {
      int fetched = 0;
      for (BatchFeed.Part part : feed.batch().parts()) {
        TFloat32 loss = (TFloat32) result.get(fetched++);
        TInt32 predicted = (TInt32) result.get(fetched++);
        for (int i = 0; i < part.length(); i++) {
          losses[offset + part.start() + i] = loss.getFloat(i);
          classes[offset + part.start() + i] = predicted.getInt(i);
        }
      }
    }
  }

  /** float32 [n,classes] of uint8 [n,height,width,channels]. */
  FloatNdArray probabilities(ByteNdArray pixels) {
    Part part = parts.get(0);
    try (TUint8 tensor = TUint8.tensorOf(pixels);
        Result result =
            session.runner().feed(part.images(), tensor).fetch(part.probabilities()).run()) {
      TFloat32 found = (TFloat32) result.get(0);
      FloatNdArray copy = NdArrays.ofFloats(found.shape());
      found.copyTo(copy);
      return copy;
    }
  }

  private Feed filled(Batch batch, Targets targets) {
    Feed feed = feeds.computeIfAbsent(batch.size(), this::newFeed);
    feed.batch().fill(batch, targets);
    return feed;
  }

  private Feed newFeed(int size) {
    BatchFeed batch =
        new BatchFeed(
            size,
            parts.size(),
            model.image(),
            model.classes(),
            classWeights,
            distillation.isPresent());
    Session.Runner step =
        session.runner().feed(dropoutSeed, seed).feed(rate, stepRate).fetch(trainLoss);
    if (ema > 0) {
      step.feed(kept, stepKept);
    }
    updates.forEach(step::addTarget);
    Session.Runner evaluate = session.runner();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      BatchFeed.Part fed = batch.parts().get(i);
      step.feed(part.images(), fed.images())
          .feed(part.targets(), fed.targets())
          .feed(part.weights(), fed.weights());
      if (part.answers() != null) {
        step.feed(part.answers(), fed.answers());
      }
      evaluate
          .feed(part.images(), fed.images())
          .feed(part.targets(), fed.targets())
          .fetch(part.imageLosses())
          .fetch(part.predictions());
    }
    return new Feed(batch, step, evaluate);
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

  /** Copies of all values of each variable. */
  SortedMap<String, float[]> values() {
    SortedMap<String, float[]> values = new TreeMap<>();
    read()
        .forEach(
            (name, value) -> {
              float[] copy = new float[(int) value.size()];
              value.copyTo(DataBuffers.of(copy, false, false));
              values.put(name, copy);
            });
    return values;
  }

  /** Sets the variables that are named to all of these values each. */
  void setValues(SortedMap<String, float[]> values) {
    Map<String, Shape> shapes = shapes();
    Map<String, FloatNdArray> arrays = new HashMap<>();
    values.forEach(
        (name, value) ->
            arrays.put(name, NdArrays.wrap(shapes.get(name), DataBuffers.of(value, true, false))));
    write(arrays);
  }

  /** Sets the model's variables to a training's first values, and their averages, if any. */
  void begin(Map<String, ? extends FloatNdArray> values) {
    write(values);
    if (ema > 0) {
      write(Averages.first(values));
    }
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
    stepRate.close();
    stepKept.close();
    for (Feed feed : feeds.values()) {
      feed.batch().close();
    }
  }
}
