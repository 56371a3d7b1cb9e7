package org.lenet5.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Precision against recall of one class, a point for each score that an image has. Immutable.
 *
 * @param points from the highest threshold (least recall) to the lowest
 */
public record PrecisionRecallCurve(List<Point> points) {
  public PrecisionRecallCurve {
    points = List.copyOf(points);
  }

  /**
   * Precision and recall if every image that scores at least {@code threshold} is counted as the
   * class.
   *
   * @param recall 0 to 1; NaN if no image is of the class
   * @param precision 0 to 1
   */
  public record Point(double threshold, double recall, double precision) {}

  static PrecisionRecallCurve of(boolean[] positive, float[] scores) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> scores[i]).reversed())
            .mapToInt(Integer::intValue)
            .toArray();
    int positives = 0;
    for (boolean each : positive) {
      positives += each ? 1 : 0;
    }
    List<Point> points = new ArrayList<>();
    int hits = 0;
    for (int i = 0; i < order.length; i++) {
      hits += positive[order[i]] ? 1 : 0;
      // A threshold cannot separate equal scores, so they make one point.
      if (i + 1 == order.length || scores[order[i + 1]] != scores[order[i]]) {
        points.add(new Point(scores[order[i]], (double) hits / positives, (double) hits / (i + 1)));
      }
    }
    return new PrecisionRecallCurve(points);
  }

  /** Average precision: the sum of precisions weighted by the recall each point adds; 0 to 1. */
  public double averagePrecision() {
    double sum = 0;
    double recall = 0;
    for (Point point : points) {
      sum += (point.recall() - recall) * point.precision();
      recall = point.recall();
    }
    return sum;
  }
}
