package org.lenet5.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a reader on a thread of its own and watches what it takes. Not thread-safe. */
final class Watched implements AutoCloseable {
  // A read may take ten seconds; a machine that stands still for a while is no reader's fault.
  static final long MOST_SECONDS = 10;
  private static final int MOST_WAITS = 12;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Reader reader;
  private final Path folder;
  private final long mostSeconds;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "reader");
            thread.setDaemon(true);
            return thread;
          });
  private volatile long thread;

  Watched(Reader reader, Path folder) {
    this(reader, folder, MOST_SECONDS);
  }

  Watched(Reader reader, Path folder, long mostSeconds) {
    this.reader = reader;
    this.folder = folder;
    this.mostSeconds = mostSeconds;
  }

  /**
   * As {@link Reader#accepts}.
   *
   * @throws AssertionError if it takes too long or too much memory, or ends with another error than
   *     its own
   */
  boolean accepts(byte[] input) throws Exception {
    Future<Boolean> result = worker.submit(() -> measured(input));
    for (int waits = 1; ; waits++) {
      try {
        return result.get(mostSeconds, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(THREADS.getThreadCpuTime(thread));
        if (waits >= MOST_WAITS || seconds - before >= mostSeconds) {
          throw new AssertionError(reader + " is not done after " + mostSeconds + " s", e);
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Error error ? error : new AssertionError(e.getCause());
      }
    }
  }

  private volatile long before;

  private boolean measured(byte[] input) {
    thread = Thread.currentThread().getId();
    before = TimeUnit.NANOSECONDS.toSeconds(THREADS.getThreadCpuTime(thread));
    long bytes = THREADS.getThreadAllocatedBytes(thread);
    boolean accepted = reader.accepts(input, folder);
    long taken = THREADS.getThreadAllocatedBytes(thread) - bytes;
    if (taken > Reader.MOST_BYTES) {
      throw new AssertionError(reader + " took " + taken + " bytes of memory");
    }
    return accepted;
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
