package org.lenet5.exercise;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;

/** How far the runs of a search have come, from their files. Thread-safe. */
public final class TrialStates {
  private final Path home;
  private final int epochs;
  private final Map<String, State> known = new HashMap<>();

  /**
   * What a run's files say.
   *
   * @param epochs what each measured
   * @param whole true if it has its model, which is a run's last act
   */
  private record State(List<Manifest.Epoch> epochs, boolean whole) {
    static final State NONE = new State(List.of(), false);
  }

  /**
   * The runs of a search.
   *
   * @param home the search's folder below checkpoints
   * @param epochs of a whole training
   */
  public TrialStates(Path home, int epochs) {
    this.home = home;
    this.epochs = epochs;
  }

  private synchronized State of(String run) {
    return known.computeIfAbsent(run, this::read);
  }

  private State read(String run) {
    Path folder = home.resolve(run);
    try {
      return Manifest.isIn(folder)
          ? new State(
              Manifest.read(folder).epochs(),
              Files.isDirectory(folder.resolve("saved_model").resolve("1")))
          : State.NONE;
    } catch (RunException e) {
      return State.NONE; // Damaged: to go on with the run mends it, or says what is wrong.
    }
  }

  /** Looks at a run's files anew. */
  public synchronized void look(String run) {
    known.put(run, read(run));
  }

  /** What each of a run's epochs measured so far. */
  public List<Manifest.Epoch> epochs(String run) {
    return of(run).epochs();
  }

  /** True if a run has trained all its epochs and has its model. */
  public boolean isWhole(String run) {
    return of(run).whole();
  }

  /**
   * What a run reached by the end of an epoch, or of its training where that ended earlier: its
   * figures on the images held out after that epoch. Empty if it has not come so far.
   *
   * @param epoch from 1
   */
  public Optional<Score> score(String run, int epoch) {
    State state = of(run);
    boolean there = epoch >= epochs ? state.whole() : state.epochs().size() >= epoch;
    if (!there && !state.whole() || state.epochs().isEmpty()) {
      return Optional.empty();
    }
    Manifest.Epoch last = state.epochs().get(Math.min(epoch, state.epochs().size()) - 1);
    return Optional.of(new Score(last.validationAccuracy(), last.validationLoss()));
  }
}
