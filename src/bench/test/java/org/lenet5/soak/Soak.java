package org.lenet5.soak;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lenet5.cli.Main;

/**
 * Trains the sample for very many steps in one process, resumed every now and then, and watches
 * what the process holds: STEPS SECONDS WARM_UP_STEPS STEPS_OF_A_START OUT_FOLDER. See
 * scripts/soak.
 */
public final class Soak {
  private static final int STEPS_OF_AN_EPOCH = 500; // 5,000 images, 10 a batch
  private static final int WARM_UPS = 20;
  private static final double MOST_MB = 1; // for 100,000 steps
  private static final Pattern EPOCH = Pattern.compile("--- Epoch: (\\d+)");

  private final long begin = System.nanoTime();
  private final List<Sample> epochs = new ArrayList<>();
  private final List<Sample> pauses = new ArrayList<>();
  private final PrintStream err = System.err;
  private final long most;
  private final double seconds;
  private final long warmUp;
  private final long start;
  private final Path out;

  private Soak(String[] args) {
    most = Long.parseLong(args[0]);
    seconds = Double.parseDouble(args[1]);
    warmUp = Long.parseLong(args[2]);
    start = Long.parseLong(args[3]);
    out = Path.of(args[4]);
  }

  public static void main(String[] args) throws IOException {
    System.exit(new Soak(args).run() ? 0 : 1);
  }

  private boolean run() throws IOException {
    System.setOut(new PrintStream(new EpochLines(), true, StandardCharsets.UTF_8));
    long steps = 0;
    while (steps < most && elapsed() < seconds) {
      // Ending and starting again, too, takes its times until memory is laid out.
      long next = steps + (steps < warmUp ? Math.max(STEPS_OF_AN_EPOCH, warmUp / WARM_UPS) : start);
      steps = Math.min(most, next) / STEPS_OF_AN_EPOCH * STEPS_OF_AN_EPOCH;
      train(steps);
      pauses.add(Sample.now(steps, elapsed()));
      write();
      err.println(pauses.get(pauses.size() - 1));
    }
    String verdict = verdict();
    err.print(verdict);
    Files.writeString(out.resolve("README.md"), "# Soak\n\nMade by `scripts/soak`.\n\n" + verdict);
    return !verdict.contains("FAILED");
  }

  private void train(long steps) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "train",
                "--run=soak",
                "--epochs=" + steps / STEPS_OF_AN_EPOCH,
                "--graphs-dir=" + out.resolve("graphs"),
                "--checkpoints-dir=" + out.resolve("checkpoints")));
    if (!pauses.isEmpty()) {
      args.add("--resume");
    }
    PrintStream quiet = new PrintStream(OutputStream.nullOutputStream());
    System.setErr(quiet);
    try {
      int exit = Main.run(args.toArray(String[]::new));
      if (exit != 0) {
        throw new IllegalStateException("training ended with exit code " + exit);
      }
    } finally {
      System.setErr(err);
    }
  }

  /** Takes a sample at each of the notebook's lines. */
  private final class EpochLines extends OutputStream {
    private final StringBuilder line = new StringBuilder();

    @Override
    public void write(int b) {
      line.append((char) b);
      if (b == '\n') {
        Matcher epoch = EPOCH.matcher(line);
        if (epoch.find()) {
          long steps = (Long.parseLong(epoch.group(1)) + 1) * STEPS_OF_AN_EPOCH;
          epochs.add(Sample.now(steps, elapsed()));
        }
        line.setLength(0);
      }
    }
  }

  private double elapsed() {
    return (System.nanoTime() - begin) / 1e9;
  }

  private void write() throws IOException {
    StringBuilder table = new StringBuilder(Sample.HEADER + "\n");
    epochs.forEach(each -> table.append(each.csv()).append('\n'));
    Files.writeString(out.resolve("soak.csv"), table);
  }

  private String verdict() {
    List<Sample> warm = epochs.stream().filter(each -> each.steps() > warmUp).toList();
    if (warm.size() < 10) {
      return "FAILED: fewer than ten epochs after %,d steps of warm-up%n".formatted(warmUp);
    }
    Sample first = warm.get(0);
    Sample last = warm.get(warm.size() - 1);
    double resident = slope(warm, Sample::residentMb);
    double tensors = slope(warm, Sample::nativeMb);
    // Both when trained and between two starts, when nothing should be open.
    long handles = gained(warm, Sample::handles);
    long threads = gained(warm, Sample::threads);
    if (pauses.size() > 1) {
      List<Sample> warmPauses = pauses.stream().filter(each -> each.steps() > warmUp).toList();
      handles = Math.max(handles, gained(warmPauses, Sample::handles));
      threads = Math.max(threads, gained(warmPauses, Sample::threads));
    }
    return String.format(
        Locale.ROOT,
        """
        %,d steps in %.0f s, %d starts; figures from step %,d on:

        | | first | last | change |
        |---|---|---|---|
        | resident memory, MB | %.1f | %.1f | %+.2f for 100,000 steps%s |
        | native memory of TensorFlow Java, MB | %.3f | %.3f | %+.3f for 100,000 steps%s |
        | native allocations | %d | %d | |
        | file handles | %d | %d | %+d%s |
        | threads | %d | %d | %+d%s |
        """,
        last.steps(),
        elapsed(),
        pauses.size(),
        first.steps(),
        first.residentMb(),
        last.residentMb(),
        resident,
        failed(resident > MOST_MB),
        first.nativeMb(),
        last.nativeMb(),
        tensors,
        failed(tensors > MOST_MB),
        first.nativeCount(),
        last.nativeCount(),
        first.handles(),
        last.handles(),
        handles,
        failed(handles > 0),
        first.threads(),
        last.threads(),
        threads,
        failed(threads > 0));
  }

  private static String failed(boolean failed) {
    return failed ? " FAILED" : "";
  }

  private static long gained(List<Sample> samples, ToDoubleFunction<Sample> of) {
    return samples.isEmpty()
        ? 0
        : (long)
            (of.applyAsDouble(samples.get(samples.size() - 1)) - of.applyAsDouble(samples.get(0)));
  }

  /** Least squares, for 100,000 steps. */
  private static double slope(List<Sample> samples, ToDoubleFunction<Sample> of) {
    double x = samples.stream().mapToDouble(Sample::steps).average().orElseThrow();
    double y = samples.stream().mapToDouble(of).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    for (Sample each : samples) {
      xy += (each.steps() - x) * (of.applyAsDouble(each) - y);
      xx += (each.steps() - x) * (each.steps() - x);
    }
    return 100_000 * xy / xx;
  }
}
