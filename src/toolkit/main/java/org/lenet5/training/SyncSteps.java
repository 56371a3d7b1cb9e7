package org.lenet5.training;

/**
 * How many steps each replica trains before all are averaged. Immutable.
 *
 * @param steps at least 1; 0 for all that an epoch has
 */
public record SyncSteps(int steps) {
  /** Averaged at the end of each epoch alone. */
  public static final SyncSteps EPOCH = new SyncSteps(0);

  private static final String WORD = "epoch";

  /** Checks the number. */
  public SyncSteps {
    if (steps < 0) {
      throw new IllegalArgumentException(
          "steps (%d) must be at least 1, or 0 for an epoch".formatted(steps));
    }
  }

  /**
   * That of the flag: a number, or {@code epoch}.
   *
   * @throws IllegalArgumentException "must be …"
   */
  static SyncSteps parse(String text) {
    if (text.equals(WORD)) {
      return EPOCH;
    }
    if (!text.matches("0*[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException("must be epoch or a number of at least 1");
    }
    return new SyncSteps(Integer.parseInt(text));
  }

  /** The batches of a round that begins where {@code left} of an epoch are left. */
  int batches(int replicas, int left) {
    return steps == 0 ? left : (int) Math.min(left, (long) steps * replicas);
  }

  /** As the flag has it. */
  @Override
  public String toString() {
    return steps == 0 ? WORD : Integer.toString(steps);
  }
}
