package org.lenet5.run;

import java.util.Optional;
import java.util.OptionalInt;
import org.lenet5.checkpoint.Manifest;

/**
 * A run as a list of runs shows it. Immutable.
 *
 * @param name with the folders that it lies in: {@code exercises/adam}
 * @param state what is left of it
 * @param manifest of a run whose {@code run.json} is sound
 * @param fault what is wrong, in a line; empty if nothing is
 * @param bytes on disk, in both folders
 */
public record RunEntry(
    String name, State state, Optional<Manifest> manifest, String fault, long bytes) {

  /** What is left of a run. */
  public enum State {
    /** It has all the epochs that it was to have. */
    COMPLETE("complete"),
    /** It was stopped, or is being trained. */
    UNFINISHED("unfinished"),
    /** Its {@code run.json} cannot be read. */
    DAMAGED("damaged"),
    /** It has no {@code run.json}, but other files of a run. */
    HALF("half"),
    /** Its deletion was broken off. */
    HALF_DELETED("half-deleted");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** The state in a word. */
    public String word() {
      return word;
    }
  }

  /** The epochs that the run was to have; 0 if nothing says so. */
  public int wantedEpochs() {
    return manifest.map(Manifest::wantedEpochs).orElse(0);
  }

  /**
   * The epoch to judge the run by: the most accurate on the images held out or, where none are, the
   * most accurate on the test images, the earlier of equals. Empty before the first epoch's end.
   */
  public static OptionalInt bestEpoch(Manifest run) {
    if (run.data().validation() > 0 || run.epochs().isEmpty()) {
      return run.bestEpoch();
    }
    int best = 0;
    for (int i = 1; i < run.epochs().size(); i++) {
      if (run.epochs().get(i).testAccuracy() > run.epochs().get(best).testAccuracy()) {
        best = i;
      }
    }
    return OptionalInt.of(best + 1);
  }

  /** Seconds that the run's epochs took, training and measuring. */
  public static double seconds(Manifest run) {
    return run.epochs().stream().mapToDouble(e -> e.trainSeconds() + e.evaluationSeconds()).sum();
  }
}
