package org.lenet5.exercise;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A search and what its runs have reached so far: who goes on, who is best. All of it follows from
 * the search and the runs' files. Thread-safe.
 */
public final class TuneResults {
  private final Tuning tuning;
  private final Halving halving;
  private final List<Experiment> trials;
  private final TrialStates states;
  private volatile Map<String, Tuning.Failure> failures;

  /**
   * A search.
   *
   * @param home its folder below checkpoints
   */
  public TuneResults(Tuning tuning, Path home) {
    this.trials = tuning.draw();
    this.tuning = tuning.with(trials.size()); // a small space has fewer
    this.halving = this.tuning.halving();
    this.states = new TrialStates(home, tuning.epochs());
    this.failures = tuning.failures();
  }

  public Tuning tuning() {
    return tuning;
  }

  /** The rungs. */
  public Halving halving() {
    return halving;
  }

  /** The trials, by their number from 0. */
  public List<Experiment> trials() {
    return trials;
  }

  /** A trial's run with the seed that is so many after the first. */
  public Suite.Run run(int trial, int seed) {
    return tuning.run(trials.get(trial), seed);
  }

  /** Its name. */
  public String runName(int trial, int seed) {
    return tuning.runName(trials.get(trial), seed);
  }

  /** The runs' files. */
  public TrialStates states() {
    return states;
  }

  /** Looks at a run's files anew. */
  public void look(String run) {
    states.look(run);
  }

  /** From now on these runs count as failed, by their names. */
  public void failures(Map<String, Tuning.Failure> now) {
    failures = Map.copyOf(now);
  }

  /** How runs ended before their time. */
  public Map<String, Tuning.Failure> failures() {
    return failures;
  }

  /** True if a trial's first run cannot be trained to its end. */
  public boolean isFailed(int trial) {
    return isFailed(runName(trial, 0));
  }

  private boolean isFailed(String run) {
    return Optional.ofNullable(failures.get(run)).filter(Tuning.Failure::endsEachTime).isPresent();
  }

  /** What a trial reached by the end of a rung, counted from 0. */
  public Optional<Score> atRung(int trial, int rung) {
    return score(runName(trial, 0), halving.rungs().get(rung).epochs());
  }

  /** What a trial's whole training with a seed reached. */
  public Optional<Score> score(int trial, int seed) {
    return score(runName(trial, seed), tuning.epochs());
  }

  private Optional<Score> score(String run, int epochs) {
    Optional<Score> reached = states.score(run, epochs);
    return reached.isEmpty() && isFailed(run) ? Optional.of(Score.FAILED) : reached;
  }

  /** Who has reached which rung, as {@link Halving#members}. */
  public List<List<Integer>> members() {
    return halving.members(this::atRung);
  }

  /**
   * The highest rung whose end a trial has reached well, from 0; −1 if it has not reached the
   * first.
   */
  public int rung(int trial) {
    return IntStream.rangeClosed(0, halving.last())
        .filter(rung -> atRung(trial, rung).filter(score -> !score.isFailed()).isPresent())
        .max()
        .orElse(-1);
  }

  /** Who has reached the end of a rung, those of the highest first, the best of each first. */
  public List<Integer> ranked() {
    return IntStream.range(0, trials.size())
        .boxed()
        .filter(trial -> rung(trial) >= 0)
        .sorted(
            Comparator.<Integer>comparingInt(trial -> -rung(trial))
                .thenComparing(trial -> atRung(trial, rung(trial)).orElseThrow())
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /**
   * A trial that trained to the end.
   *
   * @param trial its number, from 0
   * @param scores of its whole trainings, by seed; those that are not finished are missing
   */
  public record Finalist(int trial, List<Score> scores) {
    public Finalist {
      scores = List.copyOf(scores);
    }

    /** Accuracies on the images held out, of the trainings that did not diverge. */
    public double[] accuracies() {
      return scores.stream()
          .filter(each -> !each.isFailed())
          .mapToDouble(Score::accuracy)
          .toArray();
    }

    /** True if one of its trainings diverged. */
    public boolean isUnstable() {
      return scores.stream().anyMatch(Score::isFailed);
    }

    private double mean() {
      return Statistics.mean(accuracies());
    }
  }

  /**
   * The finalists, the best first: by the mean accuracy on the images held out over the seeds that
   * are finished, those with a failed training last. Empty before the last rung has members that
   * reached its end.
   */
  public List<Finalist> finalists() {
    List<Finalist> all = new ArrayList<>();
    List<Integer> last = members().get(halving.last());
    for (int trial : Halving.ranked(last, halving.last(), this::atRung)) {
      if (!isFailed(trial) && all.size() < halving.finalists()) {
        all.add(
            new Finalist(
                trial,
                IntStream.range(0, tuning.seeds())
                    .mapToObj(seed -> score(trial, seed))
                    .flatMap(Optional::stream)
                    .toList()));
      }
    }
    return ranked(all);
  }

  static List<Finalist> ranked(List<Finalist> finalists) {
    return finalists.stream()
        .sorted(Comparator.comparing(Finalist::isUnstable).thenComparing(each -> -each.mean()))
        .toList();
  }

  /** The trial to choose, if any was trained to its end. */
  public Optional<Finalist> winner() {
    return finalists().stream().findFirst();
  }

  /** True if nothing is left to train. */
  public boolean isFinished() {
    return TrialQueue.ready(this).isEmpty();
  }
}
