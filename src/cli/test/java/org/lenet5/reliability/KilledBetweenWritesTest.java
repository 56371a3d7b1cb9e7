package org.lenet5.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lenet5.cli.Main;
import org.lenet5.io.AtomicFiles;

/**
 * A kill between two files leaves the first new and the second old. Such folders are put together
 * from a run after one epoch and the same run after two, for each place between two writes, and
 * gone on with. {@link KillSweep} does it with real kills.
 */
class KilledBetweenWritesTest {
  private static final List<String> SETTINGS =
      List.of("--batch-size=100", "--subset=even", "--validation=0.1", "--keep=1");

  /** What a second epoch and the end write and delete, in that order. */
  private static final List<String> WRITES =
      List.of(
          "graphs/events",
          "graphs/metrics.csv",
          "graphs/loss.png",
          "graphs/accuracy.png",
          "checkpoints/predictions.bin",
          "checkpoints/digests.csv",
          "checkpoints/ckpt-2.data-00000-of-00001",
          "checkpoints/ckpt-2.index",
          "checkpoints/run.json",
          "checkpoints/run.copy.json",
          "checkpoints/checkpoint",
          "checkpoints/ckpt-1.data-00000-of-00001",
          "checkpoints/ckpt-1.index",
          "checkpoints/saved_model/README.md",
          "checkpoints/saved_model/1");

  @TempDir private static Path root;

  private static int train(String run, String... more) {
    return Main.run(
        Stream.of(
                Stream.of(
                    "train",
                    "--run=" + run,
                    "--graphs-dir=" + root.resolve("graphs"),
                    "--checkpoints-dir=" + root.resolve("checkpoints")),
                Stream.of(more))
            .flatMap(each -> each)
            .toArray(String[]::new));
  }

  private static String[] begin(String epochs) {
    return Stream.concat(SETTINGS.stream(), Stream.of(epochs)).toArray(String[]::new);
  }

  @BeforeAll
  static void trainOneEpochThenTwo() throws IOException {
    assertThat(train("after", begin("--epochs=1"))).isZero();
    copy("after", "before");
    assertThat(train("after", "--resume", "--epochs=2", "--keep=1")).isZero();
    assertThat(train("whole", begin("--epochs=2"))).isZero();
  }

  private static void copy(String from, String to) throws IOException {
    for (String half : List.of("graphs", "checkpoints")) {
      copyTree(root.resolve(half).resolve(from), root.resolve(half).resolve(to));
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  // A run that goes on for longer renews its event file and goes on in another: both are one write
  // here.
  private static List<Path> files(String run, String write) throws IOException {
    String half = write.substring(0, write.indexOf('/'));
    String name = write.substring(half.length() + 1);
    Path folder = root.resolve(half).resolve(run);
    if (!name.equals("events")) {
      return List.of(folder.resolve(name));
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().contains("tfevents")).toList();
    }
  }

  static IntStream places() {
    return IntStream.rangeClosed(0, WRITES.size());
  }

  @ParameterizedTest
  @MethodSource("places")
  void goesOnToTheSameEnd(int written) throws IOException {
    String run = "killed-" + written;
    copy("before", run);
    for (String write : WRITES.subList(0, written)) {
      List<Path> old = files(run, write);
      for (Path each : old) {
        AtomicFiles.deleteTree(each);
      }
      for (Path source : files("after", write)) {
        if (Files.exists(source)) {
          copyTree(source, old.get(0).resolveSibling(source.getFileName()));
        }
      }
    }
    assertThat(train(run, "--resume", "--epochs=2", "--keep=1")).isZero();
    assertThat(RunComparison.differences(root, "whole", run)).isEmpty();
  }

  // A file that somebody adds to a run must be added above, too.
  @Test
  void noFileIsForgotten() throws IOException {
    Set<String> changed = new TreeSet<>();
    for (String half : List.of("graphs", "checkpoints")) {
      Set<String> names = new TreeSet<>();
      for (String run : List.of("before", "after")) {
        Path folder = root.resolve(half).resolve(run);
        try (Stream<Path> files = Files.walk(folder)) {
          files
              .filter(Files::isRegularFile)
              .forEach(each -> names.add(folder.relativize(each).toString()));
        }
      }
      for (String name : names) {
        Path before = root.resolve(half).resolve("before").resolve(name);
        Path after = root.resolve(half).resolve("after").resolve(name);
        if (!Files.exists(before)
            || !Files.exists(after)
            || (Files.mismatch(before, after) >= 0 && !name.equals(".lock"))) {
          changed.add(
              (half + "/" + name)
                  .replaceFirst("saved_model/1/.*", "saved_model/1")
                  .replaceFirst("events.*", "events"));
        }
      }
    }
    assertThat(changed).isEqualTo(new TreeSet<>(WRITES));
  }
}
