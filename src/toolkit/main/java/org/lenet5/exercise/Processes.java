package org.lenet5.exercise;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Trains each run in a process of its own. If a run crashes, the others go on.
 *
 * <p>When this process is killed, their standard input ends, and {@code train --with-parent} ends
 * with it.
 */
public final class Processes implements Runner {
  private final Function<Suite.Run, List<String>> command;
  private final List<Process> running = new ArrayList<>();
  private boolean stopped;

  /**
   * None are started yet.
   *
   * @param command what to start for a run
   */
  public Processes(Function<Suite.Run, List<String>> command) {
    this.command = command;
  }

  @Override
  public Optional<Ended> train(Suite.Run run, Progress progress)
      throws IOException, InterruptedException {
    List<String> words = command.apply(run);
    Process process;
    try {
      process = start(words);
    } catch (IOException e) {
      throw new IOException("cannot run " + words.get(0) + ": " + e.getMessage(), e);
    }
    if (process == null) {
      return Optional.empty();
    }
    progress.started();
    String last = "";
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
        progress.line();
      }
    }
    int code = process.waitFor();
    forget(process);
    return Optional.of(code == 0 ? Ended.WELL : new Ended(code, reason(code, last)));
  }

  // A process that a signal ended prints no error: its last line is an epoch's.
  private static String reason(int code, String last) {
    if (last.startsWith("error: ")) {
      return last.substring("error: ".length());
    }
    return code > 128
        ? "ended by signal " + (code - 128) + "; started again, it goes on"
        : "ended with exit code " + code + (last.isBlank() ? "" : ": " + last.strip());
  }

  private synchronized Process start(List<String> words) throws IOException {
    if (stopped) {
      return null;
    }
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    running.add(process);
    return process;
  }

  private synchronized void forget(Process process) {
    running.remove(process);
  }

  /** Asks all processes to stop, as {@code train} does on SIGTERM: after the step in flight. */
  @Override
  public void stop() {
    List<Process> left;
    synchronized (this) {
      stopped = true;
      left = List.copyOf(running);
    }
    // Process.destroy would close their standard input, too, which ends them at once.
    left.forEach(process -> process.toHandle().destroy());
    for (Process each : left) {
      try {
        if (!each.waitFor(10, TimeUnit.SECONDS)) {
          each.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        each.destroyForcibly();
      }
    }
  }
}
