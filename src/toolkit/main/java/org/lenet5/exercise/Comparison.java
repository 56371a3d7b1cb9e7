package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.List;
import org.lenet5.data.LabeledImages;

/**
 * An experiment against the baseline, by the test accuracy after the last epoch.
 *
 * @param outcome of the experiment
 * @param baseline what it is compared with
 * @param difference in accuracy, experiment minus baseline; of the means where there are seeds
 * @param interval 95 % bootstrap interval of the difference over test images; null over seeds
 * @param p the test's probability: McNemar's over images, Welch's over seeds
 * @param adjusted the same after Holm's correction for all comparisons of the suite
 */
record Comparison(
    Outcome outcome,
    Outcome baseline,
    double difference,
    Statistics.Interval interval,
    double p,
    double adjusted) {
  /** Below this a difference counts as shown. */
  static final double LEVEL = 0.05;

  // Fewer seeds say nothing about their spread.
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
    // What came out the same to the last bit is one question, however many names it has; the
    // baseline under another name is none.
    List<Comparison> asked = new ArrayList<>();
    for (Comparison c : raw) {
      if (!c.outcome.sameAs(baseline)
          && asked.stream().noneMatch(a -> a.outcome.sameAs(c.outcome))) {
        asked.add(c);
      }
    }
    double[] adjusted = Statistics.holm(asked.stream().mapToDouble(Comparison::p).toArray());
    List<Comparison> all = new ArrayList<>();
    for (Comparison c : raw) {
      double p = 1;
      for (int i = 0; i < adjusted.length; i++) {
        p = asked.get(i).outcome.sameAs(c.outcome) ? adjusted[i] : p;
      }
      all.add(new Comparison(c.outcome, baseline, c.difference, c.interval, c.p, p));
    }
    return all;
  }

  /** How many different questions the correction is for. */
  static long asked(List<Comparison> all) {
    return all.stream()
        .filter(c -> !c.outcome.sameAs(c.baseline))
        .map(c -> c.outcome.fingerprint())
        .distinct()
        .count();
  }

  private static Comparison compare(Outcome baseline, Outcome outcome, LabeledImages test) {
    if (overSeeds(baseline.runs().size())) {
      double p = Statistics.welch(baseline.accuracies(), outcome.accuracies());
      double difference = outcome.accuracy() - baseline.accuracy();
      return new Comparison(outcome, baseline, difference, null, p, p);
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
        p);
  }

  /** True if there is a difference. */
  boolean isShown() {
    return adjusted < LEVEL;
  }

  /** "better", "worse" or "no difference shown". */
  String word() {
    if (!isShown()) {
      return "no difference shown";
    }
    return difference > 0 ? "better" : "worse";
  }
}
