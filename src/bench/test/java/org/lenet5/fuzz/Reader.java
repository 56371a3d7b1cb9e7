package org.lenet5.fuzz;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A reader of bytes from outside.
 *
 * @param name for people, and of its folder of inputs
 * @param seeds inputs to start from; the first one is right
 * @param action reads
 * @param own what it may throw: the project's own errors
 */
record Reader(String name, List<byte[]> seeds, Action action, Set<Class<?>> own) {
  // A picture may have 100 megapixels and is thinned out to 16 while it is decoded.
  static final long MOST_BYTES = 400_000_000;

  /**
   * Reads {@code input}; writes only into {@code folder}, which may hold what the last call left.
   */
  interface Action {
    void read(byte[] input, Path folder) throws Exception;
  }

  /** True if it succeeds, false if it refuses the input with its own error in one line. */
  boolean accepts(byte[] input, Path folder) {
    try {
      action.read(input, folder);
      return true;
    } catch (Exception e) {
      if (isOwn(e)) {
        return false;
      }
      throw new AssertionError(name + " ended with another error than its own: " + e, e);
    }
  }

  // A library's exception of the same class is not ours, nor is one whose message runs on.
  private boolean isOwn(Exception e) {
    return own.contains(e.getClass())
        && e.getStackTrace().length > 0
        && e.getStackTrace()[0].getClassName().startsWith("org.lenet5.")
        && e.getMessage() != null
        && !e.getMessage().isBlank()
        && e.getMessage().chars().noneMatch(Character::isISOControl)
        && e.getMessage().length() < 2000;
  }

  @Override
  public String toString() {
    return name;
  }
}
