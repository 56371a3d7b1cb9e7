package org.lenet5.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.Golden;
import org.lenet5.data.Cifar10;
import org.lenet5.data.PixelStatistics;
import org.lenet5.image.ImageShape;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** LeNet5 for images of other shapes than CIFAR-10's. */
class NetworkShapesTest {
  private static final int IMAGES = 3;
  private static final int CLASSES = 200;

  // Padded; the least that is not; tiles in all layers, in some, in none; too large for tiles.
  @ParameterizedTest
  @CsvSource({
    "16, 16, 1",
    "16, 40, 3",
    "22, 22, 3",
    "28, 28, 1",
    "30, 33, 3",
    "25, 26, 1",
    "48, 64, 3",
    "96, 100, 3"
  })
  void isTheNetworkOfPlainConvolutions(int height, int width, int channels) {
    Model model = Model.leNet5(new ImageShape(height, width, channels), CLASSES, PixelScaling.NONE);
    List<double[]> plain = run(model, true);
    List<double[]> found = run(model, false);
    assertThat(found).hasSameSizeAs(plain).hasSize(13);
    for (int i = 0; i < plain.size(); i++) {
      double norm = 0;
      double difference = 0;
      assertThat(found.get(i)).hasSameSizeAs(plain.get(i));
      for (int j = 0; j < plain.get(i).length; j++) {
        norm += plain.get(i)[j] * plain.get(i)[j];
        difference += Math.pow(found.get(i)[j] - plain.get(i)[j], 2);
      }
      assertThat(norm).as("logits or gradient %d", i).isPositive();
      assertThat(Math.sqrt(difference / norm)).as("logits or gradient %d", i).isLessThan(1e-4);
    }
  }

