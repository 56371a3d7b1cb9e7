package org.lenet5.exercise;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.SealedJson;
import org.lenet5.io.AtomicFiles;
import org.lenet5.training.TrainingConfig;

/**
 * {@code checkpoints/SUITE/suite.json}: experiments that can be compared, because they differ only
 * in what each one names. Immutable.
 *
 * @param settings of every experiment, by flag: data set, epochs, threads and the baseline
 * @param firstSeed seed of each experiment's first run; its repeats have the following seeds
 * @param seeds runs of each experiment
 * @param experiments in the order to show them
 * @param seconds spent on the suite so far, over all starts
 * @param failures why a run ended before its last epoch, by the run's name
 */
public record Suite(
    Map<String, String> settings,
    @JsonAlias("firstSeed") long firstSeed, // version 0.1's name for it
    int seeds,
    List<Experiment> experiments,
    double seconds,
    Map<String, String> failures) {
  static final String FILE = "suite.json";

  // A suite of a thousand experiments takes a tenth of that.
  private static final long MOST_BYTES = 16 << 20;

  /** More runs of an experiment than anybody waits for. */
  public static final int MOST_SEEDS = 10_000;

  private static final SealedJson<Suite> JSON =
      new SealedJson<>(Suite.class, MOST_BYTES, Suite::complete);

  public Suite {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    experiments = List.copyOf(experiments);
    failures = Collections.unmodifiableMap(new TreeMap<>(failures));
  }

  /** What an experiment of an earlier file lacks: it was the baseline's variant. */
  private static void complete(ObjectNode suite) {
    for (JsonNode each : suite.path("experiments")) {
      if (each instanceof ObjectNode experiment && !experiment.has("after")) {
        experiment.put("after", "");
      }
    }
  }

  /**
   * A run of an experiment.
   *
   * @param name of the run, below the suite's folder
   */
  public record Run(String name, Experiment experiment, TrainingConfig config) {}

  /** Epochs of each run, unless its experiment says otherwise. */
  public int epochs() {
    return Integer.parseInt(settings.get("epochs"));
  }

  /** All runs: each experiment with the first seed, then each with the second, and so on. */
  public List<Run> runs() {
    return LongStream.range(firstSeed, firstSeed + seeds)
        .boxed()
        .flatMap(seed -> experiments.stream().map(each -> run(each, seed)))
        .toList();
  }

  private Run run(Experiment experiment, long seed) {
    TrainingConfig config =
        TrainingConfig.of(settings)
            .with(experiment.differences())
            .with(Map.of("seed", Long.toString(seed)));
    String name = experiment.name() + (seed == firstSeed ? "" : "_seed-" + seed);
    return new Run(name, experiment, config);
  }

  /**
   * The folder for this suite: {@code wanted}, with a number if the suite there has other settings.
   *
   * @param checkpoints where suites lie
   */
  public String folder(Path checkpoints, String wanted) {
    String name = wanted;
    for (int i = 2; ; i++) {
      Path folder = checkpoints.resolve(name);
      if (!isIn(folder) || fits(read(folder))) {
        return name;
      }
      name = wanted + "-" + i;
    }
  }

  /**
   * True if the runs of both can be compared: they share their settings, and so do experiments of
   * the same name.
   */
  public boolean fits(Suite other) {
    return settings.equals(other.settings)
        && firstSeed == other.firstSeed
        && experiments.stream()
            .allMatch(
                mine ->
                    other.experiments.stream()
                        .filter(each -> each.name().equals(mine.name()))
                        .allMatch(each -> each.differences().equals(mine.differences())));
  }

  /** This suite with the experiments, seeds, time and failures of {@code earlier} added. */
  public Suite and(Suite earlier) {
    List<Experiment> all =
        experiments.containsAll(earlier.experiments) // in the order of now
            ? new ArrayList<>(experiments)
            : joined(earlier.experiments, experiments);
    // The notebook's in the order of their declaration, whichever was started first.
    List<String> order = Experiments.notebook().list().stream().map(Experiment::name).toList();
    all.sort(
        java.util.Comparator.comparingInt(
            each -> order.contains(each.name()) ? order.indexOf(each.name()) : order.size()));
    return new Suite(
        settings,
        firstSeed,
        Math.max(seeds, earlier.seeds),
        all,
        earlier.seconds,
        earlier.failures);
  }

  private static List<Experiment> joined(List<Experiment> earlier, List<Experiment> more) {
    List<Experiment> all = new ArrayList<>(earlier);
    for (Experiment each : more) {
      if (all.stream().noneMatch(there -> there.name().equals(each.name()))) {
        all.add(each);
      }
    }
    return all;
  }

  /** This suite after some more time, and with these runs failed. */
  public Suite after(double moreSeconds, Map<String, String> failed) {
    return new Suite(settings, firstSeed, seeds, experiments, seconds + moreSeconds, failed);
  }

  /** Publishes it in {@code folder}. */
  public void write(Path folder) {
    byte[] bytes = JSON.sealed(this);
    AtomicFiles.write(folder.resolve(FILE), out -> out.write(bytes));
  }

  /** True if {@code folder} holds a suite. */
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /**
   * Reads a suite.
   *
   * @param folder checkpoints/SUITE
   * @throws RunException if there is none, or it is damaged
   */
  public static Suite read(Path folder) {
    return JSON.require(
        folder.resolve(FILE),
        "there are no exercises in " + folder + " (no " + FILE + ")",
        Suite::requireSound);
  }

  private void requireSound() {
    if (seeds < 1 || seeds > MOST_SEEDS) {
      throw new IllegalArgumentException("seeds must be from 1 to " + MOST_SEEDS);
    }
    epochs();
    runs(); // throws what its settings are not fit for
  }
}
