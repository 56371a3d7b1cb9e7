package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lenet5.Golden;
import org.lenet5.SmallSample;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.data.Augmentation;
import org.lenet5.data.Batch;
import org.lenet5.data.BatchStream;
import org.lenet5.data.LabeledImages;
import org.lenet5.model.Model;
import org.lenet5.model.Normalization;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.proto.GraphDef;

/** What is learnt from a teacher, against PyTorch in float64 and by its definition. */
class DistillationTest {
  private static final LabeledImages IMAGES = Golden.images();
  private static final List<String> CLASSES =
      IntStream.range(0, 10).mapToObj(Integer::toString).toList();

  /**
   * That of distillation.py: other weights and another scaling, the classes the other way round.
   */
  private static Teacher teacher(int threads) {
    Map<String, FloatNdArray> doubled = new LinkedHashMap<>();
    Golden.arrays("after_adam_0.001.f32")
        .forEach(
            (name, value) -> {
              FloatNdArray twice = NdArrays.ofFloats(value.shape());
              twice.scalars().forEachIndexed((at, each) -> each.setFloat(2 * value.getFloat(at)));
              doubled.put(name, twice);
            });
    List<String> classes = new ArrayList<>(CLASSES);
    Collections.reverse(classes);
    return Teacher.of(Model.leNet5(10, Normalization.CIFAR10), doubled, classes, CLASSES, threads);
  }

  private static TrainingGraph graph(Teacher teacher, int threads, String... flags) {
    TrainingConfig.Builder config =
        TrainingConfig.builder()
            .set("optimizer", "sgd")
            .set("teacher", "some")
            .set("threads", Integer.toString(threads));
    for (int i = 0; i < flags.length; i += 2) {
      config.set(flags[i], flags[i + 1]);
    }
    TrainingGraph graph =
        new TrainingGraph(
            config.build(),
            Model.leNet5(10, Normalization.NONE),
            null,
            Optional.ofNullable(teacher),
            false);
    graph.begin(Golden.arrays("weights.f32"));
    return graph;
  }

