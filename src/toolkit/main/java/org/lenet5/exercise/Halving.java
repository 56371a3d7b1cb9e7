package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Successive halving (Jamieson and Talwalkar 2016) with the rungs of ASHA (Li et al. 2018): all
 * trials train for a few epochs, the best part of them goes on for several times as many, and so
 * on. Who goes on is what the figures of a whole rung say, so neither the number of jobs nor the
 * order in which they end decides anything; but nobody waits who is among the best whatever the
 * others reach. Immutable.
 *
 * @param rungs from the shortest to the whole training
 * @param finalists trials that are repeated with other seeds
 */
public record Halving(List<Rung> rungs, int finalists) {
  /**
   * A rung.
   *
   * @param epochs that a trial has trained for at its end, counted from its beginning
   * @param trials that train for so long
   */
  public record Rung(int epochs, int trials) {}

  public Halving {
    rungs = List.copyOf(rungs);
  }

  /**
   * The rungs of a search: as many as it takes to come from all trials to the finalists, but none
   * below an epoch.
   *
   * @param trials at least 1
   * @param epochs of a whole training, at least 1
   * @param reduction of {@code reduction} trials one goes on, at least 2
   * @param best trials that are repeated with other seeds, if there are so many; at least 1
   */
  public static Halving of(int trials, int epochs, int reduction, int best) {
    int finalists = Math.min(best, trials);
    int steps = 0;
    long share = 1;
    while (trials > finalists * share && epochs >= share * reduction) {
      steps++;
      share *= reduction;
    }
    List<Rung> rungs = new ArrayList<>();
    long kept = 1;
    for (int i = 0; i <= steps; i++) {
      rungs.add(new Rung((int) (epochs / share), (int) Math.max(finalists, trials / kept)));
      share /= reduction;
      kept *= reduction;
    }
    return new Halving(rungs, finalists);
  }

  /** Epochs that it all takes. */
  public long epochs(int seeds) {
    long sum = 0;
    int before = 0;
    for (Rung each : rungs) {
      sum += (long) each.trials * (each.epochs - before);
      before = each.epochs;
    }
    return sum + (long) finalists * (seeds - 1) * before;
  }

  /** Times that a training is begun or gone on with. */
  public long starts(int seeds) {
    return rungs.stream().mapToLong(Rung::trials).sum() + (long) finalists * (seeds - 1);
  }

  /** The place of the rung at which a training is whole. */
  public int last() {
    return rungs.size() - 1;
  }

  /**
   * Who has reached which rung for certain; last the finalists. Each list is in the order of the
   * rung before, the best first.
   *
   * @param score what a trial reached by the end of a rung, both from 0, if that is known
   */
  public List<List<Integer>> members(BiFunction<Integer, Integer, Optional<Score>> score) {
    List<List<Integer>> members = new ArrayList<>();
    members.add(IntStream.range(0, rungs.get(0).trials).boxed().toList());
    for (int rung = 0; rung < rungs.size(); rung++) {
      List<Integer> ranked = ranked(members.get(rung), rung, score);
      int unknown = rungs.get(rung).trials - ranked.size();
      int next = rung == last() ? finalists : rungs.get(rung + 1).trials;
      // Each unknown one may turn out to be better.
      members.add(List.copyOf(ranked.subList(0, Math.max(0, next - unknown))));
    }
    return members;
  }

  /** Those of the trials whose score at a rung is known, the best first, of equals the earlier. */
  static List<Integer> ranked(
      List<Integer> trials, int rung, BiFunction<Integer, Integer, Optional<Score>> score) {
    return trials.stream()
        .filter(trial -> score.apply(trial, rung).isPresent())
        .sorted(
            Comparator.<Integer, Score>comparing(trial -> score.apply(trial, rung).orElseThrow())
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }
}
