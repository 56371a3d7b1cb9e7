package org.lenet5.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lenet5.Golden;
import org.lenet5.model.Variables;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.framework.optimizers.Adam;
import org.tensorflow.framework.optimizers.Adamax;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

class OptimizerKindTest {
  private static final int STEPS = 12;
  private static final float RATE = 0.05f;

  // The loss: Σ ½ c (w − t)², with gradient c (w − t), over two variables.
  private static final Map<String, float[][]> QUADRATIC =
      Map.of(
          "C1/kernel", new float[][] {{1, -2, 0.5f}, {3, 0.1f, 1}, {0.2f, 0.3f, -1}},
          // The last gradient is of the size of Adam's and Adamax's epsilons.
          "plain", new float[][] {{4, -0.25f, 1}, {0.5f, 2, 1e-7f}, {-1, 1.5f, -1}});

  /** One step for one number, as the paper or TensorFlow's kernel has it. */
  private interface Rule {
    /**
     * @param s state, kept between steps; zeros at first
     * @param t counts the steps from 1
     */
    double step(double w, double g, double[] s, int t);
  }

  private static Rule rule(OptimizerKind kind) {
    double rate = RATE;
    return switch (kind) {
      case SGD -> (w, g, s, t) -> w - rate * g;
      case MOMENTUM ->
          (w, g, s, t) -> {
            s[0] = 0.9 * s[0] + g;
            return w - rate * s[0];
          };
      case NESTEROV ->
          (w, g, s, t) -> {
            s[0] = 0.9 * s[0] + g;
            return w - rate * (g + 0.9 * s[0]);
          };
      case ADAM -> // Algorithm 1.
          (w, g, s, t) -> {
            s[0] = 0.9 * s[0] + 0.1 * g;
            s[1] = 0.999 * s[1] + 0.001 * g * g;
            double mean = s[0] / (1 - Math.pow(0.9, t));
            double square = s[1] / (1 - Math.pow(0.999, t));
            return w - rate * mean / (Math.sqrt(square) + 1e-8);
          };
      case ADAMW -> // Algorithm 2 of its paper; the decay is PyTorch's usual one.
          (w, g, s, t) -> rule(OptimizerKind.ADAM).step(w * (1 - rate * 0.01), g, s, t);
      case ADAMAX -> // Algorithm 2.
          (w, g, s, t) -> {
            s[0] = 0.9 * s[0] + 0.1 * g;
            s[1] = Math.max(0.999 * s[1], Math.abs(g));
            return w - rate / (1 - Math.pow(0.9, t)) * s[0] / (s[1] + 1e-7);
          };
      case ADAGRAD -> // The accumulator starts at 0.01.
          (w, g, s, t) -> {
            s[0] = (t == 1 ? 0.01 : s[0]) + g * g;
            return w - rate * g / Math.sqrt(s[0]);
          };
      case ADADELTA -> // Algorithm 1, times the rate.
          (w, g, s, t) -> {
            s[0] = 0.95 * s[0] + 0.05 * g * g;
            double change = Math.sqrt(s[1] + 1e-7) / Math.sqrt(s[0] + 1e-7) * g;
            s[1] = 0.95 * s[1] + 0.05 * change * change;
            return w - rate * change;
          };
      case RMSPROP -> // The mean square starts at 1.
          (w, g, s, t) -> {
            s[0] = 0.9 * (t == 1 ? 1 : s[0]) + 0.1 * g * g;
            return w - rate * g / Math.sqrt(s[0] + 1e-10);
          };
      case FTRL -> // Algorithm 1 without the penalties; n starts at 0.1.
          (w, g, s, t) -> {
            double before = t == 1 ? 0.1 : s[0];
            s[0] = before + g * g;
            s[1] += g - (Math.sqrt(s[0]) - Math.sqrt(before)) / rate * w;
            return -s[1] * rate / Math.sqrt(s[0]);
          };
    };
  }

  @ParameterizedTest
  @EnumSource
  void followsItsFormula(OptimizerKind kind) {
    try (Minimization minimization = new Minimization(kind)) {
      Map<String, double[]> weights = new HashMap<>();
      Map<String, double[][]> states = new HashMap<>();
      QUADRATIC.forEach(
          (name, problem) -> {
            weights.put(name, doubles(problem[0]));
            states.put(name, new double[problem[0].length][2]);
          });
      for (int t = 1; t <= STEPS; t++) {
        Map<String, FloatNdArray> found = minimization.step();
        for (String name : QUADRATIC.keySet()) {
          float[][] problem = QUADRATIC.get(name);
          double[] w = weights.get(name);
          for (int i = 0; i < w.length; i++) {
            double gradient = problem[1][i] * (w[i] - problem[2][i]);
            boolean decays = name.endsWith("/kernel") || kind != OptimizerKind.ADAMW;
            w[i] =
                rule(decays ? kind : OptimizerKind.ADAM)
                    .step(w[i], gradient, states.get(name)[i], t);
          }
          assertThat(Golden.values(found.get(name)))
              .as("%s after step %d", name, t)
              .containsExactly(w, within(1e-5));
        }
      }
      // So that a step that does nothing is not taken for one that is right.
      QUADRATIC.forEach(
          (name, problem) -> assertThat(weights.get(name)[0]).isNotEqualTo(problem[0][0]));
    }
  }

