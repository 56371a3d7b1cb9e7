package org.lenet5.run;

import java.nio.file.Path;
import java.util.Optional;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.training.Position;

/**
 * How a training ended.
 *
 * @param run the run's name
 * @param graphs its folder to look at
 * @param checkpoints its folder to load from: what {@code Classifier.load} takes once there is a
 *     model
 * @param manifest as {@code run.json} has it: settings, data, and what each epoch measured
 * @param end how far the run has come
 * @param stopped true if {@link TrainingRun#stop} ended it; {@link TrainingRun#resume} goes on
 * @param model the SavedModel's folder; empty if the run was stopped before
 * @param seconds that this training took
 */
public record RunResult(
    String run,
    Path graphs,
    Path checkpoints,
    Manifest manifest,
    Position end,
    boolean stopped,
    Optional<Path> model,
    double seconds) {}
