package org.lenet5.reliability;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A shell's command in a terminal of its own, which util-linux's {@code script} makes. */
final class Pty implements AutoCloseable {
  static final char CTRL_C = 3;
  static final char CTRL_Z = 26;

  private static final long SECONDS = 600; // for machines with more to do

  private final Process process;
  private final StringBuilder shown = new StringBuilder();
  private final Thread reader = new Thread(this::read, "pty");
  private int looked;
  private boolean ended;

  Pty(String command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("script", "--quiet", "--return", "--command", command, "/dev/null");
    builder.environment().put("TERM", "xterm");
    builder.environment().put("SHELL", "/bin/bash");
    process = builder.redirectErrorStream(true).start();
    reader.start();
  }

  /** Words as a shell reads them. */
  static String quoted(List<String> words) {
    return words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
  }

  private void read() {
    try (Reader from = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
      char[] buffer = new char[4096];
      for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
        synchronized (this) {
          shown.append(buffer, 0, count);
          notifyAll();
        }
      }
    } catch (IOException e) {
      synchronized (this) {
        shown.append(e);
      }
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  /** Waits until the terminal shows this after what was waited for before. */
  synchronized void await(String pattern) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    Matcher matcher = Pattern.compile(pattern).matcher(shown);
    while (!matcher.reset().find(looked)) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (ended || left <= 0) {
        throw new AssertionError("'" + pattern + "' is not among:\n" + shown);
      }
      wait(left);
    }
    looked = matcher.end();
  }

  void type(char key) throws IOException {
    process.getOutputStream().write(key);
    process.getOutputStream().flush();
  }

  /** The command's processes that live. */
  List<ProcessHandle> processes() {
    return process.descendants().toList();
  }

  /** Waits for the command's end; returns its exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end; it shows:\n" + shown());
    }
    reader.join();
    return process.exitValue();
  }

  synchronized String shown() {
    return shown.toString();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
