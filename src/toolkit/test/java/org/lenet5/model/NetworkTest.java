package org.lenet5.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lenet5.Golden;
import org.lenet5.data.Batch;
import org.lenet5.data.BatchStream;
import org.lenet5.data.LabeledImages;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

class NetworkTest {
  private static final Model MODEL = Model.leNet5(10, Normalization.NONE);

  @Test
  void allUsesShareTheVariables() {
    double[] difference =
        run(
            MODEL,
            (tf, network, images) ->
                tf.math.sub(
                    network.logits(tf, "one", images), network.logits(tf, "other", images)));
    assertThat(difference).containsOnly(0);
  }

  @Test
  void theNotebooksNormalizationIsExactlyTheIdentity() {
    double[] plain = normalized(Normalization.NONE);
    assertThat(normalized(Normalization.NOTEBOOK)).isEqualTo(plain);
    byte[] pixels = pixels();
    for (int i = 0; i < pixels.length; i++) {
      // TensorFlow may multiply by 1/255 instead, which rounds the last bit otherwise.
      assertThat(plain[i]).as("pixel " + i).isCloseTo((pixels[i] & 0xff) / 255.0, within(1e-7));
    }
  }

  @Test
  void cifar10sNormalizationSubtractsTheMeanAndDividesByTheDeviation() {
    double[] mean = {.49139968, .48215841, .44653091};
    double[] deviation = {.24703223, .24348513, .26158784};
    double[] found = normalized(Normalization.CIFAR10);
    byte[] pixels = pixels();
    for (int i = 0; i < pixels.length; i++) {
      double expected = ((pixels[i] & 0xff) / 255.0 - mean[i % 3]) / deviation[i % 3];
      assertThat(found[i]).as("pixel " + i).isCloseTo(expected, within(2e-6));
    }
  }

  @Test
  void theNormalizationIsTheModelsFirstStep() {
    double[] plain = run(MODEL, (tf, network, images) -> network.logits(tf, "layers", images));
    double[] cifar =
        run(
            Model.leNet5(10, Normalization.CIFAR10),
            (tf, network, images) -> network.logits(tf, "layers", images));
    assertThat(cifar).isNotEqualTo(plain);
  }

  @Test
  void dropoutKeepsTheRestOfTheUnitsAndTheMean() {
    // The logits' mean over many draws is what they are without dropout, were F7 linear; so the
    // share and scale are seen where they are made: at the last dropped layer's outputs.
    float rate = 0.3f;
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Network network = new Network(tf, MODEL);
      Placeholder<TUint8> images = tf.placeholder(TUint8.class);
      Placeholder<TInt64> seed = tf.placeholder(TInt64.class);
      network.trainingLogits(
          List.of(new Network.Part(tf, images, tf.constant(new float[][] {{1}}), seed)),
          "layers",
          rate);
      Operand<TFloat32> before = output(graph, "layers/F6/Relu");
      Operand<TFloat32> after = output(graph, "layers/F6/Mul_1");
      Variables variables = new Variables(graph);
      try (Session session = new Session(graph);
          TUint8 pixels = tensor(Golden.images())) {
        variables.write(session, Golden.arrays("weights.f32"));
        long positive = 0;
        long kept = 0;
        double sumBefore = 0;
        double sumAfter = 0;
        for (int draw = 0; draw < 50; draw++) {
          try (TInt64 drawn = TInt64.vectorOf(7, draw);
              Result result =
                  session
                      .runner()
                      .feed(images, pixels)
                      .feed(seed, drawn)
                      .fetch(before)
                      .fetch(after)
                      .run()) {
            double[] x = Golden.values((TFloat32) result.get(0));
            double[] y = Golden.values((TFloat32) result.get(1));
            for (int i = 0; i < x.length; i++) {
              if (x[i] > 0) {
                positive++;
                kept += y[i] > 0 ? 1 : 0;
                assertThat(y[i] == 0 || Math.abs(y[i] * (1 - rate) / x[i] - 1) < 1e-6)
                    .as("%s became %s", x[i], y[i])
                    .isTrue();
              }
            }
            sumBefore += Arrays.stream(x).sum();
            sumAfter += Arrays.stream(y).sum();
          }
        }
        double error = Math.sqrt(rate * (1 - rate) / positive);
        assertThat((double) kept / positive).isCloseTo(1 - rate, within(5 * error));
        assertThat(sumAfter / sumBefore).isCloseTo(1, within(0.02));
      }
    }
  }

  @Test
  void theSameSeedDropsTheSameUnitsAndAnotherOthers() {
    double[] one = dropped(1);
    assertThat(dropped(1)).isEqualTo(one);
    assertThat(dropped(2)).isNotEqualTo(one);
  }

  @Test
  void variablesAreReadAsTheyWereWritten() {
    try (Graph graph = new Graph()) {
      new Network(Ops.create(graph), MODEL);
      Variables variables = new Variables(graph);
      try (Session session = new Session(graph)) {
        Map<String, FloatNdArray> weights = Golden.arrays("weights.f32");
        variables.write(session, weights);
        assertThat(variables.read(session)).isEqualTo(weights);
        assertThat(variables.shapes()).isEqualTo(MODEL.variables());
        assertThatThrownBy(
                () -> variables.write(session, Map.of("C9/kernel", NdArrays.ofFloats(Shape.of(1)))))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("there is no variable C9/kernel");
        assertThatThrownBy(
                () -> variables.write(session, Map.of("C1/bias", NdArrays.ofFloats(Shape.of(7)))))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("C1/bias has shape [7], expected [6]");
        assertThat(variables.read(session)).as("after refusals").isEqualTo(weights);
      }
    }
  }

  /** Builds something from the golden weights' network. */
  private interface Build {
    Operand<TFloat32> of(Ops tf, Network network, Operand<TUint8> images);
  }

  private static double[] run(Model model, Build build) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Network network = new Network(tf, model);
      Placeholder<TUint8> images =
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
      Operand<TFloat32> built = build.of(tf, network, images);
      Variables variables = new Variables(graph);
      try (Session session = new Session(graph);
          TUint8 pixels = tensor(Golden.images())) {
        variables.write(session, Golden.arrays("weights.f32"));
        try (Result result = session.runner().feed(images, pixels).fetch(built).run()) {
          return Golden.values((TFloat32) result.get(0));
        }
      }
    }
  }

  private static double[] normalized(Normalization normalization) {
    return run(
        MODEL,
        (tf, network, images) -> Model.leNet5(10, normalization).normalization().apply(tf, images));
  }

  private static double[] dropped(long seed) {
    return run(
        MODEL,
        (tf, network, images) ->
            network
                .trainingLogits(
                    List.of(
                        new Network.Part(
                            tf,
                            images,
                            tf.constant(new float[][] {{1}}),
                            tf.constant(new long[] {seed, 3}))),
                    "layers",
                    0.5f)
                .get(0));
  }

  private static Operand<TFloat32> output(Graph graph, String name) {
    return graph.operation(name).output(0);
  }

  private static TUint8 tensor(LabeledImages images) {
    try (BatchStream batches = BatchStream.inOrder(images, images.size())) {
      Batch batch = batches.next();
      return TUint8.tensorOf(batch.images());
    }
  }

  private static byte[] pixels() {
    LabeledImages images = Golden.images();
    byte[] pixels = new byte[images.size() * images.shape().bytes()];
    for (int i = 0; i < images.size(); i++) {
      images.copyTo(i, pixels, i * images.shape().bytes());
    }
    return pixels;
  }
}