  /** The logits, then the gradient of their weighted sum by each variable. */
  private static List<double[]> run(Model model, boolean plain) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Network network = new Network(tf, model);
      Placeholder<TUint8> images =
          tf.placeholder(TUint8.class, Placeholder.shape(model.input().prepend(-1)));
      Operand<TFloat32> logits =
          plain ? plain(tf, model, network, images) : network.logits(tf, "layers", images);
      Operand<TFloat32> weights =
          tf.constant(Shape.of(IMAGES, CLASSES), DataBuffers.of(values(IMAGES * CLASSES)));
      Operand<TFloat32> sum =
          tf.reduceSum(tf.math.mul(logits, weights), tf.constant(new int[] {0, 1}));
      List<Operand<TFloat32>> fetched = new ArrayList<>(List.of(logits));
      Output<?>[] variables =
          network.variables().values().stream().map(Variable::asOutput).toArray(Output<?>[]::new);
      for (Output<?> each : graph.addGradients(sum.asOutput(), variables)) {
        fetched.add(each.expect(TFloat32.class));
      }
      Variables all = new Variables(graph);
      byte[] pixels = new byte[IMAGES * model.image().bytes()];
      new Random(5).nextBytes(pixels);
      try (Session session = new Session(graph);
          TUint8 fed = TUint8.tensorOf(model.input().prepend(IMAGES), DataBuffers.of(pixels))) {
        all.write(session, model.initialWeights(6));
        Session.Runner runner = session.runner().feed(images, fed);
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

  private static Operand<TFloat32> plain(
      Ops tf, Model model, Network network, Operand<TUint8> images) {
    Map<String, Variable<TFloat32>> variables = network.variables();
    Operand<TFloat32> x = model.normalization().apply(tf, images);
    int down = Math.max(0, 22 - model.image().height());
    int right = Math.max(0, 22 - model.image().width());
    int[][] zeros = {{0, 0}, {down / 2, down - down / 2}, {right / 2, right - right / 2}, {0, 0}};
    x = tf.pad(x, tf.constant(zeros), tf.constant(0f));
    for (String name : List.of("C1", "C2", "C3")) {
      x = tf.nn.conv2d(x, variables.get(name + "/kernel"), List.of(1L, 1L, 1L, 1L), "VALID");
      x = tf.nn.relu(tf.nn.biasAdd(x, variables.get(name + "/bias")));
      if (name.equals("C1")) {
        x =
            tf.nn.maxPool(
                x,
                tf.constant(new int[] {1, 2, 2, 1}),
                tf.constant(new int[] {1, 2, 2, 1}),
                "VALID");
      }
    }
    x = tf.reduceMax(x, tf.constant(new int[] {1, 2}));
    for (String name : List.of("F6", "F7", "F8")) {
      x =
          tf.nn.biasAdd(
              tf.linalg.matMul(x, variables.get(name + "/kernel")), variables.get(name + "/bias"));
      x = name.equals("F8") ? x : tf.nn.relu(x);
    }
    return x;
  }

  private static float[] values(int count) {
    Random random = new Random(7);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  @Test
  void theNotebooksLayersAreTiledAsEver() {
    List<Model.Row> table = Model.leNet5(10, Normalization.NONE).table();
    assertThat(table.get(0).layer().name()).isEqualTo("C1");
    assertThat(fits(table.get(0), true)).isTrue();
    assertThat(fits(table.get(2), false)).isTrue();
    assertThat(fits(table.get(3), false)).isTrue();
    assertThat(table.get(4).layer().window(table.get(4).input())).isEqualTo("6x6");
  }

  /** As docs/speed.md has them measured: side, channels, filters' size, filters. */
  @ParameterizedTest
  @CsvSource({
    "32, 3, 5, 6, true, true",
    "32, 3, 5, 6, false, false",
    "32, 3, 5, 10, true, true",
    "32, 3, 5, 16, true, false",
    "28, 1, 5, 32, true, true",
    "14, 6, 5, 16, false, true",
    "14, 6, 5, 16, true, true",
    "30, 6, 5, 16, false, false",
    "14, 6, 3, 16, false, false",
    "10, 16, 5, 120, false, true",
    "26, 16, 5, 120, false, false",
    "14, 16, 5, 32, false, false",
    "10, 16, 3, 32, false, false",
    "32, 16, 3, 16, false, false",
    "32, 16, 3, 16, true, false",
    "16, 16, 1, 32, false, true",
    "16, 16, 1, 32, true, false",
    "16, 8, 1, 32, false, false"
  })
  void tilesAreTakenWhereTheyWereFaster(
      int side, int channels, int size, int filters, boolean pooled, boolean tiled) {
    Convolution layer =
        new Convolution("C", size, size, filters, 1, false, false, false, List.of());
    assertThat(TiledConvolution.fits(layer, Shape.of(side, side, channels), pooled))
        .isEqualTo(tiled);
  }

  private static boolean fits(Model.Row row, boolean pooled) {
    return TiledConvolution.fits((Convolution) row.layer(), row.input(), pooled);
  }

  @ParameterizedTest
  @CsvSource({"16, 16", "21, 64", "22, 22", "33, 47", "256, 256"})
  void theDenseLayersAreTheSameForEverySize(int height, int width) {
    for (int channels : new int[] {1, 3}) {
      Model model = Model.leNet5(new ImageShape(height, width, channels), 10, PixelScaling.NONE);
      assertThat(model.variables().get("C1/kernel")).isEqualTo(Shape.of(5, 5, channels, 6));
      assertThat(model.variables().get("F6/kernel")).isEqualTo(Shape.of(120, 84));
      assertThat(model.parameters()).isEqualTo(channels == 3 ? 65_156 : 65_156 - 300);
    }
  }

  @Test
  void refusesWhatItCannotTake() {
    assertThatThrownBy(() -> Model.leNet5(new ImageShape(15, 32, 3), 10, PixelScaling.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images of [15,32,3]: sides must be from 16 to 256");
    assertThatThrownBy(() -> Model.leNet5(new ImageShape(32, 257, 3), 10, PixelScaling.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images of [32,257,3]: sides must be from 16 to 256");
  }

  @Test
  void aNormalizationIsOfItsDataOrRefused() {
    ImageShape grey = new ImageShape(28, 28, 1);
    PixelStatistics pixels = new PixelStatistics(List.of(0.25), List.of(0.5));
    assertThat(Normalization.DATASET.scaling(grey, () -> pixels))
        .isEqualTo(new PixelScaling(List.of(0.25f), List.of(0.5f)));
    assertThat(
            Normalization.DATASET.scaling(
                grey, () -> new PixelStatistics(List.of(0.25), List.of(0.0))))
        .as("a data set of one colour")
        .isEqualTo(new PixelScaling(List.of(0.25f), List.of(1f)));
    assertThat(Normalization.NOTEBOOK.scaling(grey, () -> pixels))
        .isEqualTo(new PixelScaling(List.of(0f), List.of(1f)));
    assertThatThrownBy(() -> Normalization.CIFAR10.scaling(grey, () -> pixels))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--normalize cifar10: is for images in colour, these are grey;");
    assertThatThrownBy(
            () -> Model.leNet5(Cifar10.SHAPE, 10, new PixelScaling(List.of(0.25f), List.of(0.5f))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one for each channel is needed");
    assertThat((double) Normalization.CIFAR10.scaling(Cifar10.SHAPE, () -> pixels).mean().get(0))
        .isCloseTo(0.49139968, within(1e-8));
  }
}
