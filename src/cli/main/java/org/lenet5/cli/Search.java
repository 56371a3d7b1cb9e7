package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.exercise.Jobs;
import org.lenet5.exercise.Suite;
import org.lenet5.exercise.TimePlan;
import org.lenet5.exercise.TrialQueue;
import org.lenet5.exercise.TuneResults;
import org.lenet5.exercise.Tuning;
import org.lenet5.summary.HParams;

/**
 * Trains what a search needs until nothing is left or its time is up. Its file is kept up to date
 * meanwhile, so that a kill loses at most an epoch's time of the clock. Not thread-safe.
 */
final class Search {
  // The rest is for the last checkpoints, the test images and the report.
  private static final double TO_TRAIN = 0.96;

  private final Folders folders;
  private final String name;
  private final Path home;
  private final SuiteRunners runners;
  private final int jobs;
  private final PrintWriter err;
  private final long begun = System.nanoTime();
  private final Map<String, Tuning.Failure> failures = new TreeMap<>();
  private double before; // seconds of earlier starts
  private volatile Tuning tuning;

  Search(Folders folders, String name, SuiteRunners runners, PrintWriter err) {
    this.folders = folders;
    this.name = name;
    this.home = folders.checkpoints().resolve(name);
    this.runners = runners;
    this.jobs = runners.jobs();
    this.err = err;
  }

  /**
   * Trains until nothing is left.
   *
   * @return what was reached
   * @throws StopSignal.StoppedException if a signal stopped it
   */
  TuneResults run(Tuning asked) {
    tuning = asked;
    before = asked.seconds();
    failures.putAll(asked.failures());
    write();
    if (!asked.planned() && secondsLeft() > 0) {
      plan();
    }
    TuneResults results = new TuneResults(tuning, home);
    HParams.writeExperiment(
        folders.graphs().resolve(name),
        IntStream.range(0, results.trials().size())
            .mapToObj(trial -> results.run(trial, 0).config().flags())
            .toList(),
        Instant.now());
    if (results.isFinished()) {
      return results;
    }
    if (secondsLeft() <= 0) {
      err.printf("The time of %s is used up; more --minutes go on%n", time());
      return results;
    }
    TrialQueue queue = new TrialQueue(results);
    train(results, queue, queue::epochs);
    return results;
  }

  /** The number of trials that fit into the time, from the first epoch of some of them. */
  private void plan() {
    TuneResults results = new TuneResults(tuning, home);
    int measured = Math.min(Math.max(4, jobs), tuning.trials());
    Seconds seconds = new Seconds();
    List<Suite.Run> first =
        IntStream.range(0, measured)
            .mapToObj(trial -> results.run(trial, 0))
            .filter(run -> results.states().epochs(run.name()).isEmpty())
            .filter(run -> !failures.containsKey(run.name()))
            .toList();
    err.printf("Measuring the first epoch of %s%n", Words.count(measured, "trial"));
    err.flush();
    train(results, new Listed(first, results, seconds), run -> 1);
    List<Manifest.Epoch> epochs =
        IntStream.range(0, measured)
            .mapToObj(trial -> results.states().epochs(results.runName(trial, 0)))
            .flatMap(List::stream)
            .toList();
    if (epochs.isEmpty()) {
      return; // all failed: the search says why
    }
    double epoch =
        epochs.stream()
            .mapToDouble(each -> each.trainSeconds() + each.evaluationSeconds())
            .average()
            .orElseThrow();
    int fit = new TimePlan(epoch, seconds.start(epoch)).trials(tuning, jobs);
    tuning = tuning.planned(fit);
    write();
    err.printf("In %s fit about %s of %d%n", time(), Words.count(fit, "trial"), tuning.asked());
    err.flush();
  }

  /** How long processes took. */
  private static final class Seconds {
    private static final double UNKNOWN = 4;
    private final Map<String, Long> starts = new TreeMap<>();
    private final List<Double> taken = new ArrayList<>();

    synchronized void started(String run) {
      starts.put(run, System.nanoTime());
    }

    synchronized void ended(String run) {
      taken.add((System.nanoTime() - starts.get(run)) / 1e9);
    }

    /** What a process takes besides its one epoch. */
    synchronized double start(double epoch) {
      return Math.max(
          0, taken.stream().mapToDouble(each -> each).average().orElse(UNKNOWN + epoch) - epoch);
    }
  }

  /** Runs in their order. */
  private record Listed(List<Suite.Run> left, TuneResults results, Seconds seconds)
      implements Jobs.Work {
    Listed {
      left = new ArrayList<>(left);
    }

    @Override
    public synchronized Optional<Suite.Run> next() {
      if (left.isEmpty()) {
        return Optional.empty();
      }
      seconds.started(left.get(0).name());
      return Optional.of(left.remove(0));
    }

    @Override
    public synchronized void ended(Suite.Run run) {
      seconds.ended(run.name());
      results.look(run.name());
    }
  }

  private void train(TuneResults results, Jobs.Work work, ToIntFunction<Suite.Run> until) {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    AtomicBoolean late = new AtomicBoolean();
    try (Jobs training = new Jobs(runners.trainUntil(until));
        StopSignal stop = new StopSignal(training::stop)) {
      if (tuning.minutes() > 0) {
        clock.schedule(
            () -> {
              late.set(true);
              training.stop();
            },
            (long) (1000 * secondsLeft()),
            TimeUnit.MILLISECONDS);
      }
      try (TuneScreen screen =
          new TuneScreen(
              results,
              until,
              jobs,
              this::seconds,
              err,
              Terminal.onTerminal() ? Terminal::size : null)) {
        training.train(work, jobs, noting(results, screen));
      }
      if (stop.received()) {
        throw stop.stopped("; the same command goes on with " + name);
      }
      if (late.get()) {
        err.printf("The time of %s is up; more --minutes go on%n", time());
        err.flush();
      }
    } finally {
      clock.shutdownNow();
      write();
    }
  }

  private Jobs.Listener noting(TuneResults results, TuneScreen screen) {
    return new ForwardingListener(screen) {
      @Override
      public void started(Suite.Run run) {
        synchronized (failures) {
          failures.remove(run.name());
          results.failures(failures);
        }
        super.started(run);
      }

      @Override
      public void line(Suite.Run run) {
        write();
        super.line(run);
      }

      @Override
      public void failed(Suite.Run run, int exitCode, String message) {
        synchronized (failures) {
          failures.put(run.name(), new Tuning.Failure(exitCode, message));
          results.failures(failures);
        }
        write();
        super.failed(run, exitCode, message);
      }
    };
  }

  private double seconds() {
    return before + (System.nanoTime() - begun) / 1e9;
  }

  private String time() {
    return Words.duration(60 * tuning.minutes());
  }

  private double secondsLeft() {
    return tuning.minutes() == 0
        ? Double.POSITIVE_INFINITY
        : TO_TRAIN * 60 * tuning.minutes() - seconds();
  }

  private void write() {
    synchronized (failures) {
      tuning.after(seconds(), failures).write(home);
    }
  }
}
