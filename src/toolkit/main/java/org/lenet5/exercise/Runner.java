package org.lenet5.exercise;

import java.io.IOException;
import java.util.Optional;
import org.lenet5.checkpoint.Manifest;

/** How a run is trained: by a process of this machine, or elsewhere. Thread-safe. */
public interface Runner {
  /** Told of a run's progress, from any thread. */
  interface Progress {
    /** It was begun. */
    void started();

    /** An epoch may be over: the run's files here say so. */
    void line();

    /** An epoch is over on another machine: what it measured, before there are files of it here. */
    void epoch(Manifest.Epoch epoch);

    /** Something to know, in one line: what was found, damaged or lost. */
    void message(String line);
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
