package org.lenet5.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.exercise.Experiment;
import org.lenet5.exercise.Jobs;
import org.lenet5.exercise.Suite;

/**
 * Shows how far the experiments are: on a terminal a line for each, redrawn in place; elsewhere a
 * line for each epoch. Thread-safe.
 */
final class ExercisesScreen implements Jobs.Listener, AutoCloseable {
  // Behind the name: epochs, losses, accuracies, and the time left.
  private static final String[] COLUMNS = {"  %8s", "  %-13s", "  %-11s", "  %8s"};
  private static final int[] WIDTHS = {10, 15, 13, 10};
  // A narrow screen does without these, in this order, before names are cut.
  private static final int[] DISPENSABLE = {1, 2};
  private static final int EPOCHS = 0;
  private static final int FEWEST_LETTERS = 12;
  private static final int AROUND = 4; // two lines of headings, the sum, and the cursor's
  private static final String CSI = "\u001B[";

  private final Suite suite;
  private final int jobs;
  private final Path checkpoints;
  private final PrintWriter err;
  private final boolean terminal;
  private final Supplier<Terminal.Size> size;
  private final Map<String, Line> lines = new HashMap<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private Terminal.Size before;
  private Layout layout;
  private final RunMessages messages;
  private int drawn;

  /** The state of an experiment, over all its seeds. */
  private static final class Line {
    private final Map<String, Integer> epochs = new HashMap<>();
    private final Map<String, Integer> wanted = new HashMap<>(); // epochs; a time limit plans them
    private Manifest.Epoch last;
    private double seconds;
    private int running;
    private String failure = "";

    private void add(String run, Manifest.Epoch epoch) {
      last = epoch;
      seconds += epoch.trainSeconds() + epoch.evaluationSeconds();
      epochs.put(run, epoch.epoch());
    }

    private int done() {
      return epochs.values().stream().mapToInt(Integer::intValue).sum();
    }

    private int total() {
      return wanted.values().stream().mapToInt(Integer::intValue).sum();
    }

    private double secondsLeft() {
      return done() == 0 ? Double.NaN : seconds / done() * (total() - done());
    }
  }

