package org.lenet5.model;

/** How checkpoints call the moving averages of weights: "C1/kernel-ema". */
public final class AveragedWeights {
  private static final String ENDING = "-ema";

  private AveragedWeights() {}

  /** The name of the average of a variable. */
  public static String name(String variable) {
    return variable + ENDING;
  }
}
