package org.lenet5.image;

import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * What pictures that are decoded at the same time take of Java's memory, together. One more waits
 * until there is enough; one that alone needs more than all gets all. So what can be decoded does
 * not depend on how many cores are at it. Thread-safe.
 */
final class DecodingMemory {
  private static final int UNIT = 1 << 16;

  /** For encoded files. */
  static final DecodingMemory FILES = new DecodingMemory(Runtime.getRuntime().maxMemory() / 8);

  /**
   * For pixels; to be asked after {@link #FILES}, never before, so that nobody waits in a circle.
   */
  static final DecodingMemory PIXELS = new DecodingMemory(Runtime.getRuntime().maxMemory() / 2);

  private final int all;
  private final Semaphore free;

  DecodingMemory(long bytes) {
    all = units(Math.max(UNIT, bytes));
    free = new Semaphore(all, true);
  }

  private static int units(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, (bytes + UNIT - 1) / UNIT);
  }

  /** What memory is needed for. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Does the work as soon as there is so much memory for it. */
  <T> T with(long bytes, Work<T> work) throws IOException {
    int units = Math.min(all, units(bytes));
    free.acquireUninterruptibly(units);
    try {
      return work.run();
    } finally {
      free.release(units);
    }
  }
}
