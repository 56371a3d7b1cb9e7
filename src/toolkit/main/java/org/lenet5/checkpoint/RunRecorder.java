package org.lenet5.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
import org.lenet5.io.Sha256;
import org.lenet5.training.EpochListener;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Position;
import org.tensorflow.exceptions.TFInvalidArgumentException;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;

/**
 * Keeps what a run can be loaded from, in checkpoints/RUN: after each epoch a checkpoint, then
 * {@code run.json}, which makes the epoch count. Must be the last listener of a run: what the
 * others wrote for an epoch that does not count is dropped when the run is resumed. Not
 * thread-safe.
 */
public final class RunRecorder implements EpochListener {
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
   * @param keep how many checkpoints to keep, at least 1
   */
  public static RunRecorder start(Path folder, int keep, Manifest manifest) {
    RunRecorder recorder = new RunRecorder(folder, keep, manifest, Optional.empty());
    recorder.files.write(manifest);
    return recorder;
  }

  /**
   * Goes on with a run from where it is restored.
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
    return recorder;
  }

  /** The manifest as it stands. */
  public Manifest manifest() {
    return manifest;
  }

  @Override
  public void onEpoch(EpochResult result) {
    String name = "ckpt-" + result.epoch();
    List<Manifest.Checkpoint> kept = new ArrayList<>(manifest.checkpoints());
    kept.add(new Manifest.Checkpoint(result.epoch(), save(name, result.variables())));
    kept = kept.subList(Math.max(0, kept.size() - keep), kept.size());
    manifest = manifest.with(Manifest.Epoch.of(result), kept);
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
      if (!Manifest.isIn(folder)) { // or the run would go on in a new folder, without its past
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
          "cannot write", file, deletingParts(new IOException(firstLine(e), e)));
    }
    return digests;
  }

  // On a full disk they would take the space that goes on missing.
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
    Path newest = folder.resolve(names.get(names.size() - 1) + ".index");
    if (Files.notExists(newest)) { // the folder was removed meanwhile, and writing made it again
      throw AtomicFiles.failed("cannot keep", newest, new NoSuchFileException(newest.toString()));
    }
    StringBuilder text = new StringBuilder();
    text.append("model_checkpoint_path: \"").append(names.get(names.size() - 1)).append("\"\n");
    for (String name : names) {
      text.append("all_model_checkpoint_paths: \"").append(name).append("\"\n");
    }
    AtomicFiles.writeString(folder.resolve("checkpoint"), text.toString());
  }

  private void prune() {
    Set<String> names = new HashSet<>();
    manifest.checkpoints().forEach(each -> names.addAll(each.files().keySet()));
    step.ifPresent(each -> names.addAll(each.files().keySet()));
    try (Stream<Path> files = Files.list(folder)) {
      Set<Path> old =
          files
              .filter(file -> file.getFileName().toString().matches("(\\.part-)?ckpt-.*"))
              .filter(file -> !names.contains(file.getFileName().toString()))
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

  /** True if all files of the checkpoint are there as they were written. */
  public static boolean intact(Path folder, Manifest.Checkpoint checkpoint) {
    try {
      requireIntact(folder, checkpoint);
      return true;
    } catch (RunException | UncheckedIOException e) {
      return false;
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
   * Reads variables of a checkpoint whose digests hold.
   *
   * @param shapes the expected shapes by name
   * @throws RunException if a file is damaged, or does not hold those variables
   */
  public static Map<String, FloatNdArray> load(
      Path folder, Manifest.Checkpoint checkpoint, Map<String, Shape> shapes) {
    return load(folder.resolve(checkpoint.name()), checkpoint.files(), shapes);
  }

  private static Map<String, FloatNdArray> load(
      Path prefix, Map<String, String> digests, Map<String, Shape> shapes) {
    requireDigests(prefix, digests);
    try {
      return CheckpointFile.read(prefix.toString(), shapes);
    } catch (IllegalArgumentException | TensorFlowException e) {
      throw new RunException(prefix + " does not fit: " + firstLine(e), e);
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
            // Not damaged: what cannot be read now may be whole once the cause is gone.
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
        Map<String, FloatNdArray> variables = load(folder, each, shapes);
        // Files and their SHA-256 may fit each other and still be another epoch's.
        String recorded = manifest.epochs().get(each.epoch() - 1).variablesSha256();
        if (!VariableDigests.sha256(variables).equals(recorded)) {
          throw new RunException(
              folder.resolve(each.name())
                  + " is damaged: it is not what epoch "
                  + each.epoch()
                  + " ended with");
        }
        return new Restored(Position.afterEpochs(each.epoch()), variables, damaged);
      } catch (RunException e) {
        damaged.add(e.getMessage());
      }
    }
    return new Restored(Position.afterEpochs(0), Map.of(), damaged);
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
