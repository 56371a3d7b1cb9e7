package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.hipparchus.stat.ranking.NaNStrategy;
import org.hipparchus.stat.ranking.NaturalRanking;
import org.hipparchus.stat.ranking.TiesStrategy;

/**
 * How much a setting matters: the share of the variance of the trials' ranks that the groups of its
 * values explain, each group a choice or a quarter of a range (Kruskal and Wallis 1952: H / (n −
 * 1)). Ranks, so that a trial that diverged is the worst but not a hundred times as bad. The
 * probability is that of so large a share where the setting does not matter, by permutation, and is
 * corrected by Holm for all settings.
 *
 * @param dimension the setting
 * @param groups its values
 * @param share explained, 0 to 1
 * @param p probability without the correction
 * @param corrected probability with the correction
 */
record Importance(
    Dimension dimension, List<Group> groups, double share, double p, double corrected) {
  private static final int PERMUTATIONS = 4_999;
  private static final long SEED = 42;
  private static final int PARTS = 4;
  private static final double ROUNDING = 1e-9;

  /**
   * Trials with about the same value.
   *
   * @param label the value, or from the lowest to the highest
   * @param trials how many
   * @param median of what they reached; those that diverged count as 0
   */
  record Group(String label, int trials, double median) {}

  /**
   * All settings, the most important first.
   *
   * @param trials what was tried
   * @param scores what each reached
   */
  static List<Importance> of(List<Dimension> space, List<Experiment> trials, List<Score> scores) {
    double[] ranks = ranks(scores);
    List<Importance> all = new ArrayList<>();
    for (Dimension dimension : space) {
      int[] groups = groups(dimension, trials);
      int count = Arrays.stream(groups).max().orElse(0) + 1;
      double share = share(ranks, groups, count);
      all.add(
          new Importance(
              dimension,
              described(dimension, trials, scores, groups, count),
              share,
              chance(ranks, groups, count, share),
              1));
    }
    double[] corrected = Statistics.holm(all.stream().mapToDouble(Importance::p).toArray());
    return IntStream.range(0, all.size())
        .mapToObj(i -> all.get(i).with(corrected[i]))
        .sorted(Comparator.comparingDouble(Importance::p).thenComparing(each -> -each.share))
        .toList();
  }

  private Importance with(double p) {
    return new Importance(dimension, groups, share, this.p, p);
  }

  /** The best of all has the highest rank; equals share theirs. */
  private static double[] ranks(List<Score> scores) {
    return new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE)
        .rank(scores.stream().mapToDouble(Score::accuracy).toArray());
  }

  /** The number of each trial's group, from 0; equal values are in the same. */
  private static int[] groups(Dimension dimension, List<Experiment> trials) {
    double[] places =
        trials.stream()
            .mapToDouble(each -> dimension.place(each.differences().get(dimension.setting())))
            .toArray();
    double[] sorted = Arrays.stream(places).sorted().toArray();
    double[] distinct = Arrays.stream(sorted).distinct().toArray();
    int[] groups = new int[places.length];
    for (int i = 0; i < groups.length; i++) {
      groups[i] =
          dimension.hasChoices() || distinct.length <= PARTS
              ? Arrays.binarySearch(distinct, places[i])
              : (int) ((long) first(sorted, places[i]) * PARTS / sorted.length);
    }
    int[] used = Arrays.stream(groups).sorted().distinct().toArray();
    return Arrays.stream(groups).map(each -> Arrays.binarySearch(used, each)).toArray();
  }

  private static int first(double[] sorted, double value) {
    int i = Arrays.binarySearch(sorted, value);
    while (i > 0 && sorted[i - 1] == value) {
      i--;
    }
    return i;
  }

  private static double share(double[] ranks, int[] groups, int count) {
    double mean = Statistics.mean(ranks);
    double[] sums = new double[count];
    int[] sizes = new int[count];
    double all = 0;
    for (int i = 0; i < ranks.length; i++) {
      double deviation = ranks[i] - mean;
      sums[groups[i]] += deviation;
      sizes[groups[i]]++;
      all += deviation * deviation;
    }
    double between = 0;
    for (int i = 0; i < count; i++) {
      between += sums[i] * sums[i] / sizes[i];
    }
    return all == 0 ? 0 : between / all;
  }

  private static double chance(double[] ranks, int[] groups, int count, double share) {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(SEED);
    double[] shuffled = ranks.clone();
    int asLarge = 1;
    for (int i = 0; i < PERMUTATIONS; i++) {
      for (int j = shuffled.length - 1; j > 0; j--) {
        int other = random.nextInt(j + 1);
        double held = shuffled[j];
        shuffled[j] = shuffled[other];
        shuffled[other] = held;
      }
      asLarge += share(shuffled, groups, count) >= share - ROUNDING ? 1 : 0;
    }
    return (double) asLarge / (PERMUTATIONS + 1);
  }

  private static List<Group> described(
      Dimension dimension, List<Experiment> trials, List<Score> scores, int[] groups, int count) {
    List<Group> all = new ArrayList<>();
    for (int group = 0; group < count; group++) {
      int number = group;
      int[] members = IntStream.range(0, groups.length).filter(i -> groups[i] == number).toArray();
      List<String> values =
          Arrays.stream(members)
              .mapToObj(i -> trials.get(i).differences().get(dimension.setting()))
              .sorted(Comparator.comparingDouble(dimension::place))
              .map(dimension::label)
              .distinct()
              .toList();
      String last = values.get(values.size() - 1);
      double[] reached =
          Arrays.stream(members)
              .mapToDouble(i -> Math.max(0, scores.get(i).accuracy()))
              .sorted()
              .toArray();
      all.add(
          new Group(
              values.size() == 1 ? last : values.get(0) + " to " + last,
              members.length,
              (reached[reached.length / 2] + reached[(reached.length - 1) / 2]) / 2));
    }
    return all;
  }

  /** The values with the highest median. */
  Group best() {
    return groups.stream().max(Comparator.comparingDouble(Group::median)).orElseThrow();
  }
}
