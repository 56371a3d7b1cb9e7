package org.lenet5.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.exercise.Halving;
import org.lenet5.exercise.Jobs;
import org.lenet5.exercise.Score;
import org.lenet5.exercise.Suite;
import org.lenet5.exercise.TuneResults;
import org.lenet5.exercise.Tuning;

/**
 * Shows how far a search is: on a terminal a line for each rung, each running trial and the best
 * ones, redrawn in place; elsewhere a line for each epoch. Thread-safe.
 */
final class TuneScreen implements Jobs.Listener, AutoCloseable {
  private static final String CSI = "\u001B[";
  private static final int BEST = 5;

  private final TuneResults results;
  private final ToIntFunction<Suite.Run> until;
  private final int jobs;
  private final DoubleSupplier seconds;
  private final PrintWriter err;
  private final boolean terminal;
  private final Supplier<Terminal.Size> size;
  private final Map<String, Suite.Run> running = new TreeMap<>();
  private final Map<String, Manifest.Epoch> told = new TreeMap<>(); // by other machines
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private Terminal.Size before;
  private final RunMessages messages;
  private int drawn;

  /**
   * @param until how far a run is being trained
   * @param seconds that the search has taken so far
   * @param size the terminal's, asked before each drawing; null where there is no terminal
   */
  TuneScreen(
      TuneResults results,
      ToIntFunction<Suite.Run> until,
      int jobs,
      DoubleSupplier seconds,
      PrintWriter err,
      Supplier<Terminal.Size> size) {
    this.results = results;
    this.until = until;
    this.jobs = jobs;
    this.seconds = seconds;
    this.err = err;
    this.terminal = size != null;
    messages = new RunMessages(err, terminal);
    this.size = size;
    if (terminal) {
      clock.scheduleAtFixedRate(this::draw, 0, 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public synchronized void started(Suite.Run run) {
    running.put(run.name(), run);
  }

  @Override
  public synchronized void line(Suite.Run run) {
    int earlier = epochs(run);
    results.look(run.name());
    if (epochs(run) > earlier) {
      print(run);
    }
  }

  @Override
  public synchronized void epoch(Suite.Run run, Manifest.Epoch epoch) {
    // A run whose machine was lost begins again.
    if (epoch.epoch() > epochs(run)) {
      told.put(run.name(), epoch);
      print(run);
    }
  }

  // From its files, or what was told before they are here.
  private Optional<Manifest.Epoch> last(Suite.Run run) {
    List<Manifest.Epoch> epochs = results.states().epochs(run.name());
    return Stream.concat(epochs.stream(), Stream.ofNullable(told.get(run.name())))
        .max(Comparator.comparingInt(Manifest.Epoch::epoch));
  }

  private int epochs(Suite.Run run) {
    return last(run).map(Manifest.Epoch::epoch).orElse(0);
  }

  private void print(Suite.Run run) {
    if (!terminal) {
      Manifest.Epoch last = last(run).orElseThrow();
      err.printf(
          Locale.ROOT,
          "%s: epoch %d of %d, loss %.4f training %.4f held out, accuracy %.2f held out%n",
          run.name(),
          last.epoch(),
          until.applyAsInt(run),
          last.trainLoss(),
          last.validationLoss(),
          100 * last.validationAccuracy());
      err.flush();
    }
  }

  @Override
  public synchronized void message(Suite.Run run, String line) {
    messages.add(run, line);
  }

  @Override
  public synchronized void done(Suite.Run run) {
    line(run);
    running.remove(run.name());
  }

  @Override
  public synchronized void failed(Suite.Run run, int exitCode, String message) {
    running.remove(run.name());
    if (!terminal) {
      err.println(
          run.name()
              + ": "
              + (exitCode == Errors.DIVERGED ? "diverged" : "failed")
              + ": "
              + message);
      err.flush();
    }
  }

  private synchronized void draw() {
    StringBuilder text = new StringBuilder();
    Terminal.Size now = size.get();
    if (drawn > 0 && !now.equals(before)) {
      // After a resize the terminal has rewrapped its lines, into an unknown number.
      text.append(CSI).append('H').append(CSI).append('J');
    } else if (drawn > 0) {
      text.append(CSI).append(drawn).append('A');
    }
    before = now;
    // They scroll away above what is drawn anew.
    messages.draw(text);
    List<String> rows = rows().limit(Math.max(1, now.rows() - 1)).toList();
    for (String row : rows) {
      // No line may reach the last column: it would break, and the cursor not find its way back.
      text.append(row, 0, Math.min(row.length(), now.columns() - 1)).append(CSI).append("K\n");
    }
    drawn = rows.size();
    err.print(text.append(CSI).append('J'));
    err.flush();
  }

  // What matters most comes first: a small terminal shows only that.
  private Stream<String> rows() {
    Stream.Builder<String> rows = Stream.builder();
    Tuning tuning = results.tuning();
    List<List<Integer>> members = results.members();
    List<Halving.Rung> rungs = results.halving().rungs();
    rows.add("%-20s%10s   %s".formatted("Rung", "trials", "best held out"));
    for (int rung = 0; rung < rungs.size(); rung++) {
      int number = rung;
      List<Score> scores =
          members.get(rung).stream()
              .map(trial -> results.atRung(trial, number))
              .flatMap(Optional::stream)
              .sorted()
              .toList();
      rows.add(
          "%-20s%10s   %s"
              .formatted(
                  "up to epoch " + rungs.get(rung).epochs(),
                  scores.size() + "/" + rungs.get(rung).trials(),
                  scores.isEmpty() || scores.get(0).isFailed()
                      ? ""
                      : percent(scores.get(0).accuracy())));
    }
    int repeats = results.halving().finalists() * (tuning.seeds() - 1);
    long repeated =
        members.get(rungs.size()).stream()
            .flatMap(
                trial ->
                    IntStream.range(1, tuning.seeds()).mapToObj(seed -> results.score(trial, seed)))
            .flatMap(Optional::stream)
            .count();
    rows.add("%-20s%10s".formatted("with other seeds", repeated + "/" + repeats));
    rows.add("%d %s, %s".formatted(jobs, jobs == 1 ? "job" : "jobs", time()));
    for (Suite.Run run : running.values()) {
      rows.add(
          "%-20s%10s   %-13s %s"
              .formatted(
                  run.name(),
                  "epoch " + epochs(run) + "/" + until.applyAsInt(run),
                  last(run).map(each -> percent(each.validationAccuracy())).orElse("…"),
                  tuning.described(run.experiment())));
    }
    results.ranked().stream()
        .limit(BEST)
        .forEach(
            trial ->
                rows.add(
                    "%-20s%10s   %-13s %s"
                        .formatted(
                            results.runName(trial, 0),
                            "best",
                            percent(
                                results
                                    .atRung(trial, results.rung(trial))
                                    .orElseThrow()
                                    .accuracy()),
                            tuning.described(results.trials().get(trial)))));
    return rows.build();
  }

  private String time() {
    double minutes = results.tuning().minutes();
    return Words.duration(seconds.getAsDouble())
        + (minutes > 0 ? " of " + Words.duration(60 * minutes) : "");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    if (terminal) {
      draw();
    }
  }
}
