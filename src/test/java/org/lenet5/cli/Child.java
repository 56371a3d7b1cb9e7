package org.lenet5.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program in a process of its own, that can be killed. */
public final class Child implements AutoCloseable {
  private final Process process;
  private final Path out;
  private final Path err;

  private Child(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a main class with this process's class path.
   *
   * @param logs a folder for what it prints
   */
  public static Child start(Path logs, Class<?> main, List<String> args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"));
    command.addAll(List.of("-Xshare:auto", "-Djava.awt.headless=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(args);
    Path out = Files.createTempFile(logs, "out", "");
    Path err = Files.createTempFile(logs, "err", "");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    return new Child(process, out, err);
  }

  /** The running process. */
  public Process process() {
    return process;
  }

  /** Waits for the end; returns the exit code. */
  public int exit() throws InterruptedException {
    return process.waitFor();
  }

  /** What it has printed on stdout. */
  public String out() throws IOException {
    return Files.readString(out);
  }

  /** What it has printed on stderr. */
  public String err() throws IOException {
    return Files.readString(err);
  }

  /** Kills it if it runs. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
