package org.lenet5.training;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.framework.optimizers.AdaDelta;
import org.tensorflow.framework.optimizers.AdaGrad;
import org.tensorflow.framework.optimizers.Adamax;
import org.tensorflow.framework.optimizers.Ftrl;
import org.tensorflow.framework.optimizers.GradientDescent;
import org.tensorflow.framework.optimizers.Momentum;
import org.tensorflow.framework.optimizers.Optimizer;
import org.tensorflow.framework.optimizers.RMSProp;
import org.tensorflow.op.Op;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.family.TType;

/**
 * TensorFlow Java's optimizers by name, with the framework's defaults for all but the learning rate
 * and the momentum.
 *
 * <p>The subclasses work around two faults of framework 1.0.0. It names a slot after its variable
 * and then rejects the slash in "C1/kernel-m": {@link Slots} makes that variable in the layer's
 * scope. And it lets Adam and Adamax advance the powers of beta while other updates still read
 * them: {@link BetaPowers} moves that to the end of the step.
 */
public enum OptimizerKind {
  /** Stochastic gradient descent. */
  SGD {
    @Override
    public Optimizer create(Graph graph, float rate) {
      return new GradientDescent(graph, rate);
    }
  },
  /** Momentum 0.9, the usual value: the framework's default of 0 would be plain SGD. */
  MOMENTUM {
    @Override
    public Optimizer create(Graph graph, float rate) {
      return new Momentum(graph, rate, 0.9f, false) {
        private final Slots slots = new Slots(graph);

        @Override
        protected <T extends TType> void createSlot(Output<T> v, String slot, Operand<T> initial) {
          slots.create(v, slot, initial);
        }

        @Override
        public <T extends TType> Optional<Variable<T>> getSlot(Output<T> v, String slot) {
          return slots.get(v, slot);
        }
      };
    }
  },
  /** Nesterov's momentum, 0.9. */
  NESTEROV {
    @Override
    public Optimizer create(Graph graph, float rate) {
      return new Momentum(graph, rate, 0.9f, true) {
        private final Slots slots = new Slots(graph);

        @Override
        protected <T extends TType> void createSlot(Output<T> v, String slot, Operand<T> initial) {
          slots.create(v, slot, initial);
        }

        @Override
        public <T extends TType> Optional<Variable<T>> getSlot(Output<T> v, String slot) {
          return slots.get(v, slot);
        }
      };
    }
  },
  /** Kingma and Ba, "Adam: a method for stochastic optimization" (2015). */
  ADAM {
    @Override
    public Optimizer create(Graph graph, float rate) {
      return new AlgorithmAdam(graph, rate);
    }
  },
  /** Adam with the infinity norm, section 7 of the same paper. */
  ADAMAX {
    @Override
    public Optimizer create(Graph graph, float rate) {
      return new Adamax(graph, rate) {
        private final Slots slots = new Slots(graph);

        @Override
        protected <T extends TType> void createSlot(Output<T> v, String slot, Operand<T> initial) {
          slots.create(v, slot, initial);
        }

        @Override
        public <T extends TType> Optional<Variable<T>> getSlot(Output<T> v, String slot) {
          return slots.get(v, slot);
        }

        @Override
        protected Op finish(List<Op> updates, String name) {
          return BetaPowers.advanceAfter(
              graph, updates, name, Map.of("beta1_power", Adamax.BETA_ONE_DEFAULT));
        }
      };
    }
  },
  /** Duchi, Hazan and Singer, "Adaptive subgradient methods" (2011). */
  ADAGRAD {
    @Override
    public Optimizer create(Graph graph, float rate) {
      return new AdaGrad(graph, rate) {
        private final Slots slots = new Slots(graph);

        @Override
        protected <T extends TType> void createSlot(Output<T> v, String slot, Operand<T> initial) {
          slots.create(v, slot, initial);
        }

        @Override
        public <T extends TType> Optional<Variable<T>> getSlot(Output<T> v, String slot) {
          return slots.get(v, slot);
        }
      };
    }
  },
  /** Zeiler, "ADADELTA: an adaptive learning rate method" (2012). */
  ADADELTA {
    @Override
    public Optimizer create(Graph graph, float rate) {
      return new AdaDelta(graph, rate) {
        private final Slots slots = new Slots(graph);

        @Override
        protected <T extends TType> void createSlot(Output<T> v, String slot, Operand<T> initial) {
          slots.create(v, slot, initial);
        }

        @Override
        public <T extends TType> Optional<Variable<T>> getSlot(Output<T> v, String slot) {
          return slots.get(v, slot);
        }
      };
    }
  },
  /** Hinton, lecture 6e of "Neural networks for machine learning" (2012). */
  RMSPROP {
    @Override
    public Optimizer create(Graph graph, float rate) {
      return new RMSProp(graph, rate) {
        private final Slots slots = new Slots(graph);

        @Override
        protected <T extends TType> void createSlot(Output<T> v, String slot, Operand<T> initial) {
          slots.create(v, slot, initial);
        }

        @Override
        public <T extends TType> Optional<Variable<T>> getSlot(Output<T> v, String slot) {
          return slots.get(v, slot);
        }
      };
    }
  },
  /** McMahan et al., "Ad click prediction: a view from the trenches" (2013). */
  FTRL {
    @Override
    public Optimizer create(Graph graph, float rate) {
      return new Ftrl(graph, rate) {
        private final Slots slots = new Slots(graph);

        @Override
        protected <T extends TType> void createSlot(Output<T> v, String slot, Operand<T> initial) {
          slots.create(v, slot, initial);
        }

        @Override
        public <T extends TType> Optional<Variable<T>> getSlot(Output<T> v, String slot) {
          return slots.get(v, slot);
        }
      };
    }
  };

  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "nadam",
          "the framework's Nadam keeps its momentum schedule at the first step",
          "adagradda",
          "the framework's AdaGradDA never advances its step count");

  /** The flag's word for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Adds the optimizer to a graph.
   *
   * @param rate learning rate, a constant of the graph
   */
  public abstract Optimizer create(Graph graph, float rate);

  /**
   * The optimizer that {@code --optimizer} names.
   *
   * @throws IllegalArgumentException naming the words that are accepted, or why one is not
   */
  public static OptimizerKind of(String word) {
    for (OptimizerKind each : values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    String words =
        Arrays.stream(values()).map(OptimizerKind::word).collect(Collectors.joining(", "));
    String why = LEFT_OUT.get(word.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", ""));
    throw new IllegalArgumentException(
        why == null
            ? "must be one of " + words
            : "is left out because " + why + "; must be one of " + words);
  }
}
