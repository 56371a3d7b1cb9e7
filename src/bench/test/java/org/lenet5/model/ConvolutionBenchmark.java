package org.lenet5.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/**
 * What a convolution with its bias, ReLU and pool takes in tiles, as a share of what it takes as
 * TensorFlow's own operations: in a step of training and where it only computes. Both are measured
 * in turn, on one thread. Layers of images get no gradient for them; the others' input and output
 * are whole images, so cutting them and putting them together again is counted.
 *
 * <p>Then steps of lenet5, of which layers are plain and the others in tiles, against all of them
 * in tiles: there a layer takes the tiles that the one before makes.
 *
 * <p>usage: ConvolutionBenchmark layers|network. Prints lines of CSV.
 */
final class ConvolutionBenchmark {
  private static final int BATCH = 64; // a part of a batch of 128 on two threads
  private static final int SMALL_BATCH = 5; // of one of 10
  private static final int ROUNDS = 15;
  private static final long ROUND_NANOS = 15_000_000;

  // Side, channels, filters' size, filters; pooled behind.
  private static final int[][] SHAPES = {
    {32, 3, 5, 6, 1}, // C1
    {32, 3, 5, 6, 0},
    {32, 3, 5, 8, 1},
    {32, 3, 5, 10, 1},
    {32, 3, 5, 16, 1},
    {32, 3, 5, 32, 1},
    {32, 1, 5, 6, 1},
    {28, 1, 5, 20, 1},
    {28, 1, 5, 32, 1},
    {96, 3, 5, 6, 1},
    {14, 6, 5, 16, 0}, // C2
    {30, 6, 5, 16, 0},
    {14, 6, 3, 16, 0},
    {14, 6, 5, 16, 1},
    {16, 8, 3, 32, 0},
    {30, 8, 3, 16, 0},
    {10, 16, 5, 120, 0}, // C3
    {26, 16, 5, 120, 0},
    {10, 16, 3, 32, 0},
    {14, 16, 5, 32, 0},
    {32, 16, 3, 16, 0},
    {32, 16, 3, 16, 1},
    {16, 16, 1, 32, 0},
    {16, 64, 1, 64, 0},
    {8, 64, 3, 64, 0},
    {8, 32, 5, 64, 0},
    {16, 32, 5, 64, 0},
    {16, 64, 3, 64, 0},
  };

  private final Model.Row row;
  private final boolean pooled;
  private final boolean ofImages;

