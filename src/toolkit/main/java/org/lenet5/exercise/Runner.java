package org.lenet5.exercise;

import java.io.IOException;
import java.util.Optional;

/** How a run is trained: by a process of this machine, or elsewhere. Thread-safe. */
public interface Runner {
  /** Told of a run's progress, by the thread that waits for it. */
  interface Progress {
    /** It was begun. */
    void started();

    /** An epoch may be over. */
    void line();
  }

  /**
   * How a run ended.
   *
   * @param exitCode that {@code train} has then; 0 if all went well
   * @param message why, in a line; empty if all went well
   */
  record Ended(int exitCode, String message) {
    /** All went well. */
    public static final Ended WELL = new Ended(0, "");
  }

  /**
   * Trains a run, or goes on with it, and waits for its end.
   *
   * @return empty if it was not begun any more, as {@link #stop} was called
   * @throws IOException if it cannot be begun
   */
  Optional<Ended> train(Suite.Run run, Progress progress) throws IOException, InterruptedException;

  /** Asks what is being trained to end, with what it has done kept; waits for that. */
  void stop();
}
