package org.lenet5.training;

import java.util.Optional;
import org.lenet5.data.Batch;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Learning from a teacher's answers besides the labels: Hinton, Vinyals and Dean, "Distilling the
 * knowledge in a neural network" (2015). An image's loss is
 *
 * <pre>
 * (1 − W) · loss(student, target) + W · T² · cross-entropy(softmax(student / T), softmax(teacher / T))
 * </pre>
 *
 * <p>T² keeps the second gradient's size when T changes, as it shrinks with 1/T².
 *
 * @param temperature T, above 0
 * @param weight W, above 0 and at most 1
 */
record Distillation(Teacher teacher, float temperature, float weight) {
  /** That of a configuration; empty without a teacher, and where its answers count nothing. */
  static Optional<Distillation> of(TrainingConfig config, Optional<Teacher> teacher) {
    float weight = config.get(Settings.TEACHER_WEIGHT);
    return weight == 0
        ? Optional.empty()
        : teacher.map(each -> new Distillation(each, config.get(Settings.TEMPERATURE), weight));
  }

  /**
   * Adds the loss to a graph.
   *
   * @param losses float32 [n], those of the targets
   * @param logits float32 [n,classes] of the student
   * @param answers float32 [n,classes], {@link #answers}
   * @return float32 [n]
   */
  Operand<TFloat32> perImage(
      Ops tf, Operand<TFloat32> losses, Operand<TFloat32> logits, Operand<TFloat32> answers) {
    Operand<TFloat32> soft =
        tf.nn
            .softmaxCrossEntropyWithLogits(tf.math.div(logits, tf.constant(temperature)), answers)
            .loss();
    double share = weight;
    return tf.math.add(
        tf.math.mul(losses, tf.constant((float) (1 - share))),
        tf.math.mul(soft, tf.constant((float) (share * temperature * temperature))));
  }

  /**
   * The teacher's answers to a batch: softmax(teacher / T), distributions over the classes.
   *
   * @param classes how many
   * @return float [n · classes], image by image
   */
  float[] answers(Batch batch, int classes) {
    float[] answers = new float[batch.size() * classes];
    teacher.logits(batch, answers);
    double[] one = new double[classes];
    for (int first = 0; first < answers.length; first += classes) {
      double highest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        highest = Math.max(highest, answers[first + c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        one[c] = Math.exp((answers[first + c] - highest) / temperature);
        sum += one[c];
      }
      for (int c = 0; c < classes; c++) {
        answers[first + c] = (float) (one[c] / sum);
      }
    }
    return answers;
  }
}
