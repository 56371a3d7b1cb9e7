package org.lenet5.serve.model;

/**
 * How requests are computed together.
 *
 * @param most images of a batch, 1 to 4096
 * @param waitMicros how long a batch that is not full waits for more images, though a thread is
 *     idle; 0 for not at all
 * @param queue images that may wait; one more is refused
 * @param threads that compute at a time, those that ask included; at least 1
 */
public record BatchOptions(int most, int waitMicros, int queue, int threads) {
  public BatchOptions {
    require(most >= 1 && most <= 4096, "max-batch", most, "from 1 to 4096");
    require(
        waitMicros >= 0 && waitMicros <= 60_000_000,
        "batch-wait-micros",
        waitMicros,
        "from 0 to 60000000");
    require(queue >= 1, "queue", queue, "at least 1");
    require(threads >= 1 && threads <= 1024, "compute-threads", threads, "from 1 to 1024");
  }

  private static void require(boolean holds, String name, int value, String should) {
    if (!holds) {
      throw new IllegalArgumentException(name + " (" + value + ") must be " + should);
    }
  }
}
