package org.lenet5.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.lenet5.data.LabeledImages;
import org.lenet5.training.ClassMeans;

/**
 * What a model's probabilities tell about its quality, by image and by class. Thread-safe, and
 * immutable as long as nobody writes to the arrays that it was made from.
 *
 * @param classes names by label
 * @param labels the true class of each image
 * @param probabilities by image, then by class
 */
public record ClassificationReport(List<String> classes, int[] labels, float[][] probabilities) {

  /** The 97.5 % point of the normal distribution: 95 % lie within it. */
  private static final double Z = 1.959963984540054;

  public ClassificationReport {
    classes = List.copyOf(classes);
    if (labels.length == 0 || labels.length != probabilities.length) {
      throw new IllegalArgumentException(
          "labels ("
              + labels.length
              + ") must be at least one, and as many as images with probabilities ("
              + probabilities.length
              + ")");
    }
  }

  /**
   * One class.
   *
   * @param name of the class
   * @param precision share of the images predicted as this class that belong to it; NaN if none is
   *     predicted as this class
   * @param recall share of the images of this class that are predicted as it; NaN if there are none
   * @param f1 harmonic mean of both; NaN if neither is known
   * @param support images of this class
   */
  public record ClassScore(String name, double precision, double recall, double f1, int support) {}

  /**
   * A confidence interval of a share.
   *
   * @param low lower end, 0 to 1
   * @param high upper end, 0 to 1
   */
  public record Interval(double low, double high) {}

  /** A report on images and what a model gave each. */
  public static ClassificationReport of(
      List<String> classes, LabeledImages images, float[][] probabilities) {
    int[] labels = IntStream.range(0, images.size()).map(images::label).toArray();
    return new ClassificationReport(classes, labels, probabilities);
  }

  /** How many images. */
  public int size() {
    return labels.length;
  }

  /** The most probable class of image {@code i}; of equals, the first. */
  public int prediction(int i) {
    int best = 0;
    for (int c = 1; c < probabilities[i].length; c++) {
      if (probabilities[i][c] > probabilities[i][best]) {
        best = c;
      }
    }
    return best;
  }

  /** True if image {@code i} is called what it is. */
  public boolean correct(int i) {
    return prediction(i) == labels[i];
  }

  /**
   * Cross-entropy of image {@code i}: −ln of its true class's probability. A probability that is 0
   * in single precision is taken as the smallest positive number, which gives 103.
   */
  public double loss(int i) {
    return -Math.log(Math.max(probabilities[i][labels[i]], Float.MIN_VALUE));
  }

  /** Mean cross-entropy. */
  public double loss() {
    return IntStream.range(0, size()).mapToDouble(this::loss).sum() / size();
  }

  /** Share of images called what they are. */
  public double accuracy() {
    return (double) correct() / size();
  }

  private long correct() {
    return IntStream.range(0, size()).filter(this::correct).count();
  }

  /** Where the accuracy on unseen images of this kind lies, with 95 % confidence. */
  public Interval accuracyInterval() {
    return wilson(correct(), size());
  }

  /**
   * Wilson's score interval at 95 % (E. B. Wilson, "Probable inference, the law of succession, and
   * statistical inference", 1927): it stays right near 0 and 1, where the usual interval leaves
   * that range.
   */
  static Interval wilson(long successes, long trials) {
    double p = (double) successes / trials;
    double zz = Z * Z / trials;
    double centre = p + zz / 2;
    double half = Z * Math.sqrt((p * (1 - p) + zz / 4) / trials);
    return new Interval(
        Math.max(0, (centre - half) / (1 + zz)), Math.min(1, (centre + half) / (1 + zz)));
  }

  /** Images by [true class][predicted class]. */
  public int[][] confusion() {
    int[][] counts = new int[classes.size()][classes.size()];
    for (int i = 0; i < size(); i++) {
      counts[labels[i]][prediction(i)]++;
    }
    return counts;
  }

  /** The classes' scores by label. */
  public List<ClassScore> scores() {
    int[][] confusion = confusion();
    List<ClassScore> scores = new ArrayList<>();
    for (int c = 0; c < classes.size(); c++) {
      int hits = confusion[c][c];
      int support = 0;
      int predicted = 0;
      for (int other = 0; other < classes.size(); other++) {
        support += confusion[c][other];
        predicted += confusion[other][c];
      }
      // 0/0 is NaN: a class that was never predicted has no precision.
      scores.add(
          new ClassScore(
              classes.get(c),
              (double) hits / predicted,
              (double) hits / support,
              2.0 * hits / (predicted + support),
              support));
    }
    return scores;
  }

  /**
   * Mean recall of the classes that have images: the accuracy if each class had as many. A class
   * that is rare counts as much as one that is common.
   */
  public double balancedAccuracy() {
    return ClassMeans.of(confusion()).balancedAccuracy();
  }

  /** Mean F1 of the classes; one that no image has and none is taken for does not count. */
  public double macroF1() {
    return ClassMeans.of(confusion()).macroF1();
  }

  /**
   * The classes about which most is to be done, for lists and pictures that cannot hold all: those
   * with the lowest F1, the worst first.
   *
   * @param count at most so many
   */
  public List<Integer> worstClasses(int count) {
    List<ClassScore> scores = scores();
    return IntStream.range(0, scores.size())
        .boxed()
        .filter(c -> !Double.isNaN(scores.get(c).f1()))
        .sorted(Comparator.comparingDouble(c -> scores.get(c).f1()))
        .limit(count)
        .toList();
  }

  /** How far the model's confidence can be believed. */
  public Calibration calibration() {
    return Calibration.of(this);
  }

  /** What is right among the answers that the model is confident of. */
  public Coverage coverage() {
    return Coverage.of(this);
  }

  /** Precision against recall of class {@code c} over all thresholds. */
  public PrecisionRecallCurve precisionRecall(int c) {
    boolean[] positive = new boolean[size()];
    float[] scores = new float[size()];
    for (int i = 0; i < size(); i++) {
      positive[i] = labels[i] == c;
      scores[i] = probabilities[i][c];
    }
    return PrecisionRecallCurve.of(positive, scores);
  }

  /** The images with the greatest losses, the worst first. */
  public List<Integer> worst(int count) {
    return IntStream.range(0, size())
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> loss(i)).reversed())
        .limit(count)
        .toList();
  }
}
