package org.lenet5.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.lenet5.chart.EpochCharts;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.Predictions;
import org.lenet5.checkpoint.RunArtifact;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.RunRecorder;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.data.Dataset;
import org.lenet5.report.MetricsCsv;
import org.lenet5.summary.TrainingSummaries;
import org.lenet5.training.EpochListener;
import org.lenet5.training.Trainer;
import org.tensorflow.ndarray.FloatNdArray;

/** All files that a run writes besides its checkpoints, from its start to its end. */
final class RunArtifacts implements AutoCloseable {
  private final List<RunArtifact> all;

  private RunArtifacts(List<RunArtifact> all) {
    this.all = all;
  }

  /** One more file of a run is one more line here. */
  static RunArtifacts of(
      Path graphs,
      Path checkpoints,
      List<Manifest.Epoch> earlier,
      Dataset data,
      TrainingSummaries.Run run) {
    List<MetricsCsv.Row> rows = earlier.stream().map(MetricsCsv.Row::of).toList();
    return new RunArtifacts(
        List.of(
            new SummariesArtifact(graphs, earlier, run),
            new MetricsCsv(graphs.resolve("metrics.csv"), rows),
            new EpochCharts(
                graphs,
                run.name() + " on " + run.dataset(),
                rows.stream().map(MetricsCsv.Row::point).toList()),
            new Predictions(checkpoints, earlier, data),
            new VariableDigests(checkpoints, earlier.size())));
  }

  /** The listeners to call for each epoch, before it counts. */
  List<EpochListener> listeners() {
    return List.copyOf(all);
  }

  void start() {
    all.forEach(RunArtifact::start);
  }

  /** Computes anew, from the checkpoints that are kept, what was lost with a file, and goes on. */
  void resume(Path checkpoints, Manifest manifest, Trainer trainer, Consumer<String> remarks) {
    Map<String, FloatNdArray> now = trainer.variables();
    for (Manifest.Checkpoint each : manifest.checkpoints()) {
      try {
        Map<String, FloatNdArray> then =
            RunRecorder.load(checkpoints, manifest, each, trainer.shapes());
        for (RunArtifact artifact : all) {
          artifact.recall(
              each.epoch(),
              then,
              () -> {
                trainer.restore(then);
                try {
                  return trainer.testPredictions();
                } finally {
                  trainer.restore(now);
                }
              });
        }
      } catch (RunException e) {
        remarks.accept(e.getMessage()); // an older one; the run goes on from one that is intact
      }
    }
    all.forEach(artifact -> artifact.resume(remarks));
  }

  /** Ends all of them, even if one fails. */
  @Override
  public void close() {
    List<RuntimeException> failures = new ArrayList<>();
    for (RunArtifact each : all) {
      try {
        each.close();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      RuntimeException first = failures.get(0);
      failures.subList(1, failures.size()).forEach(first::addSuppressed);
      throw first;
    }
  }
}
