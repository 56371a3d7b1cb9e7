package org.lenet5.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.data.Cifar10;
import org.lenet5.export.Inference;
import org.lenet5.image.ImageShape;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

class BatchNormalizationTest {
  private static final int IMAGES = 7;

  private static Model model(String network) {
    return new Model(Networks.find(network), Cifar10.SHAPE, 10, PixelScaling.NONE);
  }

  private static ByteNdArray images(ImageShape shape, int count) {
    byte[] pixels = new byte[count * shape.bytes()];
    new Random(3).nextBytes(pixels);
    return NdArrays.wrap(
        Shape.of(count, shape.height(), shape.width(), shape.channels()), DataBuffers.of(pixels));
  }

  /** Weights as after some training: no statistic is 0 or 1. */
  private static Map<String, FloatNdArray> weights(Model model) {
    Map<String, FloatNdArray> weights = model.initialWeights(5);
    Random random = new Random(6);
    weights.forEach(
        (name, values) -> {
          if (name.matches(".*/(gamma|beta|mean|variance)")) {
            values
                .scalars()
                .forEach(
                    each ->
                        each.setFloat(
                            name.endsWith("variance") || random.nextInt(4) > 0
                                ? 0.2f + random.nextFloat()
                                : -random.nextFloat()));
          }
        });
    return weights;
  }

