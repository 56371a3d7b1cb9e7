package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An experiment that is one change of another.
 *
 * @param outcome its own
 * @param before that of the other
 */
record Step(Outcome outcome, Outcome before) {

  /**
   * What an outcome is a step from; empty for a variant of the baseline, and if that is not there.
   */
  static Optional<Step> of(Outcome outcome, List<Outcome> all) {
    return all.stream()
        .filter(each -> each.name().equals(outcome.experiment().after()))
        .findFirst()
        .map(before -> new Step(outcome, before));
  }

  /** The outcomes that are steps or that a step begins from, in their order. */
  static List<Outcome> chain(List<Outcome> all) {
    List<Outcome> chain = new ArrayList<>();
    for (Outcome each : all) {
      boolean isBegun =
          all.stream().anyMatch(other -> other.experiment().after().equals(each.name()));
      if (isBegun || of(each, all).isPresent()) {
        chain.add(each);
      }
    }
    return chain;
  }

  /** Gain in test accuracy after the last epoch, of means over seeds, a fraction. */
  double difference() {
    return outcome.accuracy() - before.accuracy();
  }

  /** What was changed, as one would type it. */
  String change() {
    return outcome.experiment().change(before.experiment());
  }
}
