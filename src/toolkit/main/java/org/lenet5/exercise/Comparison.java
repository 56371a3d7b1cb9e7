package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.lenet5.data.LabeledImages;

/**
 * An experiment against the baseline, by the test accuracy after the last epoch.
 *
 * @param outcome of the experiment
 * @param baseline what it is compared with
 * @param difference in accuracy, experiment minus baseline; of the means where seeds are judged, of
 *     the first seed's models otherwise
 * @param interval 95 % interval of the difference: bootstrap over test images, or Welch's over
 *     seeds; it is of this comparison alone, without Holm's correction
 * @param p the test's probability: McNemar's over images, Welch's over seeds
 * @param adjusted the same after Holm's correction for all comparisons that are judged
 * @param noise how far apart the two halves of the images are, as a fraction; empty where seeds
 *     show the noise, or the other half was not trained
 */
record Comparison(
    Outcome outcome,
    Outcome baseline,
    double difference,
    Statistics.Interval interval,
    double p,
    double adjusted,
    OptionalDouble noise) {
  /** Below this a probability counts as a difference. */
  static final double LEVEL = 0.05;

  // Fewer seeds say too little about their spread.
  private static final int SEEDS_TO_TEST = 3;

  /** True if suites of so many seeds are judged over seeds. */
  static boolean overSeeds(int seeds) {
    return seeds >= SEEDS_TO_TEST;
  }

  /** True if enough is known to compare them: all images' classes, or as many seeds as it takes. */
  static boolean isPossible(Outcome one, Outcome other) {
    return overSeeds(one.runs().size()) || (one.isKnown() && other.isKnown());
  }

  /** The others against the baseline, in their order, as far as they can be compared. */
  static List<Comparison> with(Outcome baseline, List<Outcome> others, LabeledImages test) {
    List<Comparison> raw =
        others.stream()
            .filter(each -> isPossible(baseline, each))
            .map(each -> compare(baseline, each, test))
            .toList();
    // Experiments that ended with the same weights are one comparison, however many names they
    // have.
    List<Comparison> judged = new ArrayList<>();
    for (Comparison c : raw) {
      if (c.isTested() && judged.stream().noneMatch(a -> a.outcome.sameAs(c.outcome))) {
        judged.add(c);
      }
    }
    double[] adjusted = Statistics.holm(judged.stream().mapToDouble(Comparison::p).toArray());
    OptionalDouble noise = noise(raw);
    List<Comparison> all = new ArrayList<>();
    for (Comparison c : raw) {
      double p = 1;
      for (int i = 0; i < adjusted.length; i++) {
        p = judged.get(i).outcome.sameAs(c.outcome) ? adjusted[i] : p;
      }
      all.add(new Comparison(c.outcome, baseline, c.difference, c.interval, c.p, p, noise));
    }
    return all;
  }

  /** How many different comparisons the correction is for. */
  static long judged(List<Comparison> all) {
    return all.stream()
        .filter(Comparison::isTested)
        .map(c -> c.outcome.fingerprint())
        .distinct()
        .count();
  }

  /** The comparison of the baseline with itself on the other half of the images. */
  static Optional<Comparison> otherHalf(List<Comparison> all) {
    return all.stream().filter(Comparison::isOtherHalf).findFirst();
  }

  // Over seeds their spread shows the noise.
  private static OptionalDouble noise(List<Comparison> all) {
    return all.stream()
        .filter(c -> c.isOtherHalf() && !c.isOverSeeds())
        .mapToDouble(c -> Math.abs(c.difference))
        .findFirst();
  }

  private static Comparison compare(Outcome baseline, Outcome outcome, LabeledImages test) {
    if (overSeeds(baseline.runs().size())) {
      double p = Statistics.welch(baseline.accuracies(), outcome.accuracies());
      return new Comparison(
          outcome,
          baseline,
          outcome.accuracy() - baseline.accuracy(),
          outcome.sameAs(baseline)
              ? new Statistics.Interval(0, 0)
              : Statistics.welchInterval(baseline.accuracies(), outcome.accuracies()),
          p,
          p,
          OptionalDouble.empty());
    }
    List<boolean[]> before = baseline.right(test);
    List<boolean[]> after = outcome.right(test);
    boolean[] first = before.get(before.size() - 1);
    boolean[] second = after.get(after.size() - 1);
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < first.length; i++) {
      onlyFirst += first[i] && !second[i] ? 1 : 0;
      onlySecond += second[i] && !first[i] ? 1 : 0;
    }
    double p = Statistics.mcnemar(onlyFirst, onlySecond);
    return new Comparison(
        outcome,
        baseline,
        (double) (onlySecond - onlyFirst) / first.length,
        Statistics.bootstrap(first, second),
        p,
        p,
        OptionalDouble.empty());
  }

  /** What it comes to. */
  Verdict verdict() {
    return Verdict.of(this);
  }

  /** True if both ended with the same weights. */
  boolean isSame() {
    return outcome.sameAs(baseline);
  }

  /** True if seeds are compared, not images. */
  boolean isOverSeeds() {
    return overSeeds(baseline.runs().size());
  }

  /** True if the verdict rests on its probability. */
  boolean isTested() {
    return !isSame() && (isOverSeeds() || !isOtherHalf());
  }

  /** True if the two differ only in which half of the images they were trained on. */
  boolean isOtherHalf() {
    return outcome.experiment().differences().keySet().equals(Set.of("subset"))
        && baseline.experiment().differences().isEmpty()
        && outcome.runs().get(0).data().training() <= baseline.runs().get(0).data().training();
  }
}
