package org.lenet5.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.RunRecorder;
import org.lenet5.data.BatchStream;
import org.lenet5.data.DataException;
import org.lenet5.data.LabeledImages;
import org.lenet5.evaluation.Temperature;
import org.lenet5.export.Inference;
import org.lenet5.export.ModelOrigin;
import org.lenet5.export.SavedModels;
import org.lenet5.model.Model;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;

/**
 * A checkpoint with what its run's manifest says of it.
 *
 * @param prefix the checkpoint's path without {@code .index}
 * @param epoch after which it was taken; 0 if that is not known
 * @param classes names by label
 * @param model the layers
 * @param run the run it belongs to, if any
 */
record KnownCheckpoint(
    Path prefix, int epoch, List<String> classes, Model model, Optional<Manifest> run) {
  /** The epoch that the run's settings export. */
  static final String EXPORTED = "exported";

  /**
   * A run's checkpoint.
   *
   * @param which an epoch's number, "last", "best" (on the images held out), or {@link #EXPORTED}
   * @param remarks told, in a line, if the best epoch's checkpoint was not kept
   */
  static KnownCheckpoint ofRun(Path folder, String which, Consumer<String> remarks) {
    Manifest manifest = Manifest.read(folder);
    if (manifest.checkpoints().isEmpty()) {
      throw new RunException(
          "run " + manifest.run() + " has no checkpoint yet: its first epoch did not end");
    }
    Manifest.Checkpoint chosen = choose(manifest, which, remarks);
    RunRecorder.requireIntact(folder, chosen);
    return of(folder.resolve(chosen.name()), chosen.epoch(), manifest);
  }

  private static KnownCheckpoint of(Path prefix, int epoch, Manifest manifest) {
    return new KnownCheckpoint(
        prefix, epoch, manifest.data().classes(), manifest.model(), Optional.of(manifest));
  }

  /**
   * Any checkpoint with a network's variables.
   *
   * @param foreign what it is, if no run.json beside it says so
   */
  static KnownCheckpoint ofCheckpoint(Path prefix, ForeignCheckpoint foreign) {
    Model told = foreign.model(); // a wrong flag is refused, needed or not
    Path folder = prefix.toAbsolutePath().getParent();
    if (Files.exists(folder.resolve(Manifest.FILE))) {
      Manifest manifest = Manifest.read(folder);
      for (Manifest.Checkpoint each : manifest.checkpoints()) {
        if (each.name().equals(prefix.getFileName().toString())) {
          RunRecorder.requireIntact(folder, each);
          return of(folder.resolve(each.name()), each.epoch(), manifest);
        }
      }
    }
    return new KnownCheckpoint(prefix, 0, foreign.classes(), told, Optional.empty());
  }

  /** Where the checkpoint lies. */
  Path folder() {
    return prefix.toAbsolutePath().getParent();
  }

  private static Manifest.Checkpoint choose(
      Manifest manifest, String which, Consumer<String> remarks) {
    List<Manifest.Checkpoint> kept = manifest.checkpoints();
    if (which.equals(EXPORTED)) {
      return manifest.exported().orElseThrow();
    }
    if (which.equals("last")) {
      return kept.get(kept.size() - 1);
    }
    if (which.equals("best")) {
      WrongUsage.require(
          manifest.data().validation() > 0,
          "--epoch best: run "
              + manifest.run()
              + " held no images out to choose by (train --validation F), and the test images are"
              + " not for choosing");
      Manifest.Checkpoint best = manifest.best().orElseThrow();
      int epoch = manifest.bestEpoch().orElseThrow();
      if (epoch != best.epoch()) {
        remarks.accept(
            "run %s was best on the images held out after epoch %d, whose checkpoint an"
                    .formatted(manifest.run(), epoch)
                + " earlier version did not keep: taking epoch "
                + best.epoch());
      }
      return best;
    }
    return kept.stream()
        .filter(each -> Integer.toString(each.epoch()).equals(which))
        .findFirst()
        .orElseThrow(
            () ->
                new WrongUsage(
                    "--epoch "
                        + which
                        + ": must be last, best, or one whose checkpoint is kept: "
                        + String.join(
                            ", ",
                            kept.stream().map(each -> Integer.toString(each.epoch())).toList())));
  }

  /**
   * Writes the SavedModel into {@code target}, checked against these weights.
   *
   * @param images to check it with; it carries the first few to prove itself
   * @throws DataException if they are not of the model's shape
   */
  void export(Path target, LabeledImages images) {
    export(target, images, Temperature.NONE);
  }

  /**
   * The same, calibrated.
   *
   * @param temperature that the logits are divided by
   */
  void export(Path target, LabeledImages images, double temperature) {
    if (!images.shape().equals(model.image())) {
      throw new DataException(
          "%s takes images of %s, these are %s".formatted(prefix, model.image(), images.shape()));
    }
    Map<String, FloatNdArray> variables = CheckpointFile.weights(prefix, model.variables());
    ByteNdArray pixels;
    try (BatchStream stream =
        BatchStream.inOrder(images, SavedModels.checkedImages(images.shape()))) {
      ByteNdArray lent = stream.next().images();
      pixels = NdArrays.ofBytes(lent.shape());
      lent.copyTo(pixels);
    }
    SavedModels.write(
        new SavedModels.Source(
            model,
            classes,
            prefix,
            pixels,
            Inference.probabilities(model, variables, pixels, temperature),
            temperature == Temperature.NONE
                ? origin()
                : ModelOrigin.calibrated(origin(), temperature),
            temperature),
        target);
  }

  private Map<String, String> origin() {
    return run.map(manifest -> ModelOrigin.of(manifest, epoch)).orElse(Map.of());
  }

  /** What stands before the softmax, by image, then by class. */
  float[][] logits(LabeledImages images) {
    return Inference.logits(model, CheckpointFile.weights(prefix, model.variables()), images);
  }
}
