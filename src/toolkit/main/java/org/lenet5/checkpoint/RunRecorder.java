package org.lenet5.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.OneLine;
import org.lenet5.io.Sha256;
import org.lenet5.training.EpochResult;
import org.lenet5.training.LastListener;
import org.lenet5.training.Position;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;

/**
 * Keeps what a run can be loaded from, in checkpoints/RUN: after each epoch a checkpoint, then
 * {@code run.json}, which makes the epoch count, then TensorFlow's state file. What other listeners
 * wrote for an epoch that does not count is dropped when the run is resumed. Not thread-safe.
 */
public final class RunRecorder implements LastListener {
  // TensorFlow's name for it.
  private static final String STATE = "checkpoint";

  private final Path folder;
  private final int keep;
  private final ManifestFiles files;
  private Manifest manifest;
  private Optional<StepCheckpoint> step;

  private RunRecorder(Path folder, int keep, Manifest manifest, Optional<StepCheckpoint> step) {
    this.folder = folder;
    this.keep = keep;
    this.files = new ManifestFiles(folder);
    this.manifest = manifest;
    this.step = step;
  }

  /**
   * Begins a run.
   *
   * @param keep how many of the newest checkpoints to keep, at least 1; the best one on the images
   *     held out is always kept besides
   */
  public static RunRecorder start(Path folder, int keep, Manifest manifest) {
    RunRecorder recorder = new RunRecorder(folder, keep, manifest, Optional.empty());
    recorder.files.write(manifest);
    return recorder;
  }

  /**
   * Goes on with a run from where it is restored. What a kill left half done is done first: the
   * state file names the checkpoints that {@code run.json} names, and no others are left.
   *
   * @param settings the configuration by flag, which may ask for more epochs
   */
  public static RunRecorder resume(
      Path folder, int keep, Manifest manifest, Position from, Map<String, String> settings) {
    Manifest resumed = manifest.upTo(from.epochs(), settings);
    Optional<StepCheckpoint> step =
        from.steps() == 0 ? Optional.empty() : StepCheckpoint.read(folder);
    RunRecorder recorder = new RunRecorder(folder, keep, resumed, step);
    recorder.files.write(resumed);
    recorder.writeState();
    recorder.prune();
    return recorder;
  }

  /** The manifest as it stands. */
  public Manifest manifest() {
    return manifest;
  }

  /**
   * Other settings from now on: a plan of more or fewer steps.
   *
   * @param settings the configuration by flag
   */
  public void settings(Map<String, String> settings) {
    manifest = manifest.with(settings);
    files.write(manifest);
  }

  @Override
  public void afterEpoch(EpochResult result) {
    String name = "ckpt-" + result.epoch();
    List<Manifest.Checkpoint> all = new ArrayList<>(manifest.checkpoints());
    all.add(new Manifest.Checkpoint(result.epoch(), save(name, result.variables())));
    Manifest.Epoch epoch = Manifest.Epoch.of(result);
    Optional<Manifest.Checkpoint> best = manifest.with(epoch, all).best();
    Set<Manifest.Checkpoint> newest =
        Set.copyOf(all.subList(Math.max(0, all.size() - keep), all.size()));
    all.removeIf(each -> !newest.contains(each) && !best.equals(Optional.of(each)));
    manifest = manifest.with(epoch, all);
    files.writeLastEpoch(manifest);
    step = Optional.empty();
    writeState();
    prune();
  }

  /** Keeps a checkpoint within an epoch, until the next one or the epoch's end. */
  public void onStep(Position position, Map<String, FloatNdArray> variables) {
    String name = StepCheckpoint.name(position);
    step = Optional.of(new StepCheckpoint(position, save(name, variables)));
    step.get().write(folder);
    writeState();
    prune();
  }

