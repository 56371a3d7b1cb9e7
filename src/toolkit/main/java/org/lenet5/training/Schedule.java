package org.lenet5.training;

import java.util.Locale;

/**
 * How the learning rate changes during a training: for each step a factor of {@code
 * --learning-rate}. A function of the step alone, so a run that goes on has the rates that it would
 * have had without the stop. Immutable.
 *
 * @param shape of the curve
 * @param every epochs between two steps, of the shape STEP; else 0
 * @param factor of each of them, of the shape STEP; else 1
 */
public record Schedule(Shape shape, int every, double factor) {
  /** The curves. */
  public enum Shape {
    /** The same rate throughout. */
    CONSTANT,
    /** Straight down, to 0 after the last step. */
    LINEAR,
    /** Half a cosine down, to 0 after the last step (Loshchilov and Hutter, "SGDR", 2017). */
    COSINE,
    /** Times a factor every few epochs. */
    STEP,
    /**
     * Up from a twenty-fifth along half a cosine and down along another to a 250,000th: PyTorch's
     * form of Smith and Topin, "Super-convergence" (2018). It rises for three tenths of the
     * training unless {@code --warmup} says how long.
     */
    ONE_CYCLE
  }

  private static final double RISING = 0.3;
  private static final double FIRST = 1 / 25.0;
  private static final double LAST = FIRST / 10_000;

  /** The same rate throughout. */
  public static final Schedule CONSTANT = new Schedule(Shape.CONSTANT, 0, 1);

  /**
   * That of the flag.
   *
   * @throws IllegalArgumentException if the text is any other
   */
  static Schedule parse(String text) {
    String[] parts = text.split(":", -1);
    switch (text) {
      case "constant":
        return CONSTANT;
      case "linear":
        return new Schedule(Shape.LINEAR, 0, 1);
      case "cosine":
        return new Schedule(Shape.COSINE, 0, 1);
      case "one-cycle":
        return new Schedule(Shape.ONE_CYCLE, 0, 1);
      default:
        if (parts.length != 3 || !parts[0].equals("step")) {
          throw new IllegalArgumentException(
              "must be constant, linear, cosine, one-cycle or step:EPOCHS:FACTOR");
        }
        return step(parts[1], parts[2]);
    }
  }

  private static Schedule step(String epochs, String factor) {
    try {
      Schedule schedule =
          new Schedule(Shape.STEP, Integer.parseInt(epochs), Double.parseDouble(factor));
      if (schedule.every >= 1 && schedule.factor > 0 && schedule.factor <= 1) {
        return schedule;
      }
    } catch (NumberFormatException e) {
      throw wrongStep(e);
    }
    throw wrongStep(null);
  }

  private static IllegalArgumentException wrongStep(Exception cause) {
    return new IllegalArgumentException(
        "must be step:EPOCHS:FACTOR, a whole number of at least 1 and a factor above 0 up to 1",
        cause);
  }

  /** True if later rates depend on how many epochs there are, so that their number is fixed. */
  public boolean dependsOnEpochs() {
    return shape != Shape.CONSTANT && shape != Shape.STEP;
  }

  /**
   * The factor of a step's rate.
   *
   * @param step of the training, from 0; between two where it was planned again
   * @param anEpoch steps of an epoch
   * @param epochs of the training; the last one may be a part
   * @param warmup epochs in which the rate rises; with one-cycle 0 means three tenths of all
   */
  public double factor(double step, int anEpoch, double epochs, double warmup) {
    double all = Math.rint(anEpoch * epochs);
    double rising = Math.min(all, warmup * anEpoch);
    if (shape == Shape.ONE_CYCLE) {
      return oneCycle(step, warmup == 0 ? RISING * all : rising, all);
    }
    if (step < rising) {
      return (step + 1) / (Math.floor(rising) + 1);
    }
    double done = (step - Math.ceil(rising)) / Math.max(1, all - Math.ceil(rising));
    return switch (shape) {
      case LINEAR -> 1 - done;
      case COSINE -> (1 + Math.cos(Math.PI * done)) / 2;
      case STEP -> Math.pow(factor, Math.floor(step / ((double) every * anEpoch)));
      default -> 1;
    };
  }

  private static double oneCycle(double step, double rising, double all) {
    double top = Math.max(1, rising) - 1;
    if (step <= top) {
      return between(FIRST, 1, top == 0 ? 1 : step / top);
    }
    return between(1, LAST, (step - top) / Math.max(1, all - 1 - top));
  }

  private static double between(double from, double to, double done) {
    return to + (from - to) * (1 + Math.cos(Math.PI * done)) / 2;
  }

  /** As the flag has it. */
  @Override
  public String toString() {
    String word = shape.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return shape == Shape.STEP ? word + ":" + every + ":" + number(factor) : word;
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
