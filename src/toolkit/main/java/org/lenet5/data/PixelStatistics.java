package org.lenet5.data;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Mean and standard deviation of pixels by channel, on the scale 0 to 1. Immutable.
 *
 * @param mean by channel
 * @param deviation by channel, of all pixels (not of a sample of more)
 */
public record PixelStatistics(List<Double> mean, List<Double> deviation) {
  private static final int IMAGES_AT_ONCE = 1000;

  public PixelStatistics {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.isEmpty() || mean.size() != deviation.size()) {
      throw new IllegalArgumentException(
          "means (%d) and deviations (%d) must be one for each channel"
              .formatted(mean.size(), deviation.size()));
    }
  }

  /** Sums over pixels, by channel. */
  private record Sums(long[] values, BigInteger[] squares) {}

  /**
   * Those of all pixels of {@code images}. Sums are of whole numbers, so the result is the exact
   * one, rounded once or twice, whatever the order and the number of threads.
   *
   * @throws IllegalArgumentException if there is no image
   */
  public static PixelStatistics of(LabeledImages images) {
    if (images.size() == 0) {
      throw new IllegalArgumentException("without images there are no pixel statistics");
    }
    int channels = images.shape().channels();
    Sums sums =
        IntStream.range(0, (images.size() + IMAGES_AT_ONCE - 1) / IMAGES_AT_ONCE)
            .parallel()
            .mapToObj(i -> sums(images, i * IMAGES_AT_ONCE))
            .reduce(PixelStatistics::plus)
            .orElseThrow();
    double count = (double) images.size() * images.shape().height() * images.shape().width();
    BigInteger n = BigInteger.valueOf((long) count);
    List<Double> mean = new ArrayList<>();
    List<Double> deviation = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      mean.add(sums.values()[c] / (255 * count));
      // n²·variance = n·Σx² − (Σx)²
      BigInteger sum = BigInteger.valueOf(sums.values()[c]);
      BigInteger scaled = n.multiply(sums.squares()[c]).subtract(sum.multiply(sum));
      deviation.add(Math.sqrt(scaled.doubleValue()) / (255 * count));
    }
    return new PixelStatistics(mean, deviation);
  }

  private static Sums sums(LabeledImages images, int first) {
    int channels = images.shape().channels();
    byte[] image = new byte[images.shape().bytes()];
    long[] values = new long[channels];
    long[] squares = new long[channels]; // a thousand images of 4096² pixels have room
    for (int i = first; i < Math.min(images.size(), first + IMAGES_AT_ONCE); i++) {
      images.copyTo(i, image, 0);
      for (int at = 0; at < image.length; at += channels) {
        for (int c = 0; c < channels; c++) {
          int value = image[at + c] & 0xFF;
          values[c] += value;
          squares[c] += value * value;
        }
      }
    }
    BigInteger[] exact = new BigInteger[channels];
    for (int c = 0; c < channels; c++) {
      exact[c] = BigInteger.valueOf(squares[c]);
    }
    return new Sums(values, exact);
  }

  private static Sums plus(Sums a, Sums b) {
    long[] values = new long[a.values().length];
    BigInteger[] squares = new BigInteger[values.length];
    for (int c = 0; c < values.length; c++) {
      values[c] = a.values()[c] + b.values()[c];
      squares[c] = a.squares()[c].add(b.squares()[c]);
    }
    return new Sums(values, squares);
  }
}
