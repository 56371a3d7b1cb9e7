package org.lenet5.checkpoint;

import java.io.IOException;
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
   * Goes on with a run after one of its checkpoints.
   *
   * @param settings the configuration by flag, which may ask for more epochs
   */
  public static RunRecorder resume(
      Path folder, int keep, Manifest manifest, int epoch, Map<String, String> settings) {
    Manifest resumed = manifest.upTo(epoch, settings);
    resumed.write(folder);
    return new RunRecorder(folder, keep, resumed);
  }

  /** The manifest as it stands. */
  public Manifest manifest() {
    return manifest;
  }

  @Override
  public void onEpoch(EpochResult result) {
    List<Manifest.Checkpoint> kept = new ArrayList<>(manifest.checkpoints());
    kept.add(save(result.epoch(), result.variables()));
    kept = kept.subList(Math.max(0, kept.size() - keep), kept.size());
    manifest = manifest.with(Manifest.Epoch.of(result), kept);
    manifest.write(folder);
    writeState(kept);
    prune(kept);
  }

  private Manifest.Checkpoint save(int epoch, Map<String, FloatNdArray> variables) {
    String name = "ckpt-" + epoch;
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
      throw AtomicFiles.failed("cannot write", file, e);
    } catch (org.tensorflow.exceptions.TensorFlowException e) {
      throw AtomicFiles.failed("cannot write", file, new IOException(firstLine(e), e));
    }
    return new Manifest.Checkpoint(epoch, digests);
  }

  // What Python's tf.train.latest_checkpoint reads: a CheckpointState message as text.
  private void writeState(List<Manifest.Checkpoint> kept) {
    StringBuilder text = new StringBuilder();
    text.append("model_checkpoint_path: \"")
        .append(kept.get(kept.size() - 1).name())
        .append("\"\n");
    for (Manifest.Checkpoint each : kept) {
      text.append("all_model_checkpoint_paths: \"").append(each.name()).append("\"\n");
    }
    AtomicFiles.writeString(folder.resolve("checkpoint"), text.toString());
  }

  private void prune(List<Manifest.Checkpoint> kept) {
    Set<String> names = new HashSet<>();
    kept.forEach(each -> names.addAll(each.files().keySet()));
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
   */
  public static Map<String, FloatNdArray> load(
      Path folder, Manifest.Checkpoint checkpoint, Map<String, Shape> shapes) {
    if (!intact(folder, checkpoint)) {
      throw new RunException(
          folder.resolve(checkpoint.name()) + " is damaged: its SHA-256 is not run.json's");
    }
    try {
      return CheckpointFile.read(folder.resolve(checkpoint.name()).toString(), shapes);
    } catch (IllegalArgumentException | org.tensorflow.exceptions.TensorFlowException e) {
      throw new RunException(
          folder.resolve(checkpoint.name()) + " does not fit: " + firstLine(e), e);
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
