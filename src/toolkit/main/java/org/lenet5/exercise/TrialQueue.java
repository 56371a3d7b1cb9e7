package org.lenet5.exercise;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a search has to train next. A run that fails is not tried again by this queue. Thread-safe.
 */
public final class TrialQueue implements Jobs.Work {
  private final TuneResults results;
  private final Map<String, Integer> targets = new HashMap<>();
  private final Set<String> running = new HashSet<>();
  private final Set<String> tried = new HashSet<>();

  /** A queue of what is left of a search. */
  public TrialQueue(TuneResults results) {
    this.results = results;
  }

  /**
   * A run and how far it is to be trained now.
   *
   * @param epochs counted from the run's beginning
   */
  record Task(Suite.Run run, int epochs) {}

  /**
   * What could be trained now: what the lowest rung waits for first, so that where time is short
   * all have been tried before few are trained for long; repeats with other seeds last.
   */
  static List<Task> ready(TuneResults results) {
    Tuning tuning = results.tuning();
    List<Halving.Rung> rungs = results.halving().rungs();
    List<List<Integer>> members = results.members();
    List<Task> ready = new ArrayList<>();
    for (int rung = 0; rung < rungs.size(); rung++) {
      for (int trial : members.get(rung)) {
        if (results.atRung(trial, rung).isEmpty()) {
          ready.add(new Task(results.run(trial, 0), rungs.get(rung).epochs()));
        }
      }
    }
    for (int seed = 1; seed < tuning.seeds(); seed++) {
      for (int trial : members.get(rungs.size())) {
        if (!results.isFailed(trial) && results.score(trial, seed).isEmpty()) {
          ready.add(new Task(results.run(trial, seed), tuning.epochs()));
        }
      }
    }
    return ready;
  }

  @Override
  public synchronized Optional<Suite.Run> next() {
    try {
      while (true) {
        for (Task each : ready(results)) {
          String name = each.run().name();
          // A run may be ready for its next rung after it was tried for an earlier one.
          if (!running.contains(name) && tried.add(name + " to " + each.epochs())) {
            running.add(name);
            targets.put(name, each.epochs());
            return Optional.of(each.run());
          }
        }
        if (running.isEmpty()) {
          return Optional.empty();
        }
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public synchronized void ended(Suite.Run run) {
    results.look(run.name());
    running.remove(run.name());
    notifyAll();
  }

  /** How far a run that {@link #next} gave is to be trained. */
  public synchronized int epochs(Suite.Run run) {
    return targets.get(run.name());
  }
}
