package org.lenet5.training;

/**
 * How many steps fit into the time that is left. An epoch costs its steps and, at its end, what is
 * measured and written; the last epoch may have fewer steps, and its end costs as much.
 *
 * @param secondsStep of a step
 * @param secondsEnd of the end of an epoch
 * @param anEpoch steps of a whole epoch
 */
public record TimeFit(double secondsStep, double secondsEnd, int anEpoch) {
  /** Steps from the end of an epoch on, at least 1, that take no longer than {@code seconds}. */
  public long steps(double seconds) {
    double epoch = anEpoch * secondsStep + secondsEnd;
    long whole = (long) Math.max(0, Math.floor(seconds / epoch));
    double rest = seconds - whole * epoch - secondsEnd;
    return Math.max(1, whole * anEpoch + Math.max(0, (long) (rest / secondsStep)));
  }

  /** Seconds that so many steps take from the end of an epoch on. */
  public double seconds(long steps) {
    return steps * secondsStep + ((steps + anEpoch - 1) / anEpoch) * secondsEnd;
  }
}
