package org.lenet5.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.lenet5.run.RunName;

/** Checks of the flags that commands which train many runs have in common. */
final class SuiteFlags {
  private static final int MOST_JOBS = 64;

  private SuiteFlags() {}

  /**
   * Checks how many runs there are at a time, and where they go.
   *
   * @param jobs null where the flag does not stand
   * @param suite the folder below graphs and checkpoints
   */
  static void require(Integer jobs, String suite) {
    requireFrom("--jobs", jobs == null ? 1 : jobs, 1, MOST_JOBS);
    WrongUsage.require(
        suite.matches(RunName.PART),
        "--suite " + suite + ": must be letters, digits, '.', '_', '-' and '+'");
  }

  static void requireFrom(String flag, int value, int least, int most) {
    WrongUsage.require(
        value >= least && value <= most,
        flag + " " + value + ": must be from " + least + " to " + most);
  }

  static void requireThere(String flag, Path file) {
    WrongUsage.require(Files.exists(file), flag + " " + file + ": there is no such file");
  }
}