  /** Publishes both files of a checkpoint; returns their names with their SHA-256. */
  private Map<String, String> save(String name, Map<String, FloatNdArray> variables) {
    Map<String, String> digests = new TreeMap<>();
    Path file = folder.resolve(name);
    try {
      // Else the run would go on in a new folder, without its earlier epochs.
      if (!Manifest.isIn(folder)) {
        throw new NoSuchFileException(folder.resolve(Manifest.FILE).toString());
      }
      CheckpointFile.write(folder.resolve(".part-" + name).toString(), variables);
      for (String ending : CheckpointFile.ENDINGS) {
        Path part = folder.resolve(".part-" + name + ending);
        file = folder.resolve(name + ending);
        digests.put(name + ending, Sha256.of(part));
        AtomicFiles.sync(part);
        AtomicFiles.publish(part, file);
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", file, deletingParts(e));
    } catch (TensorFlowException | TFInvalidArgumentException e) {
      throw AtomicFiles.failed(
          "cannot write", file, deletingParts(new IOException(OneLine.reason(e), e)));
    }
    return digests;
  }

  // On a full disk they would keep taking the space that is needed.
  private IOException deletingParts(IOException cause) {
    try {
      AtomicFiles.deleteLeftovers(folder);
    } catch (UncheckedIOException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }

  // What Python's tf.train.latest_checkpoint reads: a CheckpointState message as text.
  private void writeState() {
    List<String> names = new ArrayList<>();
    manifest.checkpoints().forEach(each -> names.add(each.name()));
    step.ifPresent(each -> names.add(each.name()));
    if (names.isEmpty()) { // none is intact: the run begins anew
      AtomicFiles.delete(folder.resolve(STATE));
      return;
    }
    Path newest = folder.resolve(names.get(names.size() - 1) + ".index");
    if (Files.notExists(newest)) { // the folder was removed meanwhile, and writing made it again
      throw AtomicFiles.failed("cannot keep", newest, new NoSuchFileException(newest.toString()));
    }
    StringBuilder text = new StringBuilder();
    text.append("model_checkpoint_path: \"").append(names.get(names.size() - 1)).append("\"\n");
    for (String name : names) {
      text.append("all_model_checkpoint_paths: \"").append(name).append("\"\n");
    }
    AtomicFiles.writeString(folder.resolve(STATE), text.toString());
  }

  // A folder in a checkpoint's place is not from this program and may hold something: it is left
  // alone, and writing the checkpoint fails with its name.
  private void prune() {
    Set<String> names = new HashSet<>();
    manifest.checkpoints().forEach(each -> names.addAll(each.files().keySet()));
    step.ifPresent(each -> names.addAll(each.files().keySet()));
    try (Stream<Path> files = Files.list(folder)) {
      Set<Path> old =
          files
              .filter(file -> file.getFileName().toString().matches("(\\.part-)?ckpt-.*"))
              .filter(file -> !names.contains(file.getFileName().toString()))
              .filter(
                  file ->
                      !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
                          || file.getFileName().toString().startsWith(".part-"))
              .collect(Collectors.toSet());
      if (step.isEmpty()) {
        old.add(folder.resolve(StepCheckpoint.FILE));
      }
      for (Path each : old) {
        AtomicFiles.deleteTree(each);
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot delete old checkpoints in", folder, e);
    }
  }

  /**
   * Accepts a checkpoint whose files are there as they were written.
   *
   * @throws RunException naming a file that is missing or damaged
   * @throws UncheckedIOException if one cannot be read
   */
  public static void requireIntact(Path folder, Manifest.Checkpoint checkpoint) {
    requireDigests(folder.resolve(checkpoint.name()), checkpoint.files());
  }

  /**
   * Reads the variables of a checkpoint whose digests hold.
   *
   * @param manifest of the run, which names it
   * @param shapes the expected shapes by name
   * @throws RunException if a file is damaged, does not hold those variables, or another epoch's
   */
  public static Map<String, FloatNdArray> load(
      Path folder, Manifest manifest, Manifest.Checkpoint checkpoint, Map<String, Shape> shapes) {
    Path prefix = folder.resolve(checkpoint.name());
    Map<String, FloatNdArray> variables = load(prefix, checkpoint.files(), shapes);
    // Files and their SHA-256 may fit each other and still be another epoch's.
    String recorded = manifest.epochs().get(checkpoint.epoch() - 1).variablesSha256();
    if (!VariableDigests.sha256(variables).equals(recorded)) {
      throw new RunException(
          prefix + " is damaged: it is not what epoch " + checkpoint.epoch() + " ended with");
    }
    return variables;
  }

  private static Map<String, FloatNdArray> load(
      Path prefix, Map<String, String> digests, Map<String, Shape> shapes) {
    requireDigests(prefix, digests);
    try {
      return CheckpointFile.read(prefix.toString(), shapes);
    } catch (IllegalArgumentException | TensorFlowException e) {
      throw new RunException(prefix + " does not fit: " + OneLine.reason(e), e);
    }
  }

  private static void requireDigests(Path prefix, Map<String, String> digests) {
    digests.forEach(
        (name, digest) -> {
          Path file = prefix.resolveSibling(name);
          if (!Files.isRegularFile(file)) {
            throw new RunException(prefix + " is damaged: there is no file " + name);
          }
          try {
            if (!Sha256.of(file).equals(digest)) {
              throw new RunException(
                  prefix + " is damaged: the SHA-256 of " + name + " is not the one recorded");
            }
          } catch (IOException e) {
            // Not damage: a file that cannot be read now may be whole once the cause is gone.
            throw AtomicFiles.failed("cannot read", file, e);
          }
        });
  }

  /**
   * What a run goes on from.
   *
   * @param variables empty if it begins anew
   * @param damaged what was found damaged on the way, a line each
   */
  public record Restored(
      Position from, Map<String, FloatNdArray> variables, List<String> damaged) {}

  /**
   * Finds the newest checkpoint that is intact, within an epoch or at its end.
   *
   * @param stepsAnEpoch of this training
   * @param shapes the expected shapes by name
   * @throws java.io.UncheckedIOException if a file is there but cannot be read
   */
  public static Restored restore(
      Path folder, Manifest manifest, int stepsAnEpoch, Map<String, Shape> shapes) {
    List<String> damaged = new ArrayList<>();
    int epochs = manifest.epochs().size();
    try {
      Optional<StepCheckpoint> step = StepCheckpoint.read(folder);
      // One of an earlier epoch was left by a stop between the epoch's end and its deletion.
      if (step.isPresent() && step.get().position().epochs() == epochs) {
        if (step.get().position().steps() > stepsAnEpoch) {
          throw new RunException(
              folder.resolve(StepCheckpoint.FILE)
                  + " is damaged: an epoch has no step "
                  + step.get().position().steps());
        }
        Path prefix = folder.resolve(step.get().name());
        Map<String, FloatNdArray> variables = load(prefix, step.get().files(), shapes);
        return new Restored(step.get().position(), variables, damaged);
      }
    } catch (RunException e) {
      damaged.add(e.getMessage());
    }
    List<Manifest.Checkpoint> newestFirst = new ArrayList<>(manifest.checkpoints());
    Collections.reverse(newestFirst);
    for (Manifest.Checkpoint each : newestFirst) {
      try {
        Map<String, FloatNdArray> variables = load(folder, manifest, each, shapes);
        return new Restored(Position.afterEpochs(each.epoch()), variables, damaged);
      } catch (RunException e) {
        damaged.add(e.getMessage());
      }
    }
    return new Restored(Position.afterEpochs(0), Map.of(), damaged);
  }
}
