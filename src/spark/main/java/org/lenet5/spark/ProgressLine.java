package org.lenet5.spark;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How far a job is, on one line of a terminal, drawn anew five times a second until closed. */
final class ProgressLine implements AutoCloseable {
  private static final int BAR = 24;
  private static final int WIDTH = 79;

  private final PrintWriter out;
  private final String task;
  private final long total;
  private final LongSupplier done;
  private final long begin = System.nanoTime();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "lenet5-progress");
            thread.setDaemon(true);
            return thread;
          });

  ProgressLine(PrintWriter out, String task, long total, LongSupplier done) {
    this.out = out;
    this.task = task;
    this.total = total;
    this.done = done;
    timer.scheduleAtFixedRate(this::draw, 0, 200, TimeUnit.MILLISECONDS);
  }

  private void draw() {
    double seconds = (System.nanoTime() - begin) / 1e9;
    String text = text(task, done.getAsLong(), total, seconds);
    out.print("\r" + text + " ".repeat(WIDTH - text.length()));
    out.flush();
  }

  static String text(String task, long done, long total, double seconds) {
    double share = total <= 0 ? 0 : Math.min(1, (double) done / total);
    int full = (int) (share * BAR);
    String bar = "=".repeat(full) + (full < BAR ? ">" + " ".repeat(BAR - full - 1) : "");
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s %3d%% [%s] %,d of %,d",
                task,
                (int) (100 * share),
                bar,
                done,
                total));
    if (done > 0 && seconds > 0) {
      Duration left = Duration.ofSeconds(Math.round((total - done) * seconds / done));
      text.append(
          String.format(
              Locale.ROOT,
              ", %,.0f/s, %d:%02d left",
              done / seconds,
              left.toMinutes(),
              left.toSecondsPart()));
    }
    return text.length() <= WIDTH ? text.toString() : text.substring(0, WIDTH);
  }

  @Override
  public void close() {
    timer.shutdown();
    try {
      timer.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.print("\r" + " ".repeat(WIDTH) + "\r");
    out.flush();
  }
}
