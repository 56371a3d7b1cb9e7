package org.lenet5.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.lenet5.training.PassListener;

/**
 * What the bar of a training says: the pass, images a second, the time that is left of the epoch
 * and of the run, and where the loss is going. Thread-safe: the training tells it, the bar's thread
 * asks.
 */
final class TrainingBar implements PassListener {
  private final int epochs;
  private final LongSupplier nanoTime;
  private String pass = "";
  private int epoch = -1;
  private long images;
  private long done;
  private double loss;
  private long passBegan;
  private long epochBegan;
  // What the last whole epoch took, 0 in the first, and its passes; and those of this one.
  private double epochSeconds;
  private Map<String, Double> lastPasses = Map.of();
  private Map<String, Double> passes = new HashMap<>();

  /**
   * @param epochs of the whole run
   * @param nanoTime as {@link System#nanoTime}
   */
  TrainingBar(int epochs, LongSupplier nanoTime) {
    this.epochs = epochs;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void begin(int newEpoch, String newPass, long newImages) {
    passBegan = nanoTime.getAsLong();
    if (newEpoch != epoch) {
      if (epoch >= 0) {
        epochSeconds = (passBegan - epochBegan) / 1e9;
        lastPasses = passes;
        passes = new HashMap<>();
      }
      epoch = newEpoch;
      epochBegan = passBegan;
    }
    pass = newPass;
    images = newImages;
    done = 0;
  }

  @Override
  public synchronized void advance(int more, double newLoss) {
    // A single batch's loss jumps about; a moving mean shows the trend.
    loss = done == 0 ? newLoss : 0.98 * loss + 0.02 * newLoss;
    done += more;
  }

  @Override
  public synchronized void end() {
    passes.put(pass, (nanoTime.getAsLong() - passBegan) / 1e9);
  }

  /** The row, not longer than {@code columns}. */
  synchronized String row(int columns) {
    List<String> notes = new ArrayList<>();
    long now = nanoTime.getAsLong();
    double seconds = (now - passBegan) / 1e9;
    if (done > 0 && seconds > 0) {
      notes.add(String.format(Locale.ROOT, "%,.0f img/s", done / seconds));
      // The first epoch tells how long its evaluations take only when they are there.
      double ofEpoch = (images - done) * seconds / done + ofLaterPasses();
      double anEpoch = epochSeconds > 0 ? epochSeconds : (now - epochBegan) / 1e9 + ofEpoch;
      double ofRun = ofEpoch + (epochs - 1 - epoch) * anEpoch;
      notes.add("epoch " + Words.duration(ofEpoch) + " left");
      notes.add("run " + Words.duration(ofRun) + " left");
      notes.add(String.format(Locale.ROOT, "loss %.4f", loss));
    }
    String task = "Epoch " + (epoch + 1) + " of " + epochs + " " + pass;
    return BarRow.of(task, done, images, notes, columns);
  }

  // As long as in the last epoch.
  private double ofLaterPasses() {
    return lastPasses.entrySet().stream()
        .filter(each -> !each.getKey().equals(pass) && !passes.containsKey(each.getKey()))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }
}
