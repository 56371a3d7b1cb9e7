package org.lenet5.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.Golden;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class TiledConvolutionTest {
  private static final int IMAGES = 3;

  // The three of LeNet5 first; then other sizes, filters that are cut by a tile, many channels.
  @ParameterizedTest
  @CsvSource({
    "32, 3, 5, 6, true, 4",
    "14, 6, 5, 16, false, 2",
    "10, 16, 5, 120, false, 1",
    "32, 1, 5, 4, true, 4",
    "12, 3, 1, 2, false, 4",
    "12, 4, 3, 5, true, 2",
    "10, 20, 3, 7, true, 2",
    "8, 20, 3, 7, true, 2",
    "7, 17, 3, 2, false, 1"
  })
  void isTheConvolutionWithItsBiasReluAndPool(
      int side, int channels, int size, int filters, boolean pooled, int tile) {
    Model.Row row = row(side, channels, size, 1, filters);
    TiledConvolution convolution = tiled(row, pooled);
    assertThat(convolution.tile()).isEqualTo(tile);
    List<double[]> plain = run(row, pooled, null);
    List<double[]> tiled = run(row, pooled, convolution);
    for (int i = 0; i < plain.size(); i++) {
      assertThat(tiled.get(i))
          .as("output, or gradient of x, kernel, bias: %s", i)
          .hasSameSizeAs(plain.get(i));
      for (int j = 0; j < plain.get(i).length; j++) {
        assertThat(tiled.get(i)[j]).isCloseTo(plain.get(i)[j], within(2e-4));
      }
    }
  }

  // A side of the input, of the output, and of both that tiles do not divide.
  @ParameterizedTest
  @CsvSource({"9, 20, 4, true, 2", "12, 3, 3, true, 4", "9, 4, 3, false, 2"})
  void refusesSidesThatTilesDoNotDivide(
      int side, int channels, int size, boolean pooled, int tile) {
    assertThatThrownBy(() -> tiled(row(side, channels, size, 1, 2), pooled))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be cut into tiles of " + tile);
  }

  @Test
  void refusesAnotherStride() {
    assertThatThrownBy(() -> tiled(row(32, 3, 5, 2, 6), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must have square filters, stride 1");
  }

  private static Model.Row row(int side, int channels, int size, int stride, int filters) {
    Layer layer = new Convolution("C", size, size, filters, stride, false, false, false, List.of());
    List<Shape> input = List.of(Shape.of(side, side, channels));
    return new Model.Row(layer, List.of(""), input, layer.output(input));
  }

  private static TiledConvolution tiled(Model.Row row, boolean pooled) {
    return new TiledConvolution((Convolution) row.layer(), row, pooled);
  }

  /** Outputs, those of whole images if tiled, and the gradients of their weighted sum. */
  private static List<double[]> run(Model.Row row, boolean pooled, TiledConvolution convolution) {
    int side = (int) row.input().get(0);
    int channels = (int) row.input().get(2);
    int filters = (int) row.output().get(2);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Shape kernelShape = row.layer().variables(row.input()).get(0).shape();
      Placeholder<TFloat32> x =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, side, side, channels)));
      Placeholder<TFloat32> kernel = tf.placeholder(TFloat32.class, Placeholder.shape(kernelShape));
      Placeholder<TFloat32> bias =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(filters)));
      List<Operand<TFloat32>> fetched = new ArrayList<>();
      Operand<TFloat32> y;
      if (convolution == null) {
        y = tf.nn.conv2d(x, kernel, List.of(1L, 1L, 1L, 1L), "VALID");
        y = tf.nn.relu(tf.nn.biasAdd(y, bias));
        if (pooled) {
          Operand<TInt32> two = tf.constant(new int[] {1, 2, 2, 1});
          y = tf.nn.maxPool(y, two, two, "VALID");
        }
        fetched.add(y);
        fetched.add(tf.identity(y));
      } else {
        Operand<TFloat32> matrix = convolution.matrix(tf, kernel);
        Operand<TFloat32> tiles =
            convolution.tile() == 1 ? x : tf.nn.spaceToDepth(x, (long) convolution.tile());
        y = untiled(tf, convolution, convolution.windows(tf, tiles), matrix, bias);
        fetched.add(y);
        fetched.add(untiled(tf, convolution, convolution.windowsOfImages(tf, x), matrix, bias));
      }
      long outputs = IMAGES * row.output().size() / (pooled ? 4 : 1);
      Operand<TFloat32> weights = tf.constant(values(4, (int) outputs));
      Operand<TFloat32> sum =
          tf.reduceSum(
              tf.math.mul(tf.reshape(y, tf.constant(new int[] {-1})), weights), tf.constant(0));
      for (Output<?> each :
          graph.addGradients(
              sum.asOutput(), new Output<?>[] {x.output(), kernel.output(), bias.output()})) {
        fetched.add(each.expect(TFloat32.class));
      }
      try (Session session = new Session(graph);
          TFloat32 images = tensor(1, Shape.of(IMAGES, side, side, channels));
          TFloat32 kernels = tensor(2, kernelShape);
          TFloat32 biases = tensor(3, Shape.of(filters))) {
        Session.Runner runner =
            session.runner().feed(x, images).feed(kernel, kernels).feed(bias, biases);
        fetched.forEach(runner::fetch);
        try (Result result = runner.run()) {
          List<double[]> found = new ArrayList<>();
          for (int i = 0; i < fetched.size(); i++) {
            found.add(Golden.values((TFloat32) result.get(i)));
          }
          return found;
        }
      }
    }
  }

  private static Operand<TFloat32> untiled(
      Ops tf,
      TiledConvolution convolution,
      Operand<TFloat32> windows,
      Operand<TFloat32> matrix,
      Operand<TFloat32> bias) {
    Operand<TFloat32> y = convolution.apply(tf, windows, matrix, bias, true);
    int tile = convolution.outputTile();
    return tile == 1 ? y : tf.nn.depthToSpace(y, (long) tile);
  }

  private static TFloat32 tensor(long seed, Shape shape) {
    float[] values = values(seed, (int) shape.size());
    return TFloat32.tensorOf(shape, DataBuffers.of(values));
  }

  private static float[] values(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
