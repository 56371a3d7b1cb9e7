package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.Golden;
import org.lenet5.data.BatchStream;
import org.lenet5.data.LabeledImages;
import org.lenet5.model.Model;
import org.lenet5.model.Network;
import org.lenet5.model.Normalization;
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
import org.tensorflow.types.TUint8;

/** The graph against numbers that PyTorch computed in float64. */
class GoldenTest {
  private static final LabeledImages IMAGES = Golden.images();

  private static TrainingGraph graph(String... flags) {
    TrainingConfig.Builder config = TrainingConfig.builder();
    for (int i = 0; i < flags.length; i += 2) {
      config.set(flags[i], flags[i + 1]);
    }
    TrainingGraph graph =
        new TrainingGraph(config.build(), Model.leNet5(10, config.build().normalization()));
    graph.write(Golden.arrays("weights.f32"));
    return graph;
  }

  private static void assertClose(FloatNdArray actual, FloatNdArray expected, float tolerance) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    expected
        .scalars()
        .forEachIndexed(
            (at, value) ->
                assertThat(actual.getFloat(at)).isCloseTo(value.getFloat(), within(tolerance)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3", "7"})
  void theTrainingGraphsProbabilities(String threads) {
    try (TrainingGraph graph = graph("threads", threads);
        BatchStream all = BatchStream.inOrder(IMAGES, 20)) {
      assertClose(
          graph.probabilities(all.next().images()),
          Golden.arrays("outputs.f32").get("probabilities"),
          1e-5f);
    }
  }

  @Test
  void theInferenceGraphsLogits() {
    try (Graph graph = new Graph();
        BatchStream all = BatchStream.inOrder(IMAGES, 20)) {
      Ops tf = Ops.create(graph);
      Network network = new Network(tf, Model.leNet5(10, Normalization.NONE));
      Placeholder<TUint8> images =
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, 32, 32, 3)));
      Operand<TFloat32> logits = network.logits(tf, "lenet5", images);
      org.lenet5.model.Variables variables = new org.lenet5.model.Variables(graph);
      try (Session session = new Session(graph);
          TUint8 pixels = TUint8.tensorOf(all.next().images())) {
        variables.write(session, Golden.arrays("weights.f32"));
        try (Result result = session.runner().feed(images, pixels).fetch(logits).run()) {
          assertClose((TFloat32) result.get(0), Golden.arrays("outputs.f32").get("logits"), 1e-5f);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"cross-entropy,/loss/crossEntropyMean", "l1,/loss/l1Mean"})
  void losses(String loss, String expected) {
    try (TrainingGraph graph = graph("loss", loss);
        BatchStream all = BatchStream.inOrder(IMAGES, 20)) {
      float[] losses = new float[20];
      graph.evaluate(all.next(), losses, new int[20], 0);
      double sum = 0;
      for (float each : losses) {
        sum += each;
      }
      assertThat(sum / 20).isCloseTo(Golden.at(expected).asDouble(), within(1e-6));
    }
  }

  // One step of SGD with rate 1 takes the gradient off the weights.
  @ParameterizedTest
  @CsvSource({
    "cross-entropy,gradients_cross_entropy.f32,1",
    "cross-entropy,gradients_cross_entropy.f32,2",
    "cross-entropy,gradients_cross_entropy.f32,3",
    "l1,gradients_l1.f32,1",
    "l1,gradients_l1.f32,2"
  })
  void gradients(String loss, String file, String threads) {
    // Small gradients would drown in the rounding of the weights they are taken off: from zero
    // weights nothing could be learned, so the loss is left and the rate made large instead.
    float rate = loss.equals("l1") ? 1024 : 64;
    try (TrainingGraph graph =
            graph(
                "loss",
                loss,
                "optimizer",
                "sgd",
                "learning-rate",
                Float.toString(rate),
                "threads",
                threads,
                "batch-size",
                "20");
        BatchStream all = BatchStream.inOrder(IMAGES, 20)) {
      graph.step(all.next(), 42, 0, rate);
      Map<String, FloatNdArray> after = graph.read();
      Map<String, FloatNdArray> before = Golden.arrays("weights.f32");
      Golden.arrays(file)
          .forEach(
              (name, expected) -> {
                FloatNdArray gradient = NdArrays.ofFloats(expected.shape());
                gradient
                    .scalars()
                    .forEachIndexed(
                        (at, value) ->
                            value.setFloat(
                                (before.get(name).getFloat(at) - after.get(name).getFloat(at))
                                    / rate));
                assertThat(Golden.relativeDifference(gradient, expected))
                    .as("gradient of " + name)
                    .isLessThan(1e-4);
              });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sgd,0.01,sgd_0.01,1",
    "sgd,0.01,sgd_0.01,2",
    "adam,0.001,adam_0.001,1",
    "adam,0.001,adam_0.001,2",
    "adam,0.001,adam_0.001,4"
  })
  void weightsAfterTwelveSteps(String optimizer, String rate, String name, String threads) {
    Map<String, FloatNdArray> after = new LinkedHashMap<>();
    JsonNode losses = Golden.at("/training/" + name + "/lossBeforeEachStep");
    try (TrainingGraph graph =
        graph("optimizer", optimizer, "learning-rate", rate, "threads", threads)) {
      for (int step = 0; step < 12; step++) {
        try (BatchStream batches = BatchStream.inOrder(IMAGES, 10)) {
          batches.startAt(step % 2);
          assertThat(graph.step(batches.next(), 42, step, Float.parseFloat(rate)))
              .as("loss before step " + step)
              .isCloseTo(losses.get(step).asDouble(), within(1e-5));
        }
      }
      after.putAll(graph.read());
    }
    Golden.arrays("after_" + name + ".f32")
        .forEach(
            (variable, expected) ->
                assertThat(Golden.relativeDifference(after.get(variable), expected))
                    .as(variable)
                    .isLessThan(1e-4));
  }

  /** One-cycle rate, decay of kernels alone, clipping, smoothed labels, averages: all at once. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3"})
  void weightsAfterTwelveStepsOfARecipe(String threads) {
    TrainingConfig config =
        TrainingConfig.of(
            Map.of(
                "optimizer", "adamw",
                "learning-rate", "0.01",
                "schedule", "one-cycle",
                "weight-decay", "0.1",
                "clip-norm", "1",
                "label-smoothing", "0.1",
                "ema", "0.9",
                "epochs", "1",
                "threads", threads));
    JsonNode losses = Golden.at("/training/recipe/lossBeforeEachStep");
    Rates rates = Rates.of(config, 12);
    Map<String, FloatNdArray> after;
    try (TrainingGraph graph =
        new TrainingGraph(config, Model.leNet5(10, config.normalization()))) {
      graph.begin(Golden.arrays("weights.f32"));
      for (int step = 0; step < 12; step++) {
        try (BatchStream batches = BatchStream.inOrder(IMAGES, 10)) {
          batches.startAt(step % 2);
          assertThat(graph.step(batches.next(), 42, step, rates.at(step)))
              .as("loss before step " + step)
              .isCloseTo(losses.get(step).asDouble(), within(1e-5));
        }
      }
      after = graph.read();
    }
    Golden.arrays("recipe.f32")
        .forEach(
            (variable, expected) ->
                assertThat(Golden.relativeDifference(after.get(variable), expected))
                    .as(variable)
                    .isLessThan(1e-4));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void smallBatchesLeavePartsEmpty(int size) {
    int[] some = java.util.stream.IntStream.range(0, size).toArray();
    Map<String, FloatNdArray> whole;
    try (TrainingGraph graph = graph("threads", "1", "optimizer", "sgd", "learning-rate", "1");
        BatchStream all = BatchStream.inOrder(IMAGES.select(some), size)) {
      graph.step(all.next(), 42, 0, 1);
      whole = graph.read();
    }
    for (String threads : List.of("2", "4")) {
      try (TrainingGraph graph =
              graph("threads", threads, "optimizer", "sgd", "learning-rate", "1");
          BatchStream all = BatchStream.inOrder(IMAGES.select(some), size)) {
        graph.step(all.next(), 42, 0, 1);
        Map<String, FloatNdArray> parts = graph.read();
        whole.forEach(
            (name, expected) ->
                assertThat(Golden.relativeDifference(parts.get(name), expected))
                    .as(name + " in " + threads + " parts")
                    .isLessThan(1e-5));
      }
    }
  }
}
