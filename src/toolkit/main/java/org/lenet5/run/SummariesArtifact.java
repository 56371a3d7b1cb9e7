package org.lenet5.run;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunArtifact;
import org.lenet5.summary.TrainingSummaries;
import org.lenet5.training.EpochResult;

/** TensorBoard's events, whose file is open from the run's start to its end. */
final class SummariesArtifact implements RunArtifact {
  private final Path folder;
  private final List<Manifest.Epoch> earlier;
  private final TrainingSummaries.Run run;
  private TrainingSummaries summaries; // null before the start

  /**
   * @param folder graphs/RUN
   * @param earlier epochs before a resume
   */
  SummariesArtifact(Path folder, List<Manifest.Epoch> earlier, TrainingSummaries.Run run) {
    this.folder = folder;
    this.earlier = earlier;
    this.run = run;
  }

  @Override
  public void start() {
    summaries = TrainingSummaries.start(folder, Instant.now(), run);
  }

  @Override
  public void resume(Consumer<String> remarks) {
    summaries = TrainingSummaries.resume(folder, earlier, Instant.now(), run, remarks);
  }

  @Override
  public void onEpoch(EpochResult result) {
    summaries.onEpoch(result);
  }

  @Override
  public void close() {
    if (summaries != null) {
      summaries.close();
    }
  }
}
