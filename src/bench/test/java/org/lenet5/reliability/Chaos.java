package org.lenet5.reliability;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.RunRecorder;

/**
 * Kills trainings (SIGKILL) at random moments, resumes them each time, and compares the end with a
 * training of the same settings that nobody killed.
 *
 * <p>A third of the kills come at a random time, the others while a certain file is being written.
 * Which, and when, follows from the seed, as far as processes can be repeated.
 */
public final class Chaos {
  // Each is seen under its working name before it is published; some grow instead.
  private static final List<String> WRITES =
      List.of(
          ".part-ckpt-",
          ".checkpoint.part",
          ".run.json.part",
          ".step.json.part",
          "digests.csv",
          "predictions.bin",
          "metrics.csv",
          ".loss.png.part",
          ".accuracy.png.part",
          "tfevents",
          ".1.part");
  private static final List<String> OPTIMIZERS =
      List.of(
          "adam",
          "sgd",
          "momentum",
          "nesterov",
          "adamax",
          "adagrad",
          "adadelta",
          "rmsprop",
          "ftrl");
  private static final Set<String> GROWING =
      Set.of("digests.csv", "predictions.bin", "metrics.csv", "tfevents");
  private static final int KILLS_A_RUN = 6;

  private final Path root;
  private final Random random;
  private final Map<String, Integer> moments = new TreeMap<>();
  private final List<String> differences = new ArrayList<>();
  private int kills;
  private long duration;

  Chaos(Path root, long seed) {
    this.root = root;
    this.random = new Random(seed);
  }

  /** KILLS [SEED] FOLDER. */
  public static void main(String[] args) throws Exception {
    int wanted = Integer.parseInt(args[0]);
    Chaos chaos = new Chaos(Path.of(args[2]), Long.parseLong(args[1]));
    chaos.killAbout(wanted, Integer.MAX_VALUE);
    System.out.println(chaos.kills + " kills survived, by moment:");
    chaos.moments.forEach((moment, count) -> System.out.printf("%5d %s%n", count, moment));
    chaos.differences.forEach(System.out::println);
    System.out.println(
        chaos.differences.isEmpty()
            ? "every run ended as one that nobody killed, to the last bit"
            : "error: " + chaos.differences.size() + " differences");
    System.exit(chaos.differences.isEmpty() ? 0 : 1);
  }

  /**
   * Kills so many times, in as many runs as that takes.
   *
   * @param waits at most so many kills that wait for a file, so that a test's time is bounded
   */
  void killAbout(int wanted, int waits) throws Exception {
    for (int i = 0; kills < wanted; i++) {
      String optimizer = OPTIMIZERS.get(i % OPTIMIZERS.size());
      TrainProcess training = new TrainProcess(root, settings(optimizer));
      String expected = "expected-" + i;
      String actual = "killed-" + i;
      long begun = System.nanoTime();
      training.toTheEnd(expected);
      duration = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
      int end = Math.min(wanted, kills + KILLS_A_RUN);
      while (kills < end) {
        boolean wait = kills < waits && random.nextInt(3) > 0;
        String moment = wait ? WRITES.get(random.nextInt(WRITES.size())) : "";
        killOnce(training, actual, moment);
      }
      training.toTheEnd(actual);
      for (String each : RunComparison.differences(root, expected, actual)) {
        differences.add(optimizer + ": " + each);
      }
      System.out.println(kills + " kills, " + optimizer + " compared");
    }
  }

  List<String> differences() {
    return differences;
  }

  int kills() {
    return kills;
  }

  private static List<String> settings(String optimizer) {
    return List.of(
        "--optimizer=" + optimizer,
        "--checkpoint-every=30",
        "--learning-rate=0.01",
        "--epochs=3",
        "--subset=even",
        "--batch-size=32",
        "--augment=flip,crop",
        "--dropout=0.25",
        "--validation=0.1");
  }

  /** Kills at the moment, or at a random time; a process that ended before was not killed. */
  private void killOnce(TrainProcess training, String run, String moment) throws Exception {
    Process process = training.start(run, List.of());
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1 + random.nextLong(duration));
    String hit = "at a random time";
    long bytes = bytes(run, moment);
    while (process.isAlive()) {
      if (moment.isEmpty() ? System.nanoTime() > end : seen(run, moment, bytes)) {
        hit = moment.isEmpty() ? hit : "while writing " + moment;
        TimeUnit.MICROSECONDS.sleep(random.nextInt(2000)); // To be in the middle of it, too.
        break;
      }
    }
    if (!process.isAlive()) {
      training.finish(process, run);
      return;
    }
    process.destroyForcibly().waitFor();
    kills++;
    moments.merge(hit, 1, Integer::sum);
    if (training.resumable(run)) {
      Path folder = root.resolve("checkpoints").resolve(run);
      for (Manifest.Checkpoint each : Manifest.read(folder).checkpoints()) {
        try {
          RunRecorder.requireIntact(folder, each);
        } catch (RunException e) {
          differences.add("after a kill " + hit + ": " + e.getMessage());
        }
      }
    }
  }

  private boolean seen(String run, String part, long bytes) throws IOException {
    if (GROWING.contains(part)) {
      return bytes(run, part) > bytes;
    }
    for (Path folder :
        List.of(
            root.resolve("checkpoints").resolve(run),
            root.resolve("checkpoints").resolve(run).resolve("saved_model"),
            root.resolve("graphs").resolve(run))) {
      String[] names = folder.toFile().list();
      if (names != null && Stream.of(names).anyMatch(name -> name.startsWith(part))) {
        return true;
      }
    }
    return false;
  }

  private long bytes(String run, String name) {
    return Stream.of("graphs", "checkpoints")
        .map(half -> root.resolve(half).resolve(run).toFile().listFiles())
        .filter(Objects::nonNull)
        .flatMap(Stream::of)
        .filter(file -> GROWING.contains(name) && file.getName().contains(name))
        .mapToLong(java.io.File::length)
        .sum();
  }
}
