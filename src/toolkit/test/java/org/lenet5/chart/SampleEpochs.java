package org.lenet5.chart;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Evaluation;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;

/** Made-up epochs of a run that learns; the same for the same number each time. */
public final class SampleEpochs {
  public static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final Map<String, Shape> VARIABLES = new LinkedHashMap<>();

  static {
    VARIABLES.put("C1/kernel", Shape.of(5, 5, 3, 6));
    VARIABLES.put("C1/bias", Shape.of(6));
    VARIABLES.put("F8/kernel", Shape.of(42, 10));
    VARIABLES.put("F8/bias", Shape.of(10));
    VARIABLES.put("C1/kernel-m", Shape.of(5, 5, 3, 6));
    VARIABLES.put("beta1_power", Shape.scalar());
  }

  private SampleEpochs() {}

  public static EpochResult epoch(int epoch) {
    return epoch(epoch, Optional.empty(), false);
  }

  /** The same as the last of its training. */
  public static EpochResult lastEpoch(int epoch) {
    return epoch(epoch, Optional.empty(), true);
  }

  public static EpochResult epochWithValidation(int epoch) {
    return epoch(epoch, Optional.of(evaluation(epoch, 1.1)), false);
  }

  public static FloatNdArray weights(Shape shape, long seed) {
    Random random = new Random(seed);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 10;
    }
    return NdArrays.wrap(shape, DataBuffers.of(values, false, false));
  }

  private static EpochResult epoch(int epoch, Optional<Evaluation> validation, boolean isLast) {
    Map<String, FloatNdArray> variables = new LinkedHashMap<>();
    VARIABLES.forEach((name, shape) -> variables.put(name, weights(shape, epoch)));
    return new EpochResult(
        epoch,
        Instant.parse("2026-01-31T12:00:00.123456Z").plusSeconds(60L * epoch),
        2.3 * Math.pow(epoch, -0.3),
        evaluation(epoch, 0.9),
        evaluation(epoch, 1.2),
        validation,
        0.001 / epoch,
        8.25 + epoch / 7.0,
        1.5,
        5000,
        isLast,
        variables);
  }

  private static Evaluation evaluation(int epoch, double harder) {
    int[][] confusion = new int[10][10];
    Random random = new Random(epoch);
    for (int[] row : confusion) {
      for (int i = 0; i < 100; i++) {
        row[random.nextInt(10)]++;
      }
    }
    for (int i = 0; i < 10; i++) {
      confusion[i][i] += 10 * epoch;
    }
    return new Evaluation(
        2.2 * harder * Math.pow(epoch, -0.2),
        1 - 0.9 * Math.pow(epoch, -0.25 / harder),
        new int[0],
        confusion);
  }
}
