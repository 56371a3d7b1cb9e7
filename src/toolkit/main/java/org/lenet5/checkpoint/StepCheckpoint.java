package org.lenet5.checkpoint;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lenet5.io.AtomicFiles;
import org.lenet5.training.Position;

/**
 * {@code step.json}: the checkpoint of a run that was stopped, or saved, within an epoch.
 *
 * @param position where
 * @param files the checkpoint's files' names with their SHA-256
 */
record StepCheckpoint(Position position, Map<String, String> files) {
  static final String FILE = "step.json";
  // It holds two names with their digests: a much larger file is not from this program.
  private static final long MOST_BYTES = 10_000;

  private static final SealedJson<StepCheckpoint> JSON =
      new SealedJson<>(StepCheckpoint.class, MOST_BYTES);

  StepCheckpoint {
    files = java.util.Collections.unmodifiableMap(new TreeMap<>(files));
  }

  /** The name TensorFlow knows it by. */
  static String name(Position position) {
    return "ckpt-" + position.epochs() + "-step-" + position.steps();
  }

  String name() {
    return name(position);
  }

  void write(Path folder) {
    byte[] bytes = JSON.sealed(this);
    AtomicFiles.write(folder.resolve(FILE), out -> out.write(bytes));
  }

  /**
   * Reads a run's, if it has one.
   *
   * @throws RunException if it is damaged
   */
  static Optional<StepCheckpoint> read(Path folder) {
    Path file = folder.resolve(FILE);
    Optional<StepCheckpoint> read = JSON.read(file);
    if (read.isPresent() && !read.get().sound()) {
      throw new RunException(file + " is damaged: it does not describe a checkpoint");
    }
    return read;
  }

  // Names are followed into the folder: they must be the two that a checkpoint has.
  private boolean sound() {
    return position != null
        && position.epochs() >= 0
        && position.steps() >= 1
        && Double.isFinite(position.lossSum())
        && position.seconds() >= 0
        && files.size() == CheckpointFile.ENDINGS.size()
        && CheckpointFile.ENDINGS.stream().allMatch(ending -> files.get(name() + ending) != null);
  }
}
