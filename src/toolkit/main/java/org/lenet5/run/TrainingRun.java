package org.lenet5.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunLock;
import org.lenet5.data.DataException;
import org.lenet5.data.DataStore;
import org.lenet5.model.Model;
import org.lenet5.model.NetworkException;
import org.lenet5.model.PixelScaling;
import org.lenet5.training.MeasureOn;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;

/**
 * One training of a run, a new one or one that goes on, with all its files. The methods that train
 * return when the training has ended; one object trains once.
 *
 * <p>Files: {@code graphs/RUN} gets {@code metrics.csv}, {@code loss.png}, {@code accuracy.png} and
 * TensorBoard's events; {@code checkpoints/RUN} gets {@code run.json} with its copy, checkpoints,
 * {@code predictions.bin}, {@code digests.csv} and, when the last epoch is done, {@code
 * saved_model}. Each is published whole or appended to; an epoch counts once {@code run.json} names
 * it, and a run can be gone on with whenever its process ended. A lock in {@code checkpoints/RUN}
 * keeps other processes and threads out.
 *
 * <p>Errors, all unchecked: {@link RunUsageException} for a name or settings that cannot be used,
 * {@link DataException} for data that is missing, damaged or not the run's, a teacher's too, {@link
 * org.lenet5.checkpoint.RunException} for a damaged run or one that is being trained, {@link
 * org.lenet5.training.DivergedException} for a loss that is not finite, {@link
 * java.io.UncheckedIOException} naming the file that cannot be read or written, and whatever the
 * listener throws. After any of them the epochs that counted are there, and {@code resume} goes on.
 *
 * <p>Thread-safe: {@link #stop} may be called from any thread. The listener is called from the
 * thread that trains. Runs of different names may train at the same time.
 */
public final class TrainingRun {
  private static final Set<String> MAY_CHANGE =
      Set.of(Settings.EPOCHS.name(), Settings.PATIENCE.name(), Settings.EXPORT.name());

  private final RunData source;
  private final RunListener listener;
  private final Options options;
  private final AtomicBoolean begun = new AtomicBoolean();
  private volatile boolean stopping;
  private volatile long begunAt;

  /**
   * Options that do not change any result.
   *
   * @param workers threads that prepare batches, 1 to 64
   * @param keep newest checkpoints to keep, at least 1; the best one on the images held out is kept
   *     besides
   * @param checkpointEvery steps between checkpoints within an epoch; 0 for none
   * @param recipe that a new run's settings are from, as {@code run.json} is to name it; null if
   *     none
   * @param machines that train the replicas; null for this process
   * @param beside whether other runs train in this process at the same time, so that each is to
   *     have threads of its own
   */
  public record Options(
      int workers,
      int keep,
      int checkpointEvery,
      String recipe,
      Machines machines,
      boolean beside) {
    /** One worker, five checkpoints, none within an epoch. */
    public static final Options DEFAULT = new Options(1, 5, 0);

    /** Checks them: an {@link IllegalArgumentException} names the flag, its value and the range. */
    public Options {
      require(workers >= 1 && workers <= 64, "--workers " + workers + ": must be from 1 to 64");
      require(
          checkpointEvery >= 0, "--checkpoint-every " + checkpointEvery + ": must be at least 0");
      require(keep >= 1, "--keep " + keep + ": must be at least 1");
    }

    /** In this process, without a recipe. */
    public Options(int workers, int keep, int checkpointEvery) {
      this(workers, keep, checkpointEvery, null);
    }

    /** In this process. */
    public Options(int workers, int keep, int checkpointEvery, String recipe) {
      this(workers, keep, checkpointEvery, recipe, null, false);
    }

    /** These, with replicas trained on other machines. */
    public Options on(Machines others) {
      return new Options(workers, keep, checkpointEvery, recipe, others, beside);
    }

    /** These, where other runs train in this process at the same time. */
    public Options besideOthers() {
      return new Options(workers, keep, checkpointEvery, recipe, machines, true);
    }

    private static void require(boolean holds, String message) {
      if (!holds) {
        throw new RunUsageException(message);
      }
    }
  }

  /** A training on {@code source} with {@link Options#DEFAULT}. */
  public TrainingRun(RunData source, RunListener listener) {
    this(source, listener, Options.DEFAULT);
  }

  /** A training; nothing happens yet. */
  public TrainingRun(RunData source, RunListener listener, Options options) {
    this.source = source;
    this.listener = listener;
    this.options = options;
  }