  /** PyTorch's AdamW: {@code w −= rate · decay · w} before the step, of kernels alone. */
  @ParameterizedTest
  @EnumSource
  void weightDecayTakesAShareOffKernelsAlone(OptimizerKind kind) {
    try (Minimization minimization = new Minimization(kind, 0.5f)) {
      Map<String, double[]> weights = new HashMap<>();
      Map<String, double[][]> states = new HashMap<>();
      QUADRATIC.forEach(
          (name, problem) -> {
            weights.put(name, doubles(problem[0]));
            states.put(name, new double[problem[0].length][2]);
          });
      for (int t = 1; t <= STEPS; t++) {
        Map<String, FloatNdArray> found = minimization.step();
        for (String name : QUADRATIC.keySet()) {
          double left = name.endsWith("/kernel") ? 1 - RATE * 0.5 : 1;
          float[][] problem = QUADRATIC.get(name);
          double[] w = weights.get(name);
          for (int i = 0; i < w.length; i++) {
            double gradient = problem[1][i] * (w[i] - problem[2][i]);
            double[] state = states.get(name)[i];
            if (kind == OptimizerKind.FTRL) { // its weights are made anew from this sum
              state[1] *= left;
            }
            // Adam's formula: that of ADAMW has its usual decay in it.
            w[i] =
                rule(kind == OptimizerKind.ADAMW ? OptimizerKind.ADAM : kind)
                    .step(w[i] * left, gradient, state, t);
          }
          assertThat(Golden.values(found.get(name)))
              .as("%s after step %d", name, t)
              .containsExactly(w, within(1e-5));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void repeatsToTheLastBit(OptimizerKind kind) {
    Map<String, FloatNdArray> first = afterSteps(kind);
    for (int i = 0; i < 3; i++) {
      assertThat(afterSteps(kind)).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SGD,''",
    "MOMENTUM,momentum",
    "NESTEROV,momentum",
    "ADAM,m v",
    "ADAMW,m v",
    "ADAMAX,m v",
    "ADAGRAD,accumulator",
    "ADADELTA,accum accum_update",
    "RMSPROP,rms momentum",
    "FTRL,gradient_accumulator linear_accumulator"
  })
  void keepsItsStateBesideTheVariable(OptimizerKind kind, String slots) {
    Set<String> expected = new TreeSet<>(QUADRATIC.keySet());
    for (String name : QUADRATIC.keySet()) {
      for (String slot : slots.split(" ")) {
        expected.add(slot.isEmpty() ? name : name + "-" + slot);
      }
    }
    Set<OptimizerKind> adams = EnumSet.of(OptimizerKind.ADAM, OptimizerKind.ADAMW);
    if (adams.contains(kind) || kind == OptimizerKind.ADAMAX) {
      expected.add("beta1_power");
    }
    if (adams.contains(kind)) {
      expected.add("beta2_power");
    }
    try (Minimization minimization = new Minimization(kind)) {
      assertThat(minimization.variables.shapes().keySet()).containsExactlyElementsOf(expected);
      minimization
          .variables
          .shapes()
          .forEach(
              (name, shape) -> {
                if (name.contains("-")) {
                  String of = name.substring(0, name.indexOf('-'));
                  assertThat(shape).isEqualTo(minimization.variables.shapes().get(of));
                }
              });
    }
  }

  @ParameterizedTest
  @CsvSource({"ADAM, ApplyAdam", "ADAMAX, ApplyAdaMax"})
  void powersOfBetaAdvanceOnlyAfterAllUpdates(OptimizerKind kind, String update) {
    try (Minimization minimization = new Minimization(kind)) {
      assertThat(racing(minimization.graph, minimization.update, update)).isEmpty();
    }
  }

  // One reason for an optimizer of our own over the framework's: once a release of the framework
  // mends this, it can go.
  @ParameterizedTest
  @CsvSource({"ADAM, ApplyAdam, 2", "ADAMAX, ApplyAdaMax, 1"})
  void theFrameworksOwnDoNotWait(OptimizerKind kind, String update, int powers) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Variable<TFloat32> w = tf.withName("w").variable(Shape.of(2), TFloat32.class);
      Variable<TFloat32> v = tf.withName("v").variable(Shape.of(2), TFloat32.class);
      Operand<TFloat32> loss = tf.math.mean(tf.math.mul(w, v), tf.constant(0));
      Optimizer own = kind == OptimizerKind.ADAM ? new Adam(graph) : new Adamax(graph);
      Op step = own.minimize(loss, "step");
      assertThat(racing(graph, step, update)).hasSize(powers);
    }
  }

  /** Assignments to a power of beta, in a step, that some update need not come before. */
  private static Set<String> racing(Graph graph, Op step, String update) {
    Map<String, NodeDef> nodes =
        graph.toGraphDef().getNodeList().stream()
            .collect(Collectors.toMap(NodeDef::getName, node -> node));
    Set<String> inStep = before(nodes, step.op().name());
    Set<String> updates = named(nodes, inStep, update);
    assertThat(updates).hasSize(2);
    Set<String> assignments = named(nodes, inStep, "Assign");
    assertThat(assignments).isNotEmpty();
    Set<String> racing = new TreeSet<>();
    for (String each : assignments) {
      assertThat(nodes.get(each).getInput(0)).matches("beta[12]_power");
      if (!before(nodes, each).containsAll(updates)) {
        racing.add(each);
      }
    }
    return racing;
  }

  private static Set<String> named(Map<String, NodeDef> nodes, Set<String> among, String type) {
    return among.stream()
        .filter(name -> nodes.get(name).getOp().equals(type))
        .collect(Collectors.toSet());
  }

  /** All operations that must be through before {@code name} runs. */
  private static Set<String> before(Map<String, NodeDef> nodes, String name) {
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(name));
    while (!open.isEmpty()) {
      for (String input : nodes.get(open.pop()).getInputList()) {
        String operation = input.replaceAll("^\\^|:\\d+$", "");
        if (found.add(operation)) {
          open.push(operation);
        }
      }
    }
    return found;
  }

  @Test
  void isReadByItsWord() {
    for (OptimizerKind kind : OptimizerKind.values()) {
      assertThat(OptimizerKind.of(kind.word())).isEqualTo(kind);
    }
    assertThat(
            java.util.Arrays.stream(OptimizerKind.values())
                .map(OptimizerKind::word)
                .collect(Collectors.joining(" ")))
        .isEqualTo("sgd momentum nesterov adam adamw adamax adagrad adadelta rmsprop ftrl");
  }

  @ParameterizedTest
  @CsvSource({
    "nadam, keeps its momentum schedule at the first step",
    "Nadam, keeps its momentum schedule at the first step",
    "adagradda, never advances its step count",
    "adagrad-da, never advances its step count"
  })
  void whatIsLeftOutIsRefusedWithTheReason(String word, String reason) {
    assertThatThrownBy(() -> OptimizerKind.of(word))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("is left out because the framework's ")
        .hasMessageContaining(reason)
        .hasMessageEndingWith(
            "must be one of sgd, momentum, nesterov, adam, adamw, adamax, adagrad, adadelta,"
                + " rmsprop, ftrl");
  }

  @Test
  void anUnknownOneIsRefusedWithTheWordsThereAre() {
    assertThatThrownBy(() -> OptimizerKind.of("lion"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must be one of sgd, ");
  }

  private static Map<String, FloatNdArray> afterSteps(OptimizerKind kind) {
    try (Minimization minimization = new Minimization(kind)) {
      for (int i = 1; i < STEPS; i++) {
        minimization.step();
      }
      return minimization.step();
    }
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /** The quadratic problem in a graph. */
  private static final class Minimization implements AutoCloseable {
    private final Graph graph = new Graph();
    private final Op update;
    private final Variables variables;
    private final Session session;

    Minimization(OptimizerKind kind) {
      this(kind, kind.usualDecay());
    }

    Minimization(OptimizerKind kind, float weightDecay) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> loss = tf.constant(0f);
      Map<String, FloatNdArray> start = new LinkedHashMap<>();
      for (String name : new TreeSet<>(QUADRATIC.keySet())) {
        float[][] problem = QUADRATIC.get(name);
        String[] parts = name.split("/");
        Ops scope = parts.length == 1 ? tf : tf.withSubScope(parts[0]);
        Variable<TFloat32> w =
            scope
                .withName(parts[parts.length - 1])
                .variable(Shape.of(problem[0].length), TFloat32.class);
        Operand<TFloat32> distance = tf.math.sub(w, tf.constant(problem[2]));
        Operand<TFloat32> each =
            tf.math.mul(tf.constant(problem[1]), tf.math.mul(distance, distance));
        loss =
            tf.math.add(loss, tf.math.mul(tf.constant(0.5f), tf.reduceSum(each, tf.constant(0))));
        start.put(name, StdArrays.ndCopyOf(problem[0]));
      }
      update =
          new FedOptimizer(graph, kind, tf.constant(RATE), weightDecay).minimize(loss, "update");
      variables = new Variables(graph);
      session = new Session(graph);
      session.initialize();
      variables.write(session, start);
    }

    Map<String, FloatNdArray> step() {
      session.runner().addTarget(update).run().close();
      return variables.read(session);
    }

    @Override
    public void close() {
      session.close();
      graph.close();
    }
  }
}
