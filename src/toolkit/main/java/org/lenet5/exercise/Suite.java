package org.lenet5.exercise;

import com.fasterxml.jackson.annotation.JsonAlias;
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

  private static final SealedJson<Suite> JSON = new SealedJson<>(Suite.class, MOST_BYTES);

  public Suite {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    experiments = List.copyOf(experiments);
    failures = Collections.unmodifiableMap(new TreeMap<>(failures));
  }

  /**
   * A run of an experiment.
   *
   * @param name of the run, below the suite's folder
   */
  public record Run(String name, Experiment experiment, TrainingConfig config) {}

  /** Epochs of each run. */
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
    List<Experiment> all = new ArrayList<>(earlier.experiments);
    for (Experiment each : experiments) {
      if (all.stream().noneMatch(there -> there.name().equals(each.name()))) {
        all.add(each);
      }
    }
    // In the order of their declaration, whichever was started first.
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
    Path file = folder.resolve(FILE);
    Suite suite =
        JSON.read(file)
            .orElseThrow(
                () ->
                    new RunException("there are no exercises in " + folder + " (no " + FILE + ")"));
    if (suite.seeds < 1 || suite.seeds > MOST_SEEDS) {
      throw new RunException(
          file + " is damaged: its number of seeds must be from 1 to " + MOST_SEEDS);
    }
    try {
      suite.epochs();
      suite.runs(); // throws what its settings are not fit for
      return suite;
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new RunException(file + " is damaged: its settings are wrong: " + e.getMessage(), e);
    }
  }
}
