package org.lenet5.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lenet5.training.Position;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;

/**
 * The newest checkpoint of a run that is whole.
 *
 * @param position where the run then was
 * @param name of the checkpoint; empty if the run begins anew
 * @param variables by name; empty if the run begins anew
 * @param damaged what is wrong with newer ones, a line each
 */
public record Restored(
    Position position, String name, Map<String, FloatNdArray> variables, List<String> damaged) {

  /**
   * Reads a run's newest checkpoint whose files have the SHA-256 and whose variables have the
   * digest that run.json names. A run that was stopped before it had one begins anew.
   *
   * @param folder checkpoints/RUN
   * @param shapes the expected shapes by name
   * @throws RunException if no checkpoint is whole
   * @throws java.io.UncheckedIOException if one is there but cannot be read
   */
  public static Restored newest(Path folder, Manifest manifest, Map<String, Shape> shapes) {
    List<String> damaged = new ArrayList<>();
    int epochs = manifest.epochs().size();
    Manifest.Partial partial = manifest.partial();
    if (partial != null) {
      String name = Manifest.Partial.name(epochs, partial.steps());
      try {
        return new Restored(
            new Position(epochs, partial.steps(), partial.lossSum(), partial.seconds()),
            name,
            load(folder, name, partial.files(), partial.variablesSha256(), shapes),
            damaged);
      } catch (RunException e) {
        damaged.add(e.getMessage());
      }
    }
    for (int i = manifest.checkpoints().size() - 1; i >= 0; i--) {
      Manifest.Checkpoint each = manifest.checkpoints().get(i);
      String digest = manifest.epochs().get(each.epoch() - 1).variablesSha256();
      try {
        return new Restored(
            Position.after(each.epoch()),
            each.name(),
            load(folder, each.name(), each.files(), digest, shapes),
            damaged);
      } catch (RunException e) {
        damaged.add(e.getMessage());
      }
    }
    if (epochs > 0) {
      throw new RunException(
          "no checkpoint of run "
              + manifest.run()
              + " is whole, so it cannot be gone on with; train it anew under another --run: "
              + String.join("; ", damaged));
    }
    return new Restored(Position.after(0), "", Map.of(), damaged);
  }

  private static Map<String, FloatNdArray> load(
      Path folder,
      String name,
      Map<String, String> files,
      String digest,
      Map<String, Shape> shapes) {
    Map<String, FloatNdArray> variables = RunRecorder.load(folder, name, files, shapes);
    // Files and their SHA-256 can fit each other and still be another epoch's.
    if (!Digest.of(variables).equals(digest)) {
      throw new RunException(
          folder.resolve(name) + " is damaged: its variables do not have run.json's digest");
    }
    return variables;
  }
}