  /**
   * @param checkpoints the suite's folder
   * @param size the terminal's, asked before each drawing; null where there is no terminal
   */
  ExercisesScreen(
      Suite suite, int jobs, Path checkpoints, PrintWriter err, Supplier<Terminal.Size> size) {
    this.suite = suite;
    this.jobs = jobs;
    this.checkpoints = checkpoints;
    this.err = err;
    this.terminal = size != null;
    messages = new RunMessages(err, terminal);
    this.size = size;
    for (Experiment each : suite.experiments()) {
      lines.put(each.name(), new Line());
    }
    for (Suite.Run run : suite.runs()) {
      of(run).wanted.put(run.name(), run.config().epochs());
      if (Manifest.isIn(checkpoints.resolve(run.name()))) {
        look(run);
      }
    }
    if (terminal) {
      clock.scheduleAtFixedRate(this::draw, 0, 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public synchronized void started(Suite.Run run) {
    of(run).running++;
  }

  @Override
  public synchronized void line(Suite.Run run) {
    Line line = of(run);
    int before = line.epochs.getOrDefault(run.name(), 0);
    if (!Manifest.isIn(checkpoints.resolve(run.name()))) {
      return;
    }
    look(run);
    if (line.epochs.getOrDefault(run.name(), 0) > before) {
      print(run, line);
    }
  }

  @Override
  public synchronized void epoch(Suite.Run run, Manifest.Epoch epoch) {
    Line line = of(run);
    // A run whose machine was lost begins again.
    if (epoch.epoch() > line.epochs.getOrDefault(run.name(), 0)) {
      line.add(run.name(), epoch);
      print(run, line);
    }
  }

  private void print(Suite.Run run, Line line) {
    if (!terminal) {
      Manifest.Epoch epoch = line.last;
      err.printf(
          Locale.ROOT,
          "%s: epoch %d of %d, loss %.4f training %.4f test, accuracy %.2f training %.2f test, %s"
              + " left%n",
          run.name(),
          epoch.epoch(),
          line.wanted.get(run.name()),
          epoch.trainLoss(),
          epoch.testLoss(),
          100 * epoch.trainAccuracy(),
          100 * epoch.testAccuracy(),
          clock(
              (epoch.trainSeconds() + epoch.evaluationSeconds())
                  * (line.wanted.get(run.name()) - epoch.epoch())));
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
    of(run).running--;
  }

  @Override
  public synchronized void failed(Suite.Run run, int exitCode, String message) {
    Line line = of(run);
    line.running--;
    line.failure = exitCode == Errors.DIVERGED ? "diverged" : "failed";
    if (!terminal) {
      err.println(run.name() + ": " + line.failure + ": " + message);
      err.flush();
    }
  }

  private Line of(Suite.Run run) {
    return lines.get(run.experiment().name());
  }

  private void look(Suite.Run run) {
    Line line = of(run);
    Manifest manifest = Manifest.read(checkpoints.resolve(run.name()));
    List<Manifest.Epoch> epochs = manifest.epochs();
    line.wanted.put(run.name(), manifest.wantedEpochs());
    for (int i = line.epochs.getOrDefault(run.name(), 0); i < epochs.size(); i++) {
      line.add(run.name(), epochs.get(i));
    }
  }

  private synchronized void draw() {
    StringBuilder text = new StringBuilder();
    Terminal.Size now = size.get();
    if (drawn > 0 && !now.equals(before)) {
      // After a resize the terminal has rewrapped its lines, into an unknown number.
      text.append(CSI).append("H").append(CSI).append("J");
    } else if (drawn > 0) {
      text.append(CSI).append(drawn).append('A');
    }
    before = now;
    // They scroll away above what is drawn anew.
    messages.draw(text);
    List<Experiment> shown = shown(now);
    int hidden = suite.experiments().size() - shown.size();
    layout = layout(shown.stream().map(Experiment::name).toList(), now.columns() - 1);
    add(text, "Experiment", "epoch", "loss train", "accuracy %", "left");
    add(text, "", "", "       test", "train test", "");
    double left = 0;
    double known = 0;
    int epochsKnown = 0;
    for (Experiment each : suite.experiments()) {
      Line line = lines.get(each.name());
      known += line.seconds;
      epochsKnown += line.done();
      String state =
          !line.failure.isEmpty()
              ? line.failure
              : line.done() == line.total()
                  ? "done"
                  : line.running > 0 ? clock(line.secondsLeft()) : "waiting";
      if (line.failure.isEmpty()) {
        left += line.total() - line.done();
      }
      if (!shown.contains(each)) {
        continue;
      }
      add(
          text,
          layout.names().get(each.name()),
          line.done() + "/" + line.total(),
          line.last == null
              ? ""
              : String.format(
                  Locale.ROOT, "%.4f %.4f", line.last.trainLoss(), line.last.testLoss()),
          line.last == null
              ? ""
              : String.format(
                  Locale.ROOT,
                  "%5.2f %5.2f",
                  100 * line.last.trainAccuracy(),
                  100 * line.last.testAccuracy()),
          state);
    }
    if (hidden > 0) {
      add(text, "… and " + hidden + " more", "", "", "", "");
    }
    String remaining =
        epochsKnown == 0 ? "" : clock(left * known / epochsKnown / Math.min(jobs, lines.size()));
    add(text, jobs + (jobs == 1 ? " job" : " jobs"), "", "", "all", remaining);
    drawn = shown.size() + (hidden > 0 ? 1 : 0) + 3;
    err.print(text.append(CSI).append('J'));
    err.flush();
  }

  /** The experiments that fit: all, or first those that are running or failed. */
  private List<Experiment> shown(Terminal.Size now) {
    int room = now.rows() - AROUND;
    List<Experiment> all = suite.experiments();
    if (all.size() <= room) {
      return all;
    }
    List<Experiment> first =
        Stream.concat(
                all.stream().filter(each -> isOfInterest(lines.get(each.name()))),
                all.stream().filter(each -> !isOfInterest(lines.get(each.name()))))
            .limit(Math.max(0, room - 1))
            .toList();
    return all.stream().filter(first::contains).toList();
  }

  private static boolean isOfInterest(Line line) {
    return line.running > 0 || !line.failure.isEmpty();
  }

  /**
   * The part of a row that fits on a line.
   *
   * @param room letters for a name
   * @param shown which columns there are behind the names
   * @param names as they are shown
   */
  private record Layout(int width, int room, boolean[] shown, Map<String, String> names) {}

  private static Layout layout(List<String> names, int width) {
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    longest = Math.max(longest, FEWEST_LETTERS);
    boolean[] shown = new boolean[COLUMNS.length];
    Arrays.fill(shown, true);
    int room = width - Arrays.stream(WIDTHS).sum();
    for (int column : DISPENSABLE) {
      if (room < longest) {
        shown[column] = false;
        room += WIDTHS[column];
      }
    }
    if (room < FEWEST_LETTERS) {
      shown[EPOCHS] = false;
      room += WIDTHS[EPOCHS];
    }
    room = Math.max(3, Math.min(room, longest));
    return new Layout(width, room, shown, ShortNames.of(names, room));
  }

  // No line may reach the last column: it would break, and the cursor not find its way back.
  private void add(StringBuilder text, String name, String... cells) {
    StringBuilder line = new StringBuilder(name);
    line.append(" ".repeat(Math.max(0, layout.room() - name.length())));
    line.setLength(layout.room());
    for (int i = 0; i < cells.length; i++) {
      if (layout.shown()[i]) {
        line.append(String.format(Locale.ROOT, COLUMNS[i], cells[i]));
      }
    }
    text.append(line, 0, Math.min(line.length(), layout.width())).append(CSI).append("K\n");
  }

  private static String clock(double seconds) {
    if (Double.isNaN(seconds)) {
      return "…";
    }
    long whole = Math.round(seconds);
    return whole >= 3600
        ? String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    if (terminal) {
      draw();
    }
  }
}
