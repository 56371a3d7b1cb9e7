package org.lenet5.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.lenet5.training.TrainingProgress;

/**
 * What the bar of a training says: the pass, images a second, the time that is left of the epoch
 * and of the run, and where the loss is going. Thread-safe: the training tells it, the bar's thread
 * asks.
 */
final class TrainingBar implements TrainingProgress {
  private final int epochs;
  private final LongSupplier nanoTime;
  private String task = "";
  private int epoch = -1;
  private long images;
  private long done;
  private double loss;
  private long passBegan;
  private long epochBegan;
  // What the last whole epoch took; 0 in the first.
  private double epochSeconds;

  /**
   * @param epochs of the whole run
   * @param nanoTime as {@link System#nanoTime}
   */
  TrainingBar(int epochs, LongSupplier nanoTime) {
    this.epochs = epochs;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void begin(int newEpoch, String pass, long newImages) {
    passBegan = nanoTime.getAsLong();
    if (newEpoch != epoch) {
      if (epoch >= 0) {
        epochSeconds = (passBegan - epochBegan) / 1e9;
      }
      epoch = newEpoch;
      epochBegan = passBegan;
    }
    task = "Epoch " + (epoch + 1) + " of " + epochs + " " + pass;
    images = newImages;
    done = 0;
  }

  @Override
  public synchronized void advance(int more, double newLoss) {
    // A single batch jumps about; this shows where it is going.
    loss = done == 0 ? newLoss : 0.98 * loss + 0.02 * newLoss;
    done += more;
  }

  @Override
  public void end() {
    // The next pass begins anew.
  }

  /** The row, not longer than {@code columns}. */
  synchronized String row(int columns) {
    List<String> notes = new ArrayList<>();
    long now = nanoTime.getAsLong();
    double seconds = (now - passBegan) / 1e9;
    if (done > 0 && seconds > 0) {
      notes.add(String.format(Locale.ROOT, "%,.0f img/s", done / seconds));
      double ofPass = (images - done) * seconds / done;
      double spent = (now - epochBegan) / 1e9;
      // The first epoch tells how long its evaluations take only when they are there.
      double ofEpoch = Math.max(ofPass, epochSeconds - spent);
      double anEpoch = epochSeconds > 0 ? epochSeconds : spent + ofEpoch;
      double ofRun = ofEpoch + (epochs - 1 - epoch) * anEpoch;
      notes.add("epoch " + Words.duration(ofEpoch) + " left");
      notes.add("run " + Words.duration(ofRun) + " left");
      notes.add(String.format(Locale.ROOT, "loss %.4f", loss));
    }
    return BarRow.of(task, done, images, notes, columns);
  }
}
