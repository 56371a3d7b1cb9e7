package org.lenet5.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.lenet5.run.RunResult;
import org.lenet5.run.RunStart;
import org.lenet5.run.TrainingRun;
import org.lenet5.training.EpochResult;

/**
 * What a training shows: the notebook's lines on stdout; bar, messages and hints on stderr. While
 * the run has files open it turns signals into a stop.
 */
final class TrainingScreen extends PassBar implements AutoCloseable {
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean withParent;
  private TrainingRun training;
  private StopSignal signal; // null before the run has files
  private int epochs;
  private int until = Integer.MAX_VALUE;

  /**
   * @param withParent another process started this one and passes on signals
   */
  TrainingScreen(PrintWriter out, PrintWriter err, boolean withParent) {
    this.out = out;
    this.err = err;
    this.withParent = withParent;
  }

  /** The training that a signal stops once it has files. */
  void stopsOnSignal(TrainingRun run) {
    training = run;
  }

  /** The training stops after this epoch, unless it is the last, and that is no failure. */
  void stopsAfter(int epoch) {
    until = epoch;
  }

  // From before the first file to after the last: a signal leaves a run to go on with.
  @Override
  public void onOpen(String run) {
    signal = new StopSignal(withParent, training::stop);
  }

  @Override
  public void onStart(RunStart start) {
    epochs = start.epochs();
    show(epochs);
    if (start.from().epochs() == epochs) {
      err.printf(
          "Run %s has its %s already; --epochs N goes on%n",
          start.run(), Words.count(epochs, "epoch"));
    } else {
      announce(start);
    }
    err.flush();
  }

  @Override
  public void onPlan(int planned) {
    epochs = planned;
    show(planned);
  }

  private void announce(RunStart start) {
    int first = start.from().epochs() + 1;
    err.printf(
        Locale.ROOT,
        "Run %s: %s of %s, %s%s, on the %s with %s%n",
        start.run(),
        Words.count(start.images(), "image"),
        start.dataset(),
        first == epochs ? "epoch " + epochs + " of " + epochs : "epochs " + first + " to " + epochs,
        start.from().steps() == 0 ? "" : " (after " + start.from() + ")",
        start.device(),
        Words.count(start.threads(), "thread"));
    if (start.batchSize() > start.images()) {
      err.printf(
          "--batch-size %d: more than there are images; each epoch is one step of all %s%n",
          start.batchSize(), Words.count(start.images(), "image"));
    }
    err.println(
        "The lines of epochs are the notebook's, which count from 0: \"Epoch: 0\" is epoch 1 of "
            + epochs);
  }

  @Override
  public void onMessage(String line) {
    err.println(line);
  }

  @Override
  public void onEpoch(EpochResult result) {
    out.println(EpochLine.of(result, Terminal.stdoutColumns()));
    out.flush();
    if (result.epoch() >= until && result.epoch() < epochs) {
      training.stop();
    }
  }

  /**
   * Says how the training ended.
   *
   * @throws StopSignal.StoppedException if a signal stopped it
   */
  void ended(RunResult result, Folders folders) {
    if (result.stopped() && !signal.received()) {
      return; // as it was told to
    }
    if (result.stopped()) {
      throw signal.stopped(result.run(), result.end() + " of " + epochs);
    }
    err.println("Charts and TensorBoard events: " + result.graphs());
    err.println("Checkpoints and run.json:      " + result.checkpoints());
    err.println("SavedModel:                    " + result.model().orElseThrow());
    err.println("To look at it: tensorboard --logdir " + Words.quoted(folders.graphs()));
    TrainingEnd.lines(result.run(), result.manifest(), result.seconds(), folders.checkpointsFlag())
        .forEach(err::println);
  }

  @Override
  public void close() {
    if (signal != null) {
      signal.close();
    }
  }
}
