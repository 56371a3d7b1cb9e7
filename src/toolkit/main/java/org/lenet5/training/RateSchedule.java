package org.lenet5.training;

import java.util.Locale;

/**
 * How the learning rate goes from step to step. It follows from the step and the number of steps
 * alone, so a run that goes on within an epoch has the rates that it would have had. Immutable.
 *
 * <p>Let {@code t} count the steps from 0, {@code n} be their number, and {@code w} those of the
 * warm-up, in which the rate is {@code (t + 1) / (w + 1)} of what it would be. Then
 *
 * <ul>
 *   <li>{@code constant} has the rate itself in each step,
 *   <li>{@code linear} {@code (n − t) / (n − w)} of it after the warm-up,
 *   <li>{@code cosine} {@code ½ (1 + cos π(t − w) / (n − w))} of it after the warm-up (Loshchilov
 *       and Hutter, "SGDR", 2017, without restarts),
 *   <li>{@code step:EPOCHS:FACTOR} the power of the factor that says how many times so many epochs
 *       are through,
 *   <li>{@code one-cycle} what PyTorch's {@code OneCycleLR} has: from a 25th up to the rate over
 *       the warm-up, or 30 % of the steps if none is set, then down to a 250,000th, each along half
 *       a cosine (Smith and Topin, "Super-convergence", 2019).
 * </ul>
 */
public final class RateSchedule {
  private static final String STEP = "step:";
  // PyTorch's defaults.
  private static final double CYCLE_FIRST = 1.0 / 25;
  private static final double CYCLE_LAST = CYCLE_FIRST / 1e4;
  private static final double CYCLE_RISE = 0.3;

  private enum Shape {
    CONSTANT,
    LINEAR,
    COSINE,
    STEP,
    ONE_CYCLE
  }

  private final Shape shape;
  private final double everyEpochs;
  private final double factor;

  private RateSchedule(Shape shape, double everyEpochs, double factor) {
    this.shape = shape;
    this.everyEpochs = everyEpochs;
    this.factor = factor;
  }

  /**
   * That of the flag.
   *
   * @throws IllegalArgumentException "must be …"
   */
  static RateSchedule parse(String text) {
    if (text.startsWith(STEP)) {
      String[] parts = text.split(":", -1);
      if (parts.length == 3) {
        try {
          double epochs = Double.parseDouble(parts[1]);
          double factor = Double.parseDouble(parts[2]);
          if (epochs > 0 && Double.isFinite(epochs) && factor > 0 && factor < 1) {
            return new RateSchedule(Shape.STEP, epochs, factor);
          }
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException(right(), e);
        }
      }
      throw new IllegalArgumentException(right());
    }
    for (Shape each : Shape.values()) {
      if (each != Shape.STEP && word(each).equals(text)) {
        return new RateSchedule(each, 0, 0);
      }
    }
    throw new IllegalArgumentException(right());
  }

  private static String right() {
    return "must be constant, linear, cosine, one-cycle or step:EPOCHS:FACTOR, the epochs above 0"
        + " and the factor between 0 and 1, such as step:10:0.1";
  }

  private static String word(Shape shape) {
    return shape.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** True if the rates of the first steps depend on how many steps there are in all. */
  public boolean needsEnd() {
    return shape == Shape.LINEAR || shape == Shape.COSINE || shape == Shape.ONE_CYCLE;
  }

  /** True if every step has the same rate, but for a warm-up. */
  boolean isConstant() {
    return shape == Shape.CONSTANT;
  }

  /**
   * The share of the learning rate that a step has.
   *
   * @param step from 0
   * @param steps of the whole training
   * @param warmUp steps of the warm-up, of which there may be a part
   * @param anEpoch steps of an epoch
   */
  double share(double step, double steps, double warmUp, double anEpoch) {
    if (shape == Shape.ONE_CYCLE) {
      return oneCycle(step, steps, warmUp > 0 ? warmUp : CYCLE_RISE * steps);
    }
    double rising = step < warmUp ? (step + 1) / (warmUp + 1) : 1;
    double gone = Math.max(0, step - warmUp) / Math.max(1, steps - warmUp);
    return switch (shape) {
      case LINEAR -> rising * (1 - gone);
      case COSINE -> rising * (1 + Math.cos(Math.PI * gone)) / 2;
      case STEP -> rising * Math.pow(factor, Math.floor(step / (everyEpochs * anEpoch)));
      default -> rising;
    };
  }

  private static double oneCycle(double step, double steps, double rise) {
    double top = rise - 1;
    return step <= top
        ? along(CYCLE_FIRST, 1, top == 0 ? 1 : step / top)
        : along(1, CYCLE_LAST, Math.min(1, (step - top) / Math.max(1, steps - 1 - top)));
  }

  private static double along(double from, double to, double way) {
    return to + (from - to) * (1 + Math.cos(Math.PI * way)) / 2;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RateSchedule schedule && schedule.toString().equals(toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** As the flag has it. */
  @Override
  public String toString() {
    return shape == Shape.STEP ? STEP + number(everyEpochs) + ":" + number(factor) : word(shape);
  }

  private static String number(double value) {
    return value == Math.rint(value) && value < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