  /**
   * Asks the training to end after the step in flight, with a checkpoint to go on from; does not
   * wait for that. Asked before the training begins, it ends after its first step.
   */
  public void stop() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  /**
   * Trains a new run under a name that says what it is, numbered if there was one before.
   *
   * @throws IllegalStateException if this object has trained already
   */
  @SuppressWarnings("try") // A lock is held, not used.
  public RunResult start(TrainingConfig config, RunFolders folders) {
    begin();
    RunData.Found found = source.find(config);
    Optional<Origin> origin = Origin.of(config, folders.checkpoints());
    requireFits(config, found, origin);
    requireHeldOut(config, found);
    try (Teaching teaching = Teaching.of(config, found.data(), folders.checkpoints())) {
      TrainingConfig named = named(config, found, origin, teaching);
      RunNames names = new RunNames(folders);
      String base = RunName.of(named);
      for (int i = 1; ; i++) {
        String name = i == 1 ? base : base + "_" + i;
        Optional<RunLock> claimed = names.claim(name);
        if (claimed.isPresent()) {
          try (RunLock lock = claimed.get()) {
            return train(name, named, folders, found, null, origin, teaching);
          }
        }
      }
    }
  }

  /**
   * Trains a new run.
   *
   * @param name of its folders: letters, digits, '.', '_', '-', '+', and '/' between names
   * @throws IllegalStateException if this object has trained already
   */
  @SuppressWarnings("try")
  public RunResult start(String name, TrainingConfig config, RunFolders folders) {
    begin();
    RunName.require(name);
    Teaching.requireOther(config, name);
    RunNames names = new RunNames(folders);
    names.requireFree(name);
    RunData.Found found = source.find(config);
    Optional<Origin> origin = Origin.of(config, folders.checkpoints());
    requireFits(config, found, origin);
    requireHeldOut(config, found);
    try (Teaching teaching = Teaching.of(config, found.data(), folders.checkpoints());
        RunLock lock =
            names
                .claim(name)
                .orElseThrow(
                    () ->
                        new RunUsageException(
                            "--run " + name + ": another process has just begun such a run"))) {
      TrainingConfig named = named(config, found, origin, teaching);
      return train(name, named, folders, found, null, origin, teaching);
    }
  }

  /** Goes on with a run as it was begun. */
  public RunResult resume(String name, RunFolders folders) {
    return resume(name, Map.of(), folders);
  }

  /**
   * Goes on with a run after its last intact checkpoint. The weights get the bits that they would
   * have without the stop.
   *
   * @param settings by flag, without dashes; those that are not given are the run's, and only
   *     {@code epochs}, {@code patience} and {@code export} may be other than the run's
   * @throws UnknownRunException if there is no such run
   * @throws IllegalStateException if this object has trained already
   */
  @SuppressWarnings("try")
  public RunResult resume(String name, Map<String, String> settings, RunFolders folders) {
    begin();
    RunName.require(name);
    Path folder = folders.checkpoints(name);
    if (!Manifest.isIn(folder)) {
      new RunNames(folders).requireNoRemains(name);
      throw new UnknownRunException(name, folders);
    }
    try (RunLock lock = RunLock.take(folder)) {
      Consumer<String> remarks = listener::onMessage;
      Manifest manifest = Manifest.readOrCopy(folder, remarks);
      TrainingConfig config = changed(name, manifest, settings);
      Manifest now = manifest.with(config.flags());
      if (!settings.containsKey(Settings.DATASET.name())) {
        RunData.requireThere(now);
      }
      RunData.Found found = source.find(now, remarks);
      requireSameData(name, manifest, found);
      try (Teaching teaching = Teaching.again(manifest, found.data(), folders.checkpoints())) {
        return train(name, config, folders, found, manifest, Optional.empty(), teaching);
      }
    }
  }

  private void begin() {
    begunAt = System.nanoTime();
    if (!begun.compareAndSet(false, true)) {
      throw new IllegalStateException("a TrainingRun trains once; make another");
    }
  }

  /**
   * Refuses what does not go with the shape of the data's images, and layers that the network has
   * not, before anything is written.
   */
  private static void requireFits(
      TrainingConfig config, RunData.Found found, Optional<Origin> origin) {
    List<String> classes = found.data().classNames();
    Model model;
    try {
      model =
          new Model(
              config.get(Settings.NETWORK),
              found.data().shape(),
              classes.size(),
              PixelScaling.NONE);
    } catch (NetworkException e) {
      throw new RunUsageException("--network: " + e.getMessage());
    }
    try {
      config.augmentation().requireFits(found.data().shape());
    } catch (IllegalArgumentException e) {
      throw new RunUsageException(e);
    }
    try {
      config.frozen(model);
    } catch (IllegalArgumentException e) {
      throw new RunUsageException(e);
    }
    origin.ifPresent(each -> each.transfer(model, classes));
  }

