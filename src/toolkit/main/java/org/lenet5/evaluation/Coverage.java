package org.lenet5.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model would get right if it answered only where it is confident enough (El-Yaniv and
 * Wiener, "On the foundations of noise-free selective classification", 2010). An answer's
 * confidence is the probability of the class that it names. Immutable.
 *
 * @param images all of them
 * @param points by threshold, from the highest confidence that there is down to the lowest
 */
public record Coverage(int images, List<Point> points) {
  public Coverage {
    points = List.copyOf(points);
  }

  /**
   * What a threshold leaves.
   *
   * @param threshold the least confidence that is answered, 0 to 1
   * @param images all, answered or not
   * @param answered images that are as confident
   * @param right of those answered
   */
  public record Point(double threshold, int images, int answered, int right) {
    /** Share of the images that are answered. */
    public double coverage() {
      return (double) answered / images;
    }

    /** Share of the answers that are right; NaN if there are none. */
    public double accuracy() {
      return (double) right / answered;
    }

    /** Share of the answers that are wrong; NaN if there are none. */
    public double risk() {
      return (double) (answered - right) / answered;
    }
  }

  static Coverage of(ClassificationReport report) {
    List<Integer> order =
        IntStream.range(0, report.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> confidence(report, i)).reversed())
            .toList();
    List<Point> points = new ArrayList<>();
    int right = 0;
    for (int n = 0; n < order.size(); n++) {
      float here = confidence(report, order.get(n));
      right += report.correct(order.get(n)) ? 1 : 0;
      // Images of one confidence are answered together or not at all.
      if (n + 1 == order.size() || confidence(report, order.get(n + 1)) != here) {
        points.add(new Point(here, report.size(), n + 1, right));
      }
    }
    return new Coverage(report.size(), points);
  }

  private static float confidence(ClassificationReport report, int i) {
    return report.probabilities()[i][report.prediction(i)];
  }

  /** What is left if answers less confident than {@code threshold} are not given. */
  public Point at(double threshold) {
    Point found = new Point(threshold, images, 0, 0);
    for (Point point : points) {
      // As classify compares it: in single precision.
      if (point.threshold() < (float) threshold) {
        break;
      }
      found = new Point(threshold, images, point.answered(), point.right());
    }
    return found;
  }
}
