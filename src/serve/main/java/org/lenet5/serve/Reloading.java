package org.lenet5.serve;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.lenet5.serve.model.Threads;

/** Looks every second whether files that the server has read have changed. */
final class Reloading implements AutoCloseable {
  private final Consumer<String> log;
  private ScheduledExecutorService thread;

  Reloading(Consumer<String> log) {
    this.log = log;
  }

  /** Reads a file again if it has changed. */
  @FunctionalInterface
  interface Refresh {
    void run() throws IOException;
  }

  /** Looks at one more file from now on. */
  void add(String file, Refresh refresh) {
    if (thread == null) {
      thread = Executors.newSingleThreadScheduledExecutor(Threads.named("lenet5-reload"));
    }
    thread.scheduleWithFixedDelay(() -> look(file, refresh), 1, 1, TimeUnit.SECONDS);
  }

  private void look(String file, Refresh refresh) {
    try {
      refresh.run();
    } catch (IOException | RuntimeException e) {
      log.accept("what " + file + " said before stays in use: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.shutdownNow();
    }
  }
}