  private static double step(TrainingGraph graph, int size, int batch, float rate) {
    try (BatchStream batches = BatchStream.inOrder(IMAGES, size).startAt(batch)) {
      return graph.step(batches.next(), 42, 0, rate);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void lossAndGradientArePyTorchs(int threads) {
    float rate = 64;
    try (Teacher teacher = teacher(threads);
        TrainingGraph graph =
            graph(teacher, threads, "teacher-weight", "0.75", "label-smoothing", "0.1")) {
      Map<String, FloatNdArray> before = graph.read();
      assertThat(step(graph, 20, 0, rate))
          .isCloseTo(Golden.at("/training/distillation/loss").asDouble(), within(1e-5));
      Map<String, FloatNdArray> after = graph.read();
      Map<String, FloatNdArray> golden = Golden.arrays("distillation.f32");
      golden.keySet().removeIf(name -> !name.startsWith("gradient of "));
      assertThat(golden).hasSize(8);
      golden.forEach(
          (name, expected) -> {
            String variable = name.substring("gradient of ".length());
            FloatNdArray gradient = NdArrays.ofFloats(expected.shape());
            gradient
                .scalars()
                .forEachIndexed(
                    (at, value) ->
                        value.setFloat(
                            (before.get(variable).getFloat(at) - after.get(variable).getFloat(at))
                                / rate));
            assertThat(Golden.relativeDifference(gradient, expected)).as(name).isLessThan(1e-4);
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void weightsAfterTwelveSteps(int threads) {
    JsonNode losses = Golden.at("/training/distillation/lossBeforeEachStep");
    Map<String, FloatNdArray> after;
    try (Teacher teacher = teacher(threads);
        TrainingGraph graph =
            graph(teacher, threads, "teacher-weight", "0.75", "label-smoothing", "0.1")) {
      for (int step = 0; step < 12; step++) {
        assertThat(step(graph, 10, step % 2, 0.01f))
            .as("loss before step " + step)
            .isCloseTo(losses.get(step).asDouble(), within(1e-4));
      }
      after = graph.read();
    }
    Map<String, FloatNdArray> golden = Golden.arrays("distillation.f32");
    golden.keySet().removeIf(name -> name.startsWith("gradient of "));
    assertThat(golden).hasSize(8);
    golden.forEach(
        (variable, expected) ->
            assertThat(Golden.relativeDifference(after.get(variable), expected))
                .as(variable)
                .isLessThan(1e-4));
  }

  /** Mixed images: the teacher sees the mixture, and its answer stands beside both labels. */
  @ParameterizedTest
  @CsvSource({"mixup:1,2,7", "cutmix:1,1,1", "'flip,crop,mixup:0.4',3,2.5"})
  void theLossOfABatchIsItsDefinition(String augment, int threads, double temperature) {
    double weight = 0.6;
    LabeledImages images = SmallSample.of(70, 10).train();
    try (Teacher teacher = teacher(threads);
        TrainingGraph graph =
            graph(
                teacher,
                threads,
                "teacher-weight",
                Double.toString(weight),
                "temperature",
                Double.toString(temperature));
        BatchStream batches =
            BatchStream.shuffled(images, 50, Augmentation.parse(augment), 1, 0, 1)) {
      while (batches.hasNext()) { // 50, then 20
        Batch batch = batches.next();
        graph.begin(Golden.arrays("weights.f32"));
        FloatNdArray found = graph.probabilities(batch.images());
        float[] answers = new float[batch.size() * 10];
        teacher.logits(batch, answers);
        double expected = 0;
        float[] target = new float[10];
        for (int i = 0; i < batch.size(); i++) {
          Targets.LABELS.write(batch, i, target);
          double[] student = new double[10];
          double[] taught = new double[10];
          double hard = 0;
          for (int c = 0; c < 10; c++) {
            // The logarithm of a probability is a logit, but for a constant of the image.
            student[c] = Math.log(found.getFloat(i, c)) / temperature;
            taught[c] = answers[i * 10 + c] / temperature;
            hard -= target[c] * Math.log(found.getFloat(i, c));
          }
          double soft = 0;
          for (int c = 0; c < 10; c++) {
            soft -= Math.exp(taught[c] - logSum(taught)) * (student[c] - logSum(student));
          }
          expected += (1 - weight) * hard + weight * temperature * temperature * soft;
        }
        expected /= batch.size();
        assertThat(graph.step(batch, 42, 0, 0.01f)).isCloseTo(expected, within(1e-5 * expected));
      }
    }
  }

  private static double logSum(double... values) {
    double sum = 0;
    for (double each : values) {
      sum += Math.exp(each);
    }
    return Math.log(sum);
  }

  @Test
  void theAnswersOfAnImageDependOnNothingElse() {
    LabeledImages images = SmallSample.of(100, 10).train();
    float[] whole = answers(images, 100, 1);
    for (int threads : List.of(1, 2, 3)) {
      for (int size : List.of(1, 7, 64, 100)) {
        float[] parts = answers(images, size, threads);
        for (int i = 0; i < whole.length; i++) {
          assertThat(parts[i]).isCloseTo(whole[i], within(1e-4f));
        }
        assertThat(answers(images, size, threads)).as("to the last bit").isEqualTo(parts);
      }
    }
  }

  private static float[] answers(LabeledImages images, int size, int threads) {
    float[] all = new float[images.size() * 10];
    try (Teacher teacher = teacher(threads);
        BatchStream batches = BatchStream.inOrder(images, size)) {
      int done = 0;
      while (batches.hasNext()) {
        Batch batch = batches.next();
        float[] some = new float[batch.size() * 10];
        teacher.logits(batch, some);
        System.arraycopy(some, 0, all, done * 10, some.length);
        done += batch.size();
      }
    }
    return all;
  }

  @Test
  void aWeightOfNothingIsNoTeacherToTheLastBit() {
    Map<String, String> alone;
    GraphDef operations;
    try (TrainingGraph graph = graph(null, 2, "optimizer", "adam")) {
      operations = graph.graphDef();
      step(graph, 20, 0, 0.01f);
      alone = VariableDigests.of(graph.read());
    }
    try (Teacher teacher = teacher(2);
        TrainingGraph graph = graph(teacher, 2, "optimizer", "adam", "teacher-weight", "0")) {
      assertThat(graph.graphDef()).isEqualTo(operations);
      step(graph, 20, 0, 0.01f);
      assertThat(VariableDigests.of(graph.read())).isEqualTo(alone);
    }
    try (Teacher teacher = teacher(2);
        TrainingGraph graph = graph(teacher, 2, "optimizer", "adam")) {
      step(graph, 20, 0, 0.01f);
      assertThat(VariableDigests.of(graph.read())).isNotEqualTo(alone);
    }
  }

  @Test
  void whatIsMeasuredIsNotTaught() {
    float[] plain = new float[20];
    float[] taught = new float[20];
    try (Teacher teacher = teacher(2);
        TrainingGraph with = graph(teacher, 2);
        TrainingGraph without = graph(null, 2);
        BatchStream all = BatchStream.inOrder(IMAGES, 20)) {
      Batch batch = all.next();
      with.evaluate(batch, taught, new int[20], 0);
      without.evaluate(batch, plain, new int[20], 0);
    }
    assertThat(taught).isEqualTo(plain);
  }

  @Test
  void otherClassesAreRefused() {
    assertThatThrownBy(
            () ->
                Teacher.of(
                    Model.leNet5(10, Normalization.NONE),
                    Golden.arrays("weights.f32"),
                    CLASSES,
                    CLASSES.subList(0, 9),
                    1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the teacher knows the classes [0, 1, 2");
  }

  @Test
  void aTeacherThatGivesNoNumbersIsRefused() {
    Map<String, FloatNdArray> weights = Golden.arrays("weights.f32");
    weights.get("F8/bias").setFloat(Float.NaN, 3);
    assertThatThrownBy(
            () -> Teacher.of(Model.leNet5(10, Normalization.NONE), weights, CLASSES, CLASSES, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("gives a black image a logit of NaN");
  }

  @Test
  void numbersWithoutATeacherAreRefused() {
    for (Map.Entry<String, String> each :
        Map.of("temperature", "2", "teacher-weight", "0.5").entrySet()) {
      assertThatThrownBy(() -> TrainingConfig.of(Map.of(each.getKey(), each.getValue())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("--" + each.getKey() + " " + each.getValue())
          .hasMessageEndingWith(": needs --teacher, whose answers it is about");
    }
  }
}
