package org.lenet5.exercise;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.SealedJson;
import org.lenet5.io.AtomicFiles;
import org.lenet5.training.TrainingConfig;

/**
 * {@code checkpoints/SUITE/tune.json}: a search for settings. With what the runs beside it have
 * measured it decides everything: nothing is remembered that a kill could lose. Immutable.
 *
 * @param settings of every trial, by flag
 * @param space what differs
 * @param sampling how trials are spread over it
 * @param firstSeed decides which trials there are, and is the seed of each one's first run
 * @param reduction of so many trials one goes on
 * @param best how many trials are trained to the end and repeated with other seeds
 * @param seeds runs of each of the best
 * @param trials how many there are
 * @param asked what they were planned from: the number asked for
 * @param minutes what they were planned from: the time; 0 for no limit
 * @param planned false until the minutes' number of trials is known
 * @param seconds spent so far, over all starts
 * @param failures how runs ended before their last epoch, by the run's name
 * @param tested what the winners' runs reached on the test images, in the order of measuring
 */
public record Tuning(
    Map<String, String> settings,
    List<Dimension> space,
    Sampling sampling,
    long firstSeed,
    int reduction,
    int best,
    int seeds,
    int trials,
    int asked,
    double minutes,
    boolean planned,
    double seconds,
    Map<String, Failure> failures,
    List<Tested> tested) {
  /** The file's name. */
  public static final String FILE = "tune.json";

  /** More trials than anybody waits for. */
  public static final int MOST_TRIALS = 10_000;

  /** More seeds than anybody waits for. */
  public static final int MOST_SEEDS = 100;

  private static final long MOST_BYTES = 64 << 20;
  private static final int REFUSED = 2; // the exit codes of train
  private static final int DIVERGED = 4;

  private static final SealedJson<Tuning> JSON = new SealedJson<>(Tuning.class, MOST_BYTES);

  public Tuning {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    space = List.copyOf(space);
    failures = Collections.unmodifiableMap(new TreeMap<>(failures));
    tested = List.copyOf(tested);
  }

  /**
   * How a run ended before its time.
   *
   * @param exitCode of its process
   * @param message why
   */
  public record Failure(int exitCode, String message) {
    /** True if it would end so each time: that is a result, the worst. */
    public boolean endsEachTime() {
      return exitCode == DIVERGED || exitCode == REFUSED;
    }
  }

  /**
   * The measurement of a winner on the test images.
   *
   * @param run the run's name
   * @param variablesSha256 the weights that were measured
   * @param accuracy share of the test images, 0 to 1
   * @param loss mean over the test images
   */
  public record Tested(String run, String variablesSha256, double accuracy, double loss) {}

  /** A trial's name, which is its first run's; trials count from 0, names from 1. */
  static String name(int trial) {
    return String.format(Locale.ROOT, "trial-%04d", trial + 1);
  }

  /** The trials, in the order in which they were drawn. */
  public List<Experiment> draw() {
    return new Space(space).draw(sampling, firstSeed, settings, trials);
  }

  /** A trial's settings as flags, in a line: choices as the space has them. */
  public String described(Experiment trial) {
    return space.stream()
        .map(
            each ->
                "--%s %s"
                    .formatted(each.setting(), each.label(trial.differences().get(each.setting()))))
        .collect(Collectors.joining(" "));
  }

  /** Epochs of a whole training. */
  public int epochs() {
    return Integer.parseInt(settings.get("epochs"));
  }

  /** Who goes on when. */
  public Halving halving() {
    return Halving.of(trials, epochs(), reduction, best);
  }

  /** The name of a trial's run with the seed that is so many after the first. */
  String runName(Experiment trial, int seed) {
    return trial.name() + (seed == 0 ? "" : "_seed-" + (firstSeed + seed));
  }

  /** A run of a trial with the seed that is so many after the first. */
  Suite.Run run(Experiment trial, int seed) {
    return new Suite.Run(
        runName(trial, seed),
        trial,
        TrainingConfig.of(settings)
            .with(trial.differences())
            .with(Map.of("seed", Long.toString(firstSeed + seed))));
  }

  /**
   * The folder for this search: {@code wanted}, with a number if what lies there is another's.
   *
   * @param checkpoints where searches lie
   */
  public String folder(Path checkpoints, String wanted) {
    String name = wanted;
    for (int i = 2; ; i++) {
      Path folder = checkpoints.resolve(name);
      if (!Suite.isIn(folder) && (!isIn(folder) || fits(read(folder)))) {
        return name;
      }
      name = wanted + "-" + i;
    }
  }

  /** True if both draw the same trials and train them alike; one may have more than the other. */
  public boolean fits(Tuning other) {
    return settings.equals(other.settings)
        && space.equals(other.space)
        && sampling == other.sampling
        && firstSeed == other.firstSeed
        && reduction == other.reduction;
  }

  /** This search, with the time and results of {@code earlier}. */
  public Tuning and(Tuning earlier) {
    boolean same = asked == earlier.asked && minutes == earlier.minutes;
    return new Tuning(
        settings,
        space,
        sampling,
        firstSeed,
        reduction,
        best,
        seeds,
        same ? earlier.trials : trials,
        asked,
        minutes,
        same ? earlier.planned : planned,
        earlier.seconds,
        earlier.failures,
        earlier.tested);
  }

  /** This search with so many trials. */
  public Tuning with(int number) {
    return new Tuning(
        settings, space, sampling, firstSeed, reduction, best, seeds, number, asked, minutes,
        planned, seconds, failures, tested);
  }

  /** This search with the number of trials that its minutes are enough for. */
  public Tuning planned(int number) {
    return new Tuning(
        settings, space, sampling, firstSeed, reduction, best, seeds, number, asked, minutes, true,
        seconds, failures, tested);
  }

  /** This search after so much time, and with these runs failed. */
  public Tuning after(double all, Map<String, Failure> failed) {
    return new Tuning(
        settings, space, sampling, firstSeed, reduction, best, seeds, trials, asked, minutes,
        planned, all, failed, tested);
  }

  /** This search after another measurement on the test images. */
  public Tuning and(Tested more) {
    List<Tested> all = new ArrayList<>(tested);
    all.add(more);
    return new Tuning(
        settings, space, sampling, firstSeed, reduction, best, seeds, trials, asked, minutes,
        planned, seconds, failures, all);
  }

  /** Publishes it in {@code folder}. */
  public void write(Path folder) {
    byte[] bytes = JSON.sealed(this);
    AtomicFiles.write(folder.resolve(FILE), out -> out.write(bytes));
  }

  /** True if {@code folder} holds a search. */
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /**
   * Reads a search.
   *
   * @param folder checkpoints/SUITE
   * @throws RunException if there is none, or it is damaged
   */
  public static Tuning read(Path folder) {
    return JSON.require(
        folder.resolve(FILE),
        "there is no search in " + folder + " (no " + FILE + ")",
        Tuning::requireSound);
  }

  private void requireSound() {
    require(trials >= 1 && trials <= MOST_TRIALS, "trials must be from 1 to " + MOST_TRIALS);
    require(seeds >= 1 && seeds <= MOST_SEEDS, "seeds must be from 1 to " + MOST_SEEDS);
    require(best >= 1 && best <= MOST_TRIALS, "best must be from 1 to " + MOST_TRIALS);
    require(reduction >= 2 && reduction <= MOST_TRIALS, "reduction must be at least 2");
    require(Double.isFinite(seconds) && seconds >= 0, "seconds must be a number from 0");
    require(sampling != null, "the sampling is missing");
    require(!failures.containsValue(null), "a failure is empty");
    require(
        tested.stream().allMatch(each -> each.run() != null && each.variablesSha256() != null),
        "a measurement has no run");
    TrainingConfig.of(settings);
    require(epochs() >= 1, "epochs must be at least 1");
    new Space(space);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
