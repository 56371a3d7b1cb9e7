package org.lenet5.run;

import java.nio.file.Path;

/**
 * Where runs lie. Immutable.
 *
 * @param graphs holds a folder a run to look at: {@code metrics.csv}, charts, TensorBoard's events
 * @param checkpoints holds a folder a run to load from: checkpoints, {@code run.json}, the
 *     SavedModel
 */
public record RunFolders(Path graphs, Path checkpoints) {
  /** The folders {@code graphs} and {@code checkpoints} in {@code home}; created when needed. */
  public static RunFolders in(Path home) {
    return new RunFolders(home.resolve("graphs"), home.resolve("checkpoints"));
  }

  Path graphs(String run) {
    return graphs.resolve(run);
  }

  Path checkpoints(String run) {
    return checkpoints.resolve(run);
  }
}
