package org.lenet5.data;

import java.util.List;

/** Told how far a fetch is. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (step, done, total) -> {};

  /**
   * @param step what is being done, for people; a new one starts from 0
   * @param done bytes done
   * @param total bytes in all, or -1 if that is not known
   */
  void at(String step, long done, long total);

  /** A way to get the data has failed, and the next one is tried. */
  default void failed(String reason) {}

  /** What was found wrong or odd, in lines for people; none if nothing was. */
  default void report(List<String> lines) {}
}
