package org.lenet5.training;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How many steps a training has. Where that is fitted to a time it is planned again as the time
 * goes by: each plan says from which step on it holds. Rates follow from the plans and the step
 * alone, so whoever has the plans computes the same again. Immutable.
 *
 * @param plans in the order of their steps, the first from step 0; empty for all steps of the
 *     epochs
 */
public record Pace(List<Plan> plans) {
  /**
   * A number of steps.
   *
   * @param from step, from 0, on which it holds
   * @param steps of the whole training, more than {@code from}
   */
  public record Plan(long from, long steps) {}

  /** All steps of the epochs. */
  public static final Pace WHOLE = new Pace(List.of());

  private static final String ALL = "all";
  private static final String RIGHT =
      "must be all or a number of at least 1, perhaps with later plans such as 900,880@300";

  /** Checks the plans. */
  public Pace {
    plans = List.copyOf(plans);
    long from = -1;
    for (Plan each : plans) {
      boolean follows = from < 0 ? each.from == 0 : each.from > from;
      if (!follows || each.steps <= each.from) {
        throw new IllegalArgumentException(RIGHT);
      }
      from = each.from;
    }
  }

  /**
   * That of the flag: {@code 900} steps, or {@code 900,880@300} if from step 300 on there were to
   * be 880.
   *
   * @throws IllegalArgumentException "must be …"
   */
  static Pace parse(String text) {
    if (text.equals(ALL)) {
      return WHOLE;
    }
    List<Plan> plans = new ArrayList<>();
    for (String each : text.split(",", -1)) {
      if (!each.matches(plans.isEmpty() ? "[0-9]{1,15}" : "[0-9]{1,15}@[0-9]{1,15}")) {
        throw new IllegalArgumentException(RIGHT);
      }
      String[] parts = each.split("@");
      plans.add(
          new Plan(parts.length == 1 ? 0 : Long.parseLong(parts[1]), Long.parseLong(parts[0])));
    }
    return new Pace(plans);
  }

  /** True if it says how many steps there are. */
  public boolean isSaid() {
    return !plans.isEmpty();
  }

  /** This with another number of steps from a step on. */
  public Pace from(long step, long steps) {
    List<Plan> all = new ArrayList<>(plans);
    all.removeIf(each -> each.from >= step);
    all.add(new Plan(step, steps));
    return new Pace(all);
  }

  /**
   * The steps of the training as now planned.
   *
   * @param whole those of its epochs
   */
  public long steps(long whole) {
    return plans.isEmpty() ? whole : plans.get(plans.size() - 1).steps;
  }

  /** The plans that were known when a step was done. */
  Pace until(long step) {
    return new Pace(plans.stream().filter(each -> each.from <= step).toList());
  }

  /**
   * The share of the training that is through before a step. What is left of it goes straight down
   * to 0 at the end of the plan that holds; a new plan begins with what is left then.
   *
   * @param whole as for {@link #steps}
   */
  double done(long step, long whole) {
    if (plans.size() < 2) {
      return (double) step / steps(whole);
    }
    double left = 1;
    for (int i = 0; i < plans.size() && plans.get(i).from < step; i++) {
      Plan plan = plans.get(i);
      long until = i + 1 < plans.size() ? Math.min(step, plans.get(i + 1).from) : step;
      left *= (double) (plan.steps - until) / (plan.steps - plan.from);
    }
    return 1 - left;
  }

  /** As the flag has it. */
  @Override
  public String toString() {
    return plans.isEmpty()
        ? ALL
        : plans.stream()
            .map(each -> each.steps + (each.from == 0 ? "" : "@" + each.from))
            .collect(Collectors.joining(","));
  }
}
