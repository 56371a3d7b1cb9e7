package org.lenet5.model;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/**
 * LeNet5's variables in a graph. Its layers can be added several times; all copies share the
 * variables. Belongs to the graph of its {@link Ops}; not thread-safe.
 */
public final class Network {
  private final LeNet5 model;
  private final Map<String, Variable<TFloat32>> variables = new LinkedHashMap<>();
  private final Map<String, Operand<TFloat32>> matrices = new HashMap<>();
  private final Map<String, Ops> scopes =
      new HashMap<>(); // Asked for twice, a scope gets a number.

  /** Adds the variables, without initial values, to the graph. */
  public Network(Ops tf, LeNet5 model) {
    this.model = model;
    model
        .variables()
        .forEach(
            (name, shape) -> {
              int slash = name.indexOf('/');
              variables.put(
                  name,
                  scopes
                      .computeIfAbsent(name.substring(0, slash), tf::withSubScope)
                      .withName(name.substring(slash + 1))
                      .variable(shape, TFloat32.class));
            });
  }

  /**
   * Dropout of a training pass.
   *
   * @param rate share of units that are dropped, 0 to below 1
   * @param seed int64 [2] that decides which; the same seed drops the same units
   */
  public record Dropout(float rate, Operand<TInt64> seed) {}

  /**
   * Adds the layers for inference: no dropout. Convolutions are products of matrices where that is
   * faster, see {@link TiledConvolution}.
   *
   * @param parent where the layers go
   * @param scope prefix of the operations' names there
   * @param images uint8 [n,height,width,channels]
   * @return float32 [n,classes]
   */
  public Operand<TFloat32> logits(Ops parent, String scope, Operand<TUint8> images) {
    return build(parent.withSubScope(scope), images, new Dropout(0, null));
  }

  /** Adds the layers for training; see {@link #logits}. */
  public Operand<TFloat32> trainingLogits(
      Ops parent, String scope, Operand<TUint8> images, Dropout dropout) {
    return build(parent.withSubScope(scope), images, dropout);
  }

  private Operand<TFloat32> build(Ops scope, Operand<TUint8> images, Dropout dropout) {
    Operand<TFloat32> x = model.normalization().apply(scope.withSubScope("input"), images);
    List<LeNet5.Row> table = model.table();
    int tile = 1; // x is cut into tiles of this side, see TiledConvolution
    boolean ofImages = true; // no variable has come into it yet
    for (int i = 0; i < table.size(); i++) {
      LeNet5.Row row = table.get(i);
      Ops ops = scope.withSubScope(row.layer().name());
      if (row.layer() instanceof Layer.Pad) {
        x = pad(ops, row, x);
      } else if (row.layer() instanceof Layer.Convolution plain
          && !TiledConvolution.fits(row, isPooled(table, i))) {
        x = convolution(ops, row, plain, retile(ops, x, tile, 1));
        tile = 1;
        ofImages = false;
      } else if (row.layer() instanceof Layer.Convolution) {
        boolean pooled = isPooled(table, i);
        TiledConvolution convolution = new TiledConvolution(row, pooled);
        Operand<TFloat32> windows =
            ofImages
                ? convolution.windowsOfImages(ops, x)
                : convolution.windows(ops, retile(ops, x, tile, convolution.tile()));
        Operand<TFloat32> matrix =
            matrices.computeIfAbsent(
                row.layer().name(),
                // Beside its kernel: it belongs to no part of the batch, all of them use it.
                name -> convolution.matrix(scopes.get(name).withSubScope("matrix"), kernel(row)));
        x = convolution.apply(ops, windows, matrix, variables.get(row.layer().name() + "/bias"));
        tile = convolution.outputTile();
        ofImages = false;
        i += pooled ? 1 : 0; // The convolution has done the pool as well.
      } else if (row.layer() instanceof Layer.MaxPool pool) {
        x = maxPool(ops, pool, retile(ops, x, tile, 1));
        tile = 1;
      } else if (row.layer() instanceof Layer.Dense dense) {
        x = dense(ops, row, dense, retile(ops, x, tile, 1));
        tile = 1;
        // The notebook names two layers and the share, not the place: after both hidden layers.
        if (dense.relu() && dropout.rate() > 0) {
          x = drop(ops, x, dropout, dense.name().hashCode());
        }
      }
    }
    return x;
  }

