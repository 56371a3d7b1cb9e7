package org.lenet5.training;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What training makes small. */
public enum Loss {
  /** Softmax cross-entropy of the logits. */
  CROSS_ENTROPY("cross-entropy") {
    @Override
    public Operand<TFloat32> perImage(Ops tf, Operand<TFloat32> logits, Operand<TFloat32> targets) {
      return tf.nn.softmaxCrossEntropyWithLogits(logits, targets).loss();
    }

    @Override
    public double ofGuessing(int classes) {
      return Math.log(classes);
    }
  },
  /** Mean absolute difference between the probabilities and the target. */
  L1("l1") {
    @Override
    public Operand<TFloat32> perImage(Ops tf, Operand<TFloat32> logits, Operand<TFloat32> targets) {
      return tf.math.mean(tf.math.abs(tf.math.sub(tf.nn.softmax(logits), targets)), tf.constant(1));
    }

    @Override
    public double ofGuessing(int classes) {
      return 2.0 * (classes - 1) / ((double) classes * classes);
    }
  };

  private final String word;

  Loss(String word) {
    this.word = word;
  }

  /** The flag's word for it. */
  public String word() {
    return word;
  }

  /**
   * The loss that {@code --loss} names.
   *
   * @throws IllegalArgumentException naming the words there are
   */
  public static Loss of(String word) {
    for (Loss each : values()) {
      if (each.word.equals(word)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "must be one of "
            + Arrays.stream(values()).map(Loss::word).collect(Collectors.joining(", ")));
  }

  /** The loss of an image for which every class has the same probability. */
  public abstract double ofGuessing(int classes);

  /**
   * Adds the loss to a graph.
   *
   * @param logits float32 [n,classes]
   * @param targets float32 [n,classes]: for each image a distribution over the classes, see {@link
   *     Targets}
   * @return float32 [n]; the batch's loss is its mean
   */
  public abstract Operand<TFloat32> perImage(
      Ops tf, Operand<TFloat32> logits, Operand<TFloat32> targets);
}
