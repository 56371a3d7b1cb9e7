package org.lenet5.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lenet5.io.AtomicFiles;
import org.lenet5.training.EpochListener;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Position;
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
  private Manifest manifest;

  private RunRecorder(Path folder, int keep, Manifest manifest) {
    this.folder = folder;
    this.keep = keep;
    this.manifest = manifest;
  }

  /**
   * Begins a run.
   *
   * @param keep how many checkpoints to keep, at least 1
   */
  public static RunRecorder start(Path folder, int keep, Manifest manifest) {
    manifest.write(folder);
    return new RunRecorder(folder, keep, manifest);
  }

  /**
   * Goes on with a run from one of its checkpoints.
   *
   * @param position of the checkpoint; what came later no longer counts
   * @param settings the configuration by flag, which may ask for more epochs
   */
  public static RunRecorder resume(
      Path folder, int keep, Manifest manifest, Position position, Map<String, String> settings) {
    RunRecorder recorder = new RunRecorder(folder, keep, manifest);
    recorder.publish(manifest.upTo(position, settings));
    return recorder;
  }

  /** The manifest as it stands. */
  public Manifest manifest() {
    return manifest;
  }

  @Override
  public void onEpoch(EpochResult result) {
    List<Manifest.Checkpoint> kept = new ArrayList<>(manifest.checkpoints());
    String name = "ckpt-" + result.epoch();
    kept.add(new Manifest.Checkpoint(result.epoch(), save(name, result.variables())));
    kept = kept.subList(Math.max(0, kept.size() - keep), kept.size());
    publish(manifest.with(Manifest.Epoch.of(result), kept));
  }

  /**
   * Takes a checkpoint within an epoch, in the place of an earlier one of this kind. It lasts until
   * the epoch ends.
   *
   * @param position within the epoch after the manifest's last
   */
  public void savePartial(Position position, Map<String, FloatNdArray> variables) {
    String name = Manifest.Partial.name(position.epochs(), position.steps());
    publish(
        manifest.with(
            new Manifest.Partial(
                position.steps(),
                position.lossSum(),
                position.seconds(),
                Digest.of(variables),
                save(name, variables))));
  }

  // Stopped after any of these, the manifest names checkpoints that are there.
  private void publish(Manifest next) {
    next.write(folder);
    manifest = next;
    writeState();
    prune();
  }

  private Map<String, String> save(String name, Map<String, FloatNdArray> variables) {
    Map<String, String> digests = new HashMap<>();
    Path file = folder.resolve(name);
    try {
      CheckpointFile.write(folder.resolve(".part-" + name).toString(), variables);
      for (String ending : CheckpointFile.ENDINGS) {
        Path part = folder.resolve(".part-" + name + ending);
        file = folder.resolve(name + ending);
        digests.put(name + ending, Digest.of(part));
        AtomicFiles.sync(part);
        AtomicFiles.publish(part, file);
      }
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot write", file, deletingParts(e));
    } catch (org.tensorflow.exceptions.TensorFlowException e) {
      IOException cause = new IOException(firstLine(e), e);
      throw AtomicFiles.failed("cannot write", file, deletingParts(cause));
    }
    return digests;
  }

  // On a full disk they would take the space that other files need.
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
    if (manifest.partial() != null) {
      names.add(Manifest.Partial.name(manifest.epochs().size(), manifest.partial().steps()));
    }
    if (names.isEmpty()) {
      AtomicFiles.delete(folder.resolve("checkpoint"));
      return;
    }
    StringBuilder text = new StringBuilder();
    text.append("model_checkpoint_path: \"").append(names.get(names.size() - 1)).append("\"\n");
    for (String each : names) {
      text.append("all_model_checkpoint_paths: \"").append(each).append("\"\n");
    }
    AtomicFiles.writeString(folder.resolve("checkpoint"), text.toString());
  }

  private void prune() {
    Set<String> names = new HashSet<>();
    manifest.checkpoints().forEach(each -> names.addAll(each.files().keySet()));
    if (manifest.partial() != null) {
      names.addAll(manifest.partial().files().keySet());
    }
    try (Stream<Path> files = Files.list(folder)) {
      Set<Path> old =
          files
              .filter(file -> file.getFileName().toString().matches("(\\.part-)?ckpt-.*"))
              .filter(file -> !names.contains(file.getFileName().toString()))
              .collect(Collectors.toSet());
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
      for (Map.Entry<String, String> file : checkpoint.files().entrySet()) {
        Path path = folder.resolve(file.getKey());
        if (!Files.isRegularFile(path) || !Digest.of(path).equals(file.getValue())) {
          return false;
        }
      }
      return !checkpoint.files().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads variables of a checkpoint whose digests hold.
   *
   * @param shapes the expected shapes by name
   * @throws RunException if a file is damaged, or does not hold those variables
   * @throws java.io.UncheckedIOException if a file is there but cannot be read
   */
  public static Map<String, FloatNdArray> load(
      Path folder, Manifest.Checkpoint checkpoint, Map<String, Shape> shapes) {
    return load(folder, checkpoint.name(), checkpoint.files(), shapes);
  }

  static Map<String, FloatNdArray> load(
      Path folder, String name, Map<String, String> digests, Map<String, Shape> shapes) {
    digests.forEach(
        (file, digest) -> {
          Path path = folder.resolve(file);
          if (!Files.isRegularFile(path)) {
            throw new RunException(folder.resolve(name) + " is damaged: there is no file " + file);
          }
          try {
            if (!Digest.of(path).equals(digest)) {
              throw new RunException(
                  folder.resolve(name)
                      + " is damaged: the SHA-256 of "
                      + file
                      + " is not run.json's");
            }
          } catch (IOException e) {
            // Not damaged: what cannot be read today may be whole tomorrow.
            throw AtomicFiles.failed("cannot read", path, e);
          }
        });
    try {
      return CheckpointFile.read(folder.resolve(name).toString(), shapes);
    } catch (IllegalArgumentException e) {
      throw new RunException(folder.resolve(name) + " does not fit: " + e.getMessage(), e);
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
