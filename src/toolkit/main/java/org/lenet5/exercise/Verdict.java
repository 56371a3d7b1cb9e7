package org.lenet5.exercise;

/**
 * What a comparison comes to. It is decided here and nowhere else, so that the table, the
 * sentences, {@code results.csv} and the terminal say the same.
 *
 * @param word one of the constants
 * @param reason a clause that says why, without a full stop
 */
record Verdict(String word, String reason) {
  static final String BETTER = "better";
  static final String WORSE = "worse";
  static final String NOT_SHOWN = "no difference shown";
  static final String SAME = "the same weights to the last bit";
  static final String YARDSTICK = "not judged";

  /** Judges a comparison. */
  static Verdict of(Comparison c) {
    if (c.isSame()) {
      return new Verdict(SAME, whySame(c.outcome(), c.baseline()));
    }
    if (!c.isTested()) {
      return new Verdict(
          YARDSTICK,
          "only the images differ, so its "
              + Numbers.size(c.difference())
              + " points are the yardstick for noise");
    }
    String p =
        "corrected p "
            + Numbers.p(c.adjusted())
            + (c.isOverSeeds() ? " over " + c.baseline().runs().size() + " seeds" : "");
    if (c.adjusted() >= Comparison.LEVEL) {
      return new Verdict(NOT_SHOWN, p + ", which is not below " + Comparison.LEVEL);
    }
    if (c.noise().isPresent() && Math.abs(c.difference()) <= c.noise().getAsDouble()) {
      return new Verdict(
          NOT_SHOWN,
          Numbers.size(c.difference())
              + " points are no more than the "
              + Numbers.size(c.noise().getAsDouble())
              + " between the two halves, which only noise sets apart ("
              + p
              + ")");
    }
    return new Verdict(
        c.difference() > 0 ? BETTER : WORSE,
        p
            + (c.noise().isPresent()
                ? ", and more than the "
                    + Numbers.size(c.noise().getAsDouble())
                    + " points between the two halves"
                : ""));
  }

  /** Why two experiments ended with the same weights. */
  static String whySame(Outcome one, Outcome other) {
    return one.runs().get(0).settings().equals(other.runs().get(0).settings())
        ? "the settings are the same, and the training repeats exactly"
        : "what it changes has no effect on the computation";
  }

  /** True if there is a difference. */
  boolean isShown() {
    return word.equals(BETTER) || word.equals(WORSE);
  }
}
