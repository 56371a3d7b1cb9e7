package org.lenet5.run;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lenet5.data.Batch;
import org.lenet5.data.BatchStream;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.data.Subset;
import org.lenet5.evaluation.ClassificationReport;
import org.lenet5.evaluation.ConfidentLearning;
import org.lenet5.evaluation.ConfidentLearning.Suspect;
import org.lenet5.training.PassListener;
import org.lenet5.training.Settings;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.ndarray.FloatNdArray;

/**
 * Which labels of a data set are likely wrong. No image is judged by a model that has seen it: one
 * is trained on the even training images and judges the odd ones, another the other way round, and
 * the test images are judged by the mean of both.
 *
 * @param training suspect labels of the training images, the likeliest first
 * @param test those of the test images
 */
public record LabelAudit(List<Suspect> training, List<Suspect> test) {
  // The outputs of all layers of an image are in memory at once.
  private static final int BATCH_BYTES = 614_400;

  public LabelAudit {
    training = List.copyOf(training);
    test = List.copyOf(test);
  }

  /**
   * Trains the two models and asks them. The same settings and data give the same findings.
   *
   * @param config of both; which images they are trained on aside, nothing is held out, and there
   *     is no teacher, which may have seen the images
   * @param workers threads that prepare batches, at least 1
   * @param progress told of the passes of both trainings
   * @throws org.lenet5.training.DivergedException if a loss is not finite
   */
  public static LabelAudit of(
      TrainingConfig config, Dataset data, int workers, PassListener progress) {
    float[][] training = new float[data.train().size()][];
    float[][] test = new float[data.test().size()][data.classNames().size()];
    for (Subset half : List.of(Subset.EVEN, Subset.ODD)) {
      TrainingConfig own = alone(config).with(Map.of("subset", half.toString(), "validation", "0"));
      try (Trainer trainer = new Trainer(own, data, workers, progress)) {
        trainer.train(0, List.of());
        int first = half == Subset.EVEN ? 1 : 0; // of the other half
        int[] judged = IntStream.iterate(first, i -> i < training.length, i -> i + 2).toArray();
        float[][] found = probabilities(trainer, data.train().select(judged));
        for (int i = 0; i < judged.length; i++) {
          training[judged[i]] = found[i];
        }
        add(test, probabilities(trainer, data.test()));
      }
    }
    return new LabelAudit(
        suspects(data, data.train(), training), suspects(data, data.test(), test));
  }

  private static TrainingConfig alone(TrainingConfig config) {
    return config.toBuilder()
        .set(Settings.TEACHER, Settings.NONE)
        .set(Settings.TEMPERATURE, Settings.TEMPERATURE.standardValue())
        .set(Settings.TEACHER_WEIGHT, Settings.TEACHER_WEIGHT.standardValue())
        .build();
  }

  private static List<Suspect> suspects(
      Dataset data, LabeledImages images, float[][] probabilities) {
    return images.size() == 0
        ? List.of()
        : ConfidentLearning.suspects(
            ClassificationReport.of(data.classNames(), images, probabilities));
  }

  /** Each model counts half. */
  private static void add(float[][] sum, float[][] one) {
    for (int i = 0; i < sum.length; i++) {
      for (int c = 0; c < sum[i].length; c++) {
        sum[i][c] += one[i][c] / 2;
      }
    }
  }

  private static float[][] probabilities(Trainer trainer, LabeledImages images) {
    float[][] all = new float[images.size()][];
    int size = Math.max(1, BATCH_BYTES / images.shape().bytes());
    int done = 0;
    try (BatchStream batches = BatchStream.inOrder(images, size)) {
      while (batches.hasNext()) {
        Batch batch = batches.next();
        FloatNdArray found = trainer.probabilities(batch.images());
        int classes = (int) found.shape().get(1);
        for (int i = 0; i < batch.size(); i++) {
          float[] each = new float[classes];
          for (int c = 0; c < classes; c++) {
            each[c] = found.getFloat(i, c);
          }
          all[done++] = each;
        }
      }
    }
    return all;
  }
}
