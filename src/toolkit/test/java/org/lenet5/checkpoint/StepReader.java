package org.lenet5.checkpoint;

import java.nio.file.Path;

/** Reads step.json, for the tests of readers. */
public final class StepReader {
  private StepReader() {}

  public static void read(Path folder) {
    StepCheckpoint.read(folder).orElseThrow().name();
  }
}