  private static boolean isPooled(List<LeNet5.Row> table, int i) {
    return i + 1 < table.size()
        && table.get(i + 1).layer() instanceof Layer.MaxPool pool
        && pool.height() == 2
        && pool.width() == 2
        && pool.stride() == 2;
  }

  static Operand<TFloat32> pad(Ops ops, LeNet5.Row row, Operand<TFloat32> x) {
    int down = (int) (row.output().get(0) - row.input().get(0));
    int right = (int) (row.output().get(1) - row.input().get(1));
    int[][] zeros = {{0, 0}, {down / 2, down - down / 2}, {right / 2, right - right / 2}, {0, 0}};
    return ops.pad(x, ops.constant(zeros), ops.constant(0f));
  }

  private Operand<TFloat32> convolution(
      Ops ops, LeNet5.Row row, Layer.Convolution layer, Operand<TFloat32> x) {
    List<Long> strides = List.of(1L, (long) layer.stride(), (long) layer.stride(), 1L);
    return ops.nn.relu(
        ops.nn.biasAdd(
            ops.nn.conv2d(x, kernel(row), strides, "VALID"),
            variables.get(layer.name() + "/bias")));
  }

  private static Operand<TFloat32> retile(Ops ops, Operand<TFloat32> x, int from, int to) {
    if (from == to) {
      return x;
    }
    Operand<TFloat32> pixels = from == 1 ? x : ops.nn.depthToSpace(x, (long) from);
    return to == 1 ? pixels : ops.nn.spaceToDepth(pixels, (long) to);
  }

  private Variable<TFloat32> kernel(LeNet5.Row row) {
    return variables.get(row.layer().name() + "/kernel");
  }

  private static Operand<TFloat32> maxPool(Ops ops, Layer.MaxPool layer, Operand<TFloat32> x) {
    return ops.nn.maxPool(
        x,
        ops.constant(new int[] {1, layer.height(), layer.width(), 1}),
        ops.constant(new int[] {1, layer.stride(), layer.stride(), 1}),
        "VALID");
  }

  private Operand<TFloat32> dense(Ops ops, LeNet5.Row row, Layer.Dense layer, Operand<TFloat32> x) {
    if (row.input().numDimensions() > 1) {
      x = ops.reshape(x, ops.constant(new long[] {-1, row.input().size()}));
    }
    Operand<TFloat32> y =
        ops.nn.biasAdd(ops.linalg.matMul(x, kernel(row)), variables.get(layer.name() + "/bias"));
    return layer.relu() ? ops.nn.relu(y) : y;
  }

  // Inverted scaling (Srivastava et al. 2014): kept units are divided by the share that is kept, so
  // that inference needs no step of its own. Stateless random numbers: a resumed run drops the same
  // units as one that was never stopped.
  private static Operand<TFloat32> drop(Ops ops, Operand<TFloat32> x, Dropout dropout, long salt) {
    Operand<TInt64> seed = ops.math.add(dropout.seed(), ops.constant(new long[] {salt, 0}));
    Operand<TFloat32> uniform =
        ops.random.statelessRandomUniform(ops.shape(x), seed, TFloat32.class);
    Operand<TFloat32> kept =
        ops.dtypes.cast(
            ops.math.greaterEqual(uniform, ops.constant(dropout.rate())), TFloat32.class);
    return ops.math.mul(x, ops.math.mul(kept, ops.constant(1 / (1 - dropout.rate()))));
  }

  /** The variables by name, in the order of the layers. */
  public Map<String, Variable<TFloat32>> variables() {
    return Collections.unmodifiableMap(variables);
  }
}