  private static void requireHeldOut(TrainingConfig config, RunData.Found found) {
    if (config.validation() > 0 && found.data().validation().isPresent()) {
      throw new RunUsageException(
          "--validation %s: must be 0, as %s holds out images itself"
              .formatted(config.validation(), found.data().name()));
    }
    int patience = config.get(Settings.PATIENCE);
    if (patience > 0 && config.validation() == 0 && found.data().validation().isEmpty()) {
      throw new RunUsageException(
          "--patience %d: needs images held out of training: --validation F".formatted(patience));
    }
    try {
      MeasureOn.apply(config, found.data());
    } catch (IllegalArgumentException e) {
      throw new RunUsageException(e);
    }
  }

  /** The settings, naming what was found as it can be found again. */
  private static TrainingConfig named(
      TrainingConfig config, RunData.Found found, Optional<Origin> origin, Teaching teaching) {
    TrainingConfig.Builder named = config.toBuilder().dataset(found.dataset());
    origin.ifPresent(each -> named.set(Settings.FROM, each.source().name()));
    if (teaching.source() != null) {
      named.set(Settings.TEACHER, teaching.source().name());
    }
    return named.build();
  }

  private static TrainingConfig changed(
      String name, Manifest manifest, Map<String, String> settings) {
    TrainingConfig recorded = TrainingConfig.of(manifest.settings());
    TrainingConfig config;
    try {
      config = recorded.with(asPlanned(recorded, settings));
    } catch (IllegalArgumentException e) {
      throw new RunUsageException(e);
    }
    refuseDifferences(name, recorded.flags(), config.flags());
    if (config.epochs() != recorded.epochs() && config.get(Settings.STEPS).isSaid()) {
      throw new RunUsageException(
          "--epochs %d: must stay %d, as run %s has --steps %s"
              .formatted(config.epochs(), recorded.epochs(), name, config.get(Settings.STEPS)));
    }
    if (config.epochs() != recorded.epochs() && config.get(Settings.SCHEDULE).dependsOnEpochs()) {
      throw new RunUsageException(
          "--epochs %d: must stay %d, as --schedule %s fits the rates to it"
              .formatted(config.epochs(), recorded.epochs(), config.get(Settings.SCHEDULE)));
    }
    if (config.epochs() < manifest.epochs().size()) {
      throw new RunUsageException(
          "--epochs "
              + config.epochs()
              + ": run "
              + name
              + " has "
              + manifest.epochs().size()
              + " already");
    }
    return config;
  }

  /** Who asks for the same time limit asks for what was planned in it. */
  private static Map<String, String> asPlanned(
      TrainingConfig recorded, Map<String, String> settings) {
    if (recorded.get(Settings.MINUTES) == 0
        || !settings.containsKey(Settings.MINUTES.name())
        || Settings.STEPS.in(settings).isSaid()) {
      return settings;
    }
    Map<String, String> planned = new LinkedHashMap<>(settings);
    planned.keySet().removeAll(List.of(Settings.STEPS.name(), Settings.EPOCHS.name()));
    return planned;
  }

  private static void refuseDifferences(
      String name, Map<String, String> recorded, Map<String, String> wanted) {
    List<String> differences = new ArrayList<>();
    recorded.forEach(
        (flag, value) -> {
          // More epochs are what resuming is for; what is exported changes no weights; and pictures
          // may have been moved: what they are is compared by their digest.
          boolean mayDiffer =
              MAY_CHANGE.contains(flag)
                  || flag.equals("dataset")
                      && DataStore.isPath(value)
                      && DataStore.isPath(wanted.get(flag));
          if (!mayDiffer && !value.equals(wanted.get(flag))) {
            differences.add("--" + flag + " " + wanted.get(flag) + " (it has " + value + ")");
          }
        });
    if (!differences.isEmpty()) {
      throw new RunUsageException(
          "--resume: run "
              + name
              + " was trained with other settings: "
              + String.join(", ", differences));
    }
  }

  private static void requireSameData(String name, Manifest manifest, RunData.Found found) {
    if (!found.data().sha256().equals(manifest.data().sha256())) {
      throw new DataException(
          "run "
              + name
              + " was trained on "
              + manifest.data().name()
              + " with SHA-256 "
              + manifest.data().sha256()
              + ", but it is now "
              + found.data().sha256());
    }
  }

  private RunResult train(
      String name,
      TrainingConfig config,
      RunFolders folders,
      RunData.Found found,
      Manifest earlier,
      Optional<Origin> origin,
      Teaching teaching) {
    return new RunSession(this, name, config, folders, found, options, listener, begunAt)
        .train(earlier, origin, teaching);
  }
}
