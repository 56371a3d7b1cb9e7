package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lenet5.Golden;
import org.lenet5.data.Batch;
import org.lenet5.data.BatchStream;
import org.lenet5.data.LabeledImages;
import org.lenet5.model.Model;
import org.lenet5.model.Normalization;
import org.tensorflow.ndarray.FloatNdArray;

/** Clipping, smoothing, decay and averages by what they are defined as, on the golden images. */
class TrainingMethodsTest {
  private static final LabeledImages IMAGES = Golden.images();

  private static TrainingGraph graph(String... flags) {
    TrainingConfig.Builder config = TrainingConfig.builder();
    for (int i = 0; i < flags.length; i += 2) {
      config.set(flags[i], flags[i + 1]);
    }
    TrainingGraph graph = new TrainingGraph(config.build(), Model.leNet5(10, Normalization.NONE));
    graph.begin(Golden.arrays("weights.f32"));
    return graph;
  }

  private static double step(TrainingGraph graph, float rate, long step) {
    try (BatchStream all = BatchStream.inOrder(IMAGES, 20)) {
      return graph.step(all.next(), 42, step, rate);
    }
  }

  /** What a step with a rate takes off the weights, over the rate. */
  private static Map<String, double[]> taken(TrainingGraph graph, float rate) {
    Map<String, FloatNdArray> before = graph.read();
    step(graph, rate, 0);
    Map<String, FloatNdArray> after = graph.read();
    Map<String, double[]> taken = new LinkedHashMap<>();
    for (String name : Golden.arrays("weights.f32").keySet()) {
      double[] old = Golden.values(before.get(name));
      double[] now = Golden.values(after.get(name));
      double[] change = new double[old.length];
      for (int i = 0; i < old.length; i++) {
        change[i] = (old[i] - now[i]) / rate;
      }
      taken.put(name, change);
    }
    return taken;
  }

  private static double length(Map<String, double[]> arrays) {
    double sum = 0;
    for (double[] array : arrays.values()) {
      for (double each : array) {
        sum += each * each;
      }
    }
    return Math.sqrt(sum);
  }

  @ParameterizedTest
  @CsvSource({"0.25,1", "0.25,2", "4,1", "4,2"})
  void gradientsAreClippedAsOneVector(double share, String threads) {
    Map<String, double[]> golden = new LinkedHashMap<>();
    Golden.arrays("gradients_cross_entropy.f32")
        .forEach((name, values) -> golden.put(name, Golden.values(values)));
    double norm = share * length(golden);
    Map<String, double[]> taken;
    try (TrainingGraph graph =
        graph("optimizer", "sgd", "clip-norm", Double.toString(norm), "threads", threads)) {
      taken = taken(graph, 64);
    }
    double factor = Math.min(1, share);
    golden.forEach(
        (name, gradient) -> {
          double difference = 0;
          double size = 0;
          for (int i = 0; i < gradient.length; i++) {
            difference += Math.pow(taken.get(name)[i] - factor * gradient[i], 2);
            size += Math.pow(factor * gradient[i], 2);
          }
          assertThat(Math.sqrt(difference / size)).as(name).isLessThan(1e-4);
        });
  }

  @Test
  void smoothedLabelsGiveAShareToAllClasses() {
    FloatNdArray probabilities;
    try (TrainingGraph graph = graph();
        BatchStream all = BatchStream.inOrder(IMAGES, 20)) {
      probabilities = graph.probabilities(all.next().images());
    }
    double expected = 0;
    for (int i = 0; i < 20; i++) {
      for (int c = 0; c < 10; c++) {
        double target = (IMAGES.label(i) == c ? 0.8 : 0) + 0.02;
        expected -= target * Math.log(probabilities.getFloat(i, c)) / 20;
      }
    }
    try (TrainingGraph graph = graph("label-smoothing", "0.2")) {
      assertThat(step(graph, 0.001f, 0)).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void whatIsMeasuredIsNotSmoothed() {
    float[] plain = new float[20];
    float[] smoothed = new float[20];
    for (Map.Entry<String, float[]> each : Map.of("0", plain, "0.5", smoothed).entrySet()) {
      try (TrainingGraph graph = graph("label-smoothing", each.getKey());
          BatchStream all = BatchStream.inOrder(IMAGES, 20)) {
        graph.evaluate(all.next(), each.getValue(), new int[20], 0);
      }
    }
    assertThat(smoothed).isEqualTo(plain);
  }

  @Test
  void weightDecayTakesItsShareOfKernelsAlone() {
    Map<String, double[]> plain;
    try (TrainingGraph graph = graph("optimizer", "sgd")) {
      plain = taken(graph, 0.5f);
    }
    try (TrainingGraph graph = graph("optimizer", "sgd", "weight-decay", "0.25")) {
      Map<String, double[]> decayed = taken(graph, 0.5f);
      Golden.arrays("weights.f32")
          .forEach(
              (name, weights) -> {
                double[] w = Golden.values(weights);
                double[] expected = plain.get(name).clone();
                for (int i = 0; i < w.length && name.endsWith("/kernel"); i++) {
                  expected[i] += 0.25 * w[i];
                }
                assertThat(decayed.get(name)).as(name).containsExactly(expected, within(1e-6));
              });
    }
  }

  @Test
  void averagesFollowTheWeights() {
    Map<String, double[]> averages = new HashMap<>();
    Golden.arrays("weights.f32").forEach((name, w) -> averages.put(name, Golden.values(w)));
    try (TrainingGraph graph = graph("ema", "0.5", "threads", "2")) {
      for (int step = 0; step < 12; step++) {
        step(graph, 0.01f, step);
        double kept = Math.min(0.5, (1.0 + step) / (10.0 + step));
        Map<String, FloatNdArray> now = graph.read();
        averages.forEach(
            (name, average) -> {
              double[] w = Golden.values(now.get(name));
              for (int i = 0; i < w.length; i++) {
                average[i] = kept * average[i] + (1 - kept) * w[i];
              }
              assertThat(Golden.values(now.get(name + "-average")))
                  .as(name)
                  .containsExactly(average, within(1e-6));
            });
      }
      assertThat(Averages.of(graph.read()).keySet())
          .isEqualTo(Golden.arrays("weights.f32").keySet());
    }
  }

  @Test
  void targetsAreDistributions() {
    try (BatchStream all = BatchStream.inOrder(IMAGES, 20)) {
      Batch batch = all.next();
      float[] target = new float[10];
      for (int i = 0; i < 20; i++) {
        Targets.LABELS.smoothed(0.3f).write(batch, i, target);
        float sum = 0;
        for (float each : target) {
          sum += each;
        }
        assertThat(sum).isCloseTo(1, within(1e-6f));
        assertThat(target[IMAGES.label(i)]).isCloseTo(0.73f, within(1e-6f));
      }
    }
  }
}