  /** Logits, gradients of their weighted sum, and moving means after a step, by name. */
  private static Map<String, float[]> step(Model model, boolean isPlain, int... lengths) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Network network = new Network(tf, model, isPlain);
      ByteNdArray all = images(model.image(), IMAGES);
      List<Network.Part> parts = new ArrayList<>();
      List<TUint8> tensors = new ArrayList<>();
      int start = 0;
      for (int i = 0; i < lengths.length; i++) {
        int rows = Math.max(1, lengths[i]);
        byte[] bytes = new byte[rows * model.image().bytes()];
        for (int j = 0; j < lengths[i]; j++) {
          ByteNdArray image = all.get(start + j);
          int[] at = {j * model.image().bytes()};
          image.scalars().forEach(each -> bytes[at[0]++] = each.getByte());
        }
        start += lengths[i];
        float[][] shares = new float[rows][1];
        for (int j = 0; j < lengths[i]; j++) {
          shares[j][0] = 1f / IMAGES;
        }
        TUint8 tensor = TUint8.tensorOf(model.input().prepend(rows), DataBuffers.of(bytes));
        tensors.add(tensor);
        parts.add(
            new Network.Part(
                tf.withSubScope("part" + i),
                tf.constantOf(tensor),
                tf.constant(shares),
                tf.constant(new long[] {1, i})));
      }
      List<Operand<TFloat32>> logits = network.trainingLogits(parts, "train", 0);
      List<Operand<TFloat32>> whole = new ArrayList<>();
      for (int i = 0; i < lengths.length; i++) {
        if (lengths[i] > 0) {
          whole.add(logits.get(i));
        }
      }
      Operand<TFloat32> joined =
          whole.size() == 1 ? whole.get(0) : tf.concat(whole, tf.constant(0));
      float[][] each = new float[IMAGES][model.classes()];
      Random random = new Random(8);
      for (float[] row : each) {
        for (int c = 0; c < row.length; c++) {
          row[c] = random.nextFloat() - 0.5f;
        }
      }
      Operand<TFloat32> sum =
          tf.reduceSum(tf.math.mul(joined, tf.constant(each)), tf.constant(new int[] {0, 1}));
      Map<String, Operand<TFloat32>> fetched = new LinkedHashMap<>();
      fetched.put("logits", joined);
      List<String> trained =
          model.layerVariables().entrySet().stream()
              .filter(v -> v.getValue().isTrained())
              .map(Map.Entry::getKey)
              .toList();
      Output<?>[] gradients =
          graph.addGradients(
              sum.asOutput(),
              network.trained().stream().map(Operand::asOutput).toArray(Output[]::new));
      for (int i = 0; i < trained.size(); i++) {
        fetched.put("gradient of " + trained.get(i), gradients[i].expect(TFloat32.class));
      }
      Variables variables = new Variables(graph);
      Map<String, float[]> found = new TreeMap<>();
      try (Session session = new Session(graph)) {
        variables.write(session, weights(model));
        Session.Runner runner = session.runner();
        fetched.values().forEach(runner::fetch);
        network.updates().forEach(runner::addTarget);
        try (Result result = runner.run()) {
          int i = 0;
          for (String name : fetched.keySet()) {
            found.put(name, values((TFloat32) result.get(i++)));
          }
        }
        variables
            .read(session)
            .forEach(
                (name, value) -> {
                  if (name.matches(".*/(mean|variance)")) {
                    found.put(name, values(value));
                  }
                });
      } finally {
        tensors.forEach(TUint8::close);
      }
      return found;
    }
  }

  private static float[] values(FloatNdArray array) {
    float[] values = new float[(int) array.size()];
    int[] at = {0};
    array.scalars().forEach(each -> values[at[0]++] = each.getFloat());
    return values;
  }

  private static void assertClose(Map<String, float[]> found, Map<String, float[]> expected) {
    assertThat(found).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (name, values) -> {
          double norm = 0;
          double difference = 0;
          for (int i = 0; i < values.length; i++) {
            norm += values[i] * values[i];
            difference += Math.pow(found.get(name)[i] - values[i], 2);
          }
          String bias = name.replaceFirst("gradient of (.*)/bias", "$1/mean");
          if (expected.containsKey(bias) && !bias.equals(name)) {
            // Before a normalization it has no effect: a gradient of rounding errors would let an
            // optimizer that divides by its size walk away with it.
            assertThat(norm).as(name).isZero();
            assertThat(difference).as(name).isZero();
          } else {
            assertThat(Math.sqrt(difference / norm)).as(name).isLessThan(2e-4);
          }
        });
  }

  // The second and third are computed in as many parts of the batch; an empty one has no effect.
  @ParameterizedTest
  @ValueSource(strings = {"lenet5-bn", "resnet8"})
  void theStatisticsAreOfTheWholeBatch(String network) {
    Map<String, float[]> whole = step(model(network), false, IMAGES);
    assertClose(step(model(network), false, 3, 4), whole);
    assertClose(step(model(network), false, 2, 0, 5), whole);
    assertThat(whole.keySet()).anyMatch(name -> name.endsWith("/mean"));
  }

  @Test
  void tilesAndPlainConvolutionsGiveTheSame() {
    assertClose(step(model("lenet5-bn"), false, IMAGES), step(model("lenet5-bn"), true, IMAGES));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet5-bn", "resnet8"})
  void theFoldedModelGivesTheSameProbabilities(String network) {
    Model model = model(network);
    Map<String, FloatNdArray> weights = weights(model);
    ByteNdArray images = images(model.image(), IMAGES);
    FloatNdArray unfolded = Inference.probabilities(model, weights, images);
    FloatNdArray folded = Inference.probabilities(model.folded(), model.folded(weights), images);
    unfolded
        .scalars()
        .forEachIndexed(
            (at, value) ->
                assertThat(folded.getFloat(at)).isCloseTo(value.getFloat(), within(1e-5f)));
  }

  /** One dense layer in double precision, by the paper's formulas. */
  @Test
  void isTheFormula() {
    Model model =
        new Model(
            Architecture.parse("own", "F dense 3 batch-norm linear\nG dense classes linear"),
            new ImageShape(16, 16, 1),
            2,
            PixelScaling.NONE);
    Map<String, FloatNdArray> weights = weights(model);
    ByteNdArray images = images(model.image(), IMAGES);
    double[][] sums = new double[IMAGES][3];
    for (int n = 0; n < IMAGES; n++) {
      for (int u = 0; u < 3; u++) {
        sums[n][u] = weights.get("F/bias").getFloat(u);
        for (int i = 0; i < 256; i++) {
          double x = Byte.toUnsignedInt(images.getByte(n, i / 16, i % 16, 0)) / 255.0;
          sums[n][u] += x * weights.get("F/kernel").getFloat(i, u);
        }
      }
    }
    float[] mean = new float[3];
    float[] variance = new float[3];
    float[] logits = new float[2 * IMAGES];
    double[][] normalized = new double[IMAGES][3];
    for (int u = 0; u < 3; u++) {
      double m = 0;
      double v = 0;
      for (double[] row : sums) {
        m += row[u] / IMAGES;
      }
      for (double[] row : sums) {
        v += (row[u] - m) * (row[u] - m) / IMAGES;
      }
      for (int n = 0; n < IMAGES; n++) {
        normalized[n][u] =
            (sums[n][u] - m) / Math.sqrt(v + 1e-3) * weights.get("F/gamma").getFloat(u)
                + weights.get("F/beta").getFloat(u);
      }
      mean[u] = (float) (0.9 * weights.get("F/mean").getFloat(u) + 0.1 * m);
      variance[u] = (float) (0.9 * weights.get("F/variance").getFloat(u) + 0.1 * v);
    }
    for (int n = 0; n < IMAGES; n++) {
      for (int c = 0; c < 2; c++) {
        double sum = weights.get("G/bias").getFloat(c);
        for (int u = 0; u < 3; u++) {
          sum += normalized[n][u] * weights.get("G/kernel").getFloat(u, c);
        }
        logits[2 * n + c] = (float) sum;
      }
    }
    Map<String, float[]> found = step(model, false, IMAGES);
    assertThat(found.get("logits")).containsExactly(logits, within(1e-4f));
    assertThat(found.get("F/mean")).containsExactly(mean, within(1e-5f));
    assertThat(found.get("F/variance")).containsExactly(variance, within(1e-5f));
  }
}
