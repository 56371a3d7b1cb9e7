package org.lenet5.summary;

import java.util.Arrays;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.HistogramProto;

/** Histograms as TensorBoard draws them. Thread-safe. */
public final class Histograms {
  /** As many as TensorBoard's own histogram summary has. */
  public static final int BUCKETS = 30;

  private Histograms() {}

  /**
   * Counts {@code values} in {@link #BUCKETS} equally wide buckets from the least to the greatest,
   * or in a single one if all are the same. A bucket holds the values from the limit before it up
   * to, but not including, its own; the last one includes the greatest value. Least, greatest,
   * number, sum and sum of squares are those of the values, not of the buckets.
   *
   * @param values of any shape, at least one
   * @throws IllegalArgumentException if there is none, or one is NaN or infinite
   */
  public static HistogramProto of(FloatNdArray values) {
    float[] numbers = new float[Math.toIntExact(values.size())];
    if (numbers.length == 0) {
      throw new IllegalArgumentException("a histogram needs at least one value");
    }
    values.copyTo(DataBuffers.of(numbers, false, false));
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    for (float number : numbers) {
      if (!Float.isFinite(number)) {
        throw new IllegalArgumentException("a value is " + number);
      }
      min = Math.min(min, number);
      max = Math.max(max, number);
      sum += number;
      squares += (double) number * number;
    }
    HistogramProto.Builder histogram =
        HistogramProto.newBuilder()
            .setMin(min)
            .setMax(max)
            .setNum(numbers.length)
            .setSum(sum)
            .setSumSquares(squares);
    double[] limits = limits(min, max);
    int[] counts = new int[limits.length];
    for (float number : numbers) {
      int found = Arrays.binarySearch(limits, number);
      // A value on a limit belongs to the next bucket.
      int bucket = found >= 0 ? found + 1 : -found - 1;
      counts[Math.min(bucket, counts.length - 1)]++;
    }
    for (int i = 0; i < limits.length; i++) {
      histogram.addBucketLimit(limits[i]).addBucket(counts[i]);
    }
    return histogram.build();
  }

  private static double[] limits(double min, double max) {
    if (min == max) {
      return new double[] {max};
    }
    double[] limits = new double[BUCKETS];
    for (int i = 0; i < BUCKETS; i++) {
      limits[i] = min + (max - min) * (i + 1) / BUCKETS;
    }
    limits[BUCKETS - 1] = max;
    return limits;
  }
}