  private ConvolutionBenchmark(Model.Row row, boolean pooled) {
    this.row = row;
    this.pooled = pooled;
    this.ofImages = row.input().get(2) <= 3;
  }

  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("network")) {
      network();
    } else if (args.length == 1 && args[0].equals("layers")) {
      layers();
    } else {
      throw new IllegalArgumentException("usage: ConvolutionBenchmark layers|network");
    }
  }

  private static void layers() {
    System.out.println(
        "side,channels,size,filters,pooled,use,batch,plain_ms,tiled_ms,ratio,ratio_low,ratio_high,chosen");
    for (int[] shape : SHAPES) {
      boolean pooled = shape[4] == 1;
      Convolution layer =
          new Convolution("C", shape[2], shape[2], shape[3], 1, false, false, false, List.of());
      List<Shape> input = List.of(Shape.of(shape[0], shape[0], shape[1]));
      Model.Row row = new Model.Row(layer, List.of(""), input, layer.output(input));
      ConvolutionBenchmark benchmark = new ConvolutionBenchmark(row, pooled);
      for (String use : List.of("train", "train-few", "compute", "one")) {
        System.out.printf(
            Locale.ROOT,
            "%d,%d,%d,%d,%b,%s%n",
            shape[0],
            shape[1],
            shape[2],
            shape[3],
            pooled,
            benchmark.measured(use));
      }
    }
  }

  /** A training step of LeNet5, all in tiles, beside one with some layers plain. */
  private static void network() {
    System.out.println("plain,batch,some_plain_ms,all_tiled_ms,ratio,ratio_low,ratio_high");
    for (int batch : new int[] {5, 10, 64}) {
      for (List<String> plain :
          List.of(
              List.of("C1"),
              List.of("C2"),
              List.of("C3"),
              List.of("C2", "C3"),
              List.of("C1", "C2", "C3"))) {
        System.out.println(String.join("+", plain) + "," + batch + "," + network(plain, batch));
      }
    }
  }

  private static String network(List<String> plain, int batch) {
    Model model = Model.leNet5(10, Normalization.NONE);
    try (Step some = new Step(model, plain::contains, batch);
        Step tiled = new Step(model, layer -> false, batch)) {
      return ratios(some.runner, tiled.runner);
    }
  }

  /** A graph that computes the gradients of all weights, and what it is fed. */
  private static final class Step implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Session session;
    private final TUint8 images;
    private final Session.Runner runner;

    Step(Model model, Predicate<String> plain, int batch) {
      Ops tf = Ops.create(graph);
      Network network = new Network(tf, model, plain);
      Placeholder<TUint8> x =
          tf.placeholder(TUint8.class, Placeholder.shape(model.input().prepend(-1)));
      Operand<TFloat32> logits =
          network
              .trainingLogits(
                  List.of(
                      new Network.Part(
                          tf, x, tf.constant(new float[0][1]), tf.constant(new long[2]))),
                  "train",
                  0)
              .get(0);
      session = new Session(graph, oneThread());
      byte[] pixels = new byte[batch * model.image().bytes()];
      new Random(1).nextBytes(pixels);
      images = TUint8.tensorOf(model.input().prepend(batch), DataBuffers.of(pixels));
      runner = session.runner().feed(x, images);
      Output<?>[] weights =
          network.trained().stream().map(Operand::asOutput).toArray(Output<?>[]::new);
      for (Output<?> each : graph.addGradients(logits.asOutput(), weights)) {
        runner.addTarget(each.expect(TFloat32.class));
      }
      new Variables(graph).write(session, model.initialWeights(1));
    }

    @Override
    public void close() {
      session.close();
      graph.close();
      images.close();
    }
  }

  private static ConfigProto oneThread() {
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(1)
        .setInterOpParallelismThreads(1)
        .build();
  }

  private String measured(String use) {
    int batch = use.equals("one") ? 1 : use.equals("train-few") ? SMALL_BATCH : BATCH;
    try (Graph graph = new Graph();
        TFloat32 images = values(1, row.input().prepend(batch))) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> x =
          tf.placeholder(TFloat32.class, Placeholder.shape(row.input().prepend(-1)));
      List<Op> firsts = new ArrayList<>();
      List<Variable<TFloat32>> variables = new ArrayList<>();
      for (LayerVariable each : row.layer().variables(row.input())) {
        Variable<TFloat32> variable = tf.variable(each.shape(), TFloat32.class);
        firsts.add(tf.assign(variable, constant(tf, variables.size() + 2, each.shape())));
        variables.add(variable);
      }
      boolean trains = use.startsWith("train");
      List<Op> plain = work(graph, x, variables, plain(tf, x, variables), trains);
      List<Op> tiled = work(graph, x, variables, tiled(tf, x, variables), trains);
      try (Session session = new Session(graph, oneThread())) {
        Session.Runner first = session.runner();
        firsts.forEach(first::addTarget);
        first.run().close();
        Session.Runner plainly = session.runner().feed(x, images);
        plain.forEach(plainly::addTarget);
        Session.Runner inTiles = session.runner().feed(x, images);
        tiled.forEach(inTiles::addTarget);
        return "%s,%d,%s,%b"
            .formatted(
                use,
                batch,
                ratios(plainly, inTiles),
                TiledConvolution.fits((Convolution) row.layer(), row.input(), pooled));
      }
    }
  }

  /** Medians of milliseconds, then of the second's share of the first, with its quartiles. */
  private static String ratios(Session.Runner plainly, Session.Runner inTiles) {
    time(plainly, 3); // the first runs build and unpack
    time(inTiles, 3);
    int runs = (int) Math.max(1, Math.min(1000, ROUND_NANOS / Math.max(1, time(plainly, 1))));
    double[] ratios = new double[ROUNDS];
    double[] plain = new double[ROUNDS];
    double[] tiled = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      plain[i] = time(plainly, runs) / 1e6 / runs;
      tiled[i] = time(inTiles, runs) / 1e6 / runs;
      ratios[i] = tiled[i] / plain[i];
    }
    Arrays.sort(ratios);
    Arrays.sort(plain);
    Arrays.sort(tiled);
    return String.format(
        Locale.ROOT,
        "%.4f,%.4f,%.3f,%.3f,%.3f",
        plain[ROUNDS / 2],
        tiled[ROUNDS / 2],
        ratios[ROUNDS / 2],
        ratios[ROUNDS / 4],
        ratios[ROUNDS - 1 - ROUNDS / 4]);
  }

  private static long time(Session.Runner runner, int runs) {
    long begun = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      runner.run().close();
    }
    return System.nanoTime() - begun;
  }

  /** What has to be computed of a layer. */
  private List<Op> work(
      Graph graph,
      Operand<TFloat32> x,
      List<Variable<TFloat32>> variables,
      Operand<TFloat32> y,
      boolean trains) {
    if (!trains) {
      return List.of(y);
    }
    List<Output<?>> of = new ArrayList<>();
    variables.forEach(each -> of.add(each.asOutput()));
    if (!ofImages) {
      of.add(x.asOutput());
    }
    List<Op> all = new ArrayList<>();
    for (Output<?> each : graph.addGradients(y.asOutput(), of.toArray(new Output<?>[0]))) {
      all.add(each.expect(TFloat32.class));
    }
    return all;
  }

  private Operand<TFloat32> plain(Ops tf, Operand<TFloat32> x, List<Variable<TFloat32>> variables) {
    Operand<TFloat32> y =
        tf.nn.biasAdd(
            tf.nn.conv2d(x, variables.get(0), List.of(1L, 1L, 1L, 1L), "VALID"), variables.get(1));
    Operand<TInt32> two = tf.constant(new int[] {1, 2, 2, 1});
    return pooled ? tf.nn.maxPool(tf.nn.relu(y), two, two, "VALID") : tf.nn.relu(y);
  }

  private Operand<TFloat32> tiled(Ops tf, Operand<TFloat32> x, List<Variable<TFloat32>> variables) {
    TiledConvolution tiles = new TiledConvolution((Convolution) row.layer(), row, pooled);
    Operand<TFloat32> cut =
        tiles.tile() == 1 || ofImages ? x : tf.nn.spaceToDepth(x, (long) tiles.tile());
    Operand<TFloat32> y =
        tiles.apply(
            tf,
            ofImages ? tiles.windowsOfImages(tf, x) : tiles.windows(tf, cut),
            tiles.matrix(tf, variables.get(0)),
            variables.get(1),
            true);
    return tiles.outputTile() == 1 ? y : tf.nn.depthToSpace(y, (long) tiles.outputTile());
  }

  private static Operand<TFloat32> constant(Ops tf, int seed, Shape shape) {
    try (TFloat32 values = values(seed, shape)) {
      return tf.constantOf(values);
    }
  }

  private static TFloat32 values(int seed, Shape shape) {
    Random random = new Random(seed);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(values));
  }
}
