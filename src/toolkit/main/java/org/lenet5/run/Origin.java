package org.lenet5.run;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.RunRecorder;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.model.Model;
import org.lenet5.model.Transfer;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;

/**
 * The weights that a training begins with, of another run or of a checkpoint.
 *
 * @param source as {@code run.json} keeps it
 * @param run that they are of, if that is known
 * @param variables by name, without an optimizer's state
 */
record Origin(Manifest.Source source, Optional<Manifest> run, Map<String, FloatNdArray> variables) {
  private static final String VARIABLE = "[^/]+/(kernel|bias|gamma|beta|mean|variance)";

  /**
   * What {@code --from} names; empty if it names nothing.
   *
   * @param checkpoints where runs lie
   * @throws RunUsageException if there is no such run or checkpoint
   * @throws RunException if it is damaged
   */
  static Optional<Origin> of(TrainingConfig config, Path checkpoints) {
    String word = config.get(Settings.FROM);
    return word.equals(Settings.NONE) ? Optional.empty() : Optional.of(find(word, 0, checkpoints));
  }

  /**
   * @param epoch of a run; 0: as it would be exported
   */
  private static Origin find(String word, int epoch, Path checkpoints) {
    try {
      Optional<RunFolder> run = RunFolder.of(word, checkpoints);
      if (run.isPresent()) {
        return ofRun("--from " + run.get().name(), run.get(), epoch);
      }
      String path = Path.of(word).toAbsolutePath().normalize().toString();
      Path prefix = Path.of(path.replaceFirst("\\.index$", ""));
      if (CheckpointFile.exists(prefix)) {
        return ofCheckpoint(prefix);
      }
    } catch (InvalidPathException e) {
      throw unknown(word, checkpoints, e);
    }
    throw unknown(word, checkpoints, null);
  }

  private static RunUsageException unknown(String word, Path checkpoints, Throwable cause) {
    RunUsageException unknown =
        new RunUsageException(
            "--from %s: there is neither such a run in %s nor such a checkpoint"
                .formatted(word, checkpoints));
    unknown.initCause(cause);
    return unknown;
  }

  /**
   * The weights of a run.
   *
   * @param flag with its value, as messages begin
   * @param epoch 0: as it would be exported
   */
  static Origin ofRun(String flag, RunFolder named, int epoch) {
    Manifest run = Manifest.read(named.path());
    if (run.checkpoints().isEmpty()) {
      throw new RunUsageException(
          flag + ": the run has no checkpoint yet, as its first epoch did not end");
    }
    Manifest.Checkpoint exported = run.exported().orElseThrow();
    return of(
        named.name(),
        named.path(),
        run,
        run.checkpoints().stream()
            .filter(each -> each.epoch() == (epoch == 0 ? exported.epoch() : epoch))
            .findFirst()
            .orElseThrow(() -> new RunException("the run keeps no checkpoint of epoch " + epoch)));
  }

  private static Origin ofCheckpoint(Path prefix) {
    Path folder = prefix.getParent();
    if (Manifest.isIn(folder)) {
      Manifest run = Manifest.read(folder);
      for (Manifest.Checkpoint each : run.checkpoints()) {
        if (each.name().equals(prefix.getFileName().toString())) {
          return of(prefix.toString(), folder, run, each);
        }
      }
    }
    Map<String, Shape> shapes = new TreeMap<>(CheckpointFile.shapes(prefix));
    shapes.keySet().removeIf(name -> !name.matches(VARIABLE));
    return of(prefix.toString(), 0, Optional.empty(), CheckpointFile.weights(prefix, shapes));
  }

  private static Origin of(String name, Path folder, Manifest run, Manifest.Checkpoint checkpoint) {
    RunRecorder.requireIntact(folder, checkpoint);
    return of(
        name,
        checkpoint.epoch(),
        Optional.of(run),
        CheckpointFile.weights(folder.resolve(checkpoint.name()), run.model().variables()));
  }

  private static Origin of(
      String name, int epoch, Optional<Manifest> run, Map<String, FloatNdArray> variables) {
    return new Origin(
        new Manifest.Source(name, epoch, VariableDigests.sha256(variables)), run, variables);
  }

  /**
   * The weights that a run began with, to begin it again.
   *
   * @throws RunException if they are gone, or no longer what they were
   */
  static Optional<Origin> again(Manifest run, Path checkpoints) {
    if (run.sources() == null || run.sources().from() == null) {
      return Optional.empty();
    }
    Manifest.Source then = run.sources().from();
    String began =
        "run %s began with the weights of %s%s"
            .formatted(
                run.run(), then.name(), then.epoch() > 0 ? " after epoch " + then.epoch() : "");
    Origin now;
    try {
      now = find(then.name(), then.epoch(), checkpoints);
    } catch (RunUsageException | RunException e) {
      throw new RunException(began + ", which are gone: " + e.getMessage(), e);
    }
    if (!now.source.sha256().equals(then.sha256())) {
      throw new RunException(
          "%s, which have changed: their SHA-256 is %s, it was %s"
              .formatted(began, now.source.sha256(), then.sha256()));
    }
    return Optional.of(now);
  }

  /**
   * What a model takes of these weights.
   *
   * @param classes the names of what it tells apart
   * @throws RunUsageException if no layer fits
   */
  Transfer transfer(Model model, List<String> classes) {
    Transfer transfer =
        Transfer.of(
            model, variables, run.map(each -> each.data().classes().equals(classes)).orElse(true));
    if (transfer.layers().isEmpty()) {
      throw new RunUsageException(
          "--from %s: network %s has no layer of the same name and shapes: %s"
              .formatted(
                  source.name(),
                  model.architecture().name(),
                  String.join(", ", transfer.others())));
    }
    return transfer;
  }

  /** For people, a line each: which layers are taken, and what may be forgotten. */
  List<String> remarks(Model model, Transfer transfer) {
    List<String> remarks = new ArrayList<>();
    remarks.add(
        "From %s%s: %s%s"
            .formatted(
                source.name(),
                source.epoch() > 0 ? " after epoch " + source.epoch() : "",
                String.join(" ", transfer.layers()),
                transfer.others().isEmpty()
                    ? ""
                    : "; made anew: " + String.join(", ", transfer.others())));
    run.map(each -> TrainingConfig.of(each.settings()).normalization().word())
        .filter(word -> !run.get().model().normalization().equals(model.normalization()))
        .ifPresent(
            word ->
                remarks.add(
                    "%s learnt with --normalize %s: here pixels are scaled otherwise"
                        .formatted(source.name(), word)));
    return remarks;
  }
}
