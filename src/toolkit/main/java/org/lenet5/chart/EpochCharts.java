package org.lenet5.chart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lenet5.checkpoint.RunArtifact;
import org.lenet5.io.AtomicFiles;
import org.lenet5.training.EpochResult;

/**
 * Redraws {@code loss.png} and {@code accuracy.png} each epoch; a viewer sees the old picture or
 * the new one, never half of one. Not thread-safe.
 */
public final class EpochCharts implements RunArtifact {
  private final Path folder;
  private final String subject;
  private final List<EpochPoint> points;

  /**
   * Draws into {@code folder}, nothing before the first epoch ends.
   *
   * @param folder the run's, {@code graphs/RUN}; created if absent
   * @param subject below the titles: the run's name and the data set
   * @param earlier the epochs before a resume, in order; empty for a new run
   */
  public EpochCharts(Path folder, String subject, List<EpochPoint> earlier) {
    this.folder = folder;
    this.subject = subject;
    this.points = new ArrayList<>(earlier);
  }

  @Override
  public void resume(Consumer<String> remarks) {
    publish();
  }

  /**
   * {@inheritDoc}
   *
   * @throws java.io.UncheckedIOException if a picture cannot be written
   */
  @Override
  public void onEpoch(EpochResult result) {
    points.add(EpochPoint.of(result));
    publish();
  }

  /**
   * Draws the epochs so far; with none there are no pictures.
   *
   * @throws java.io.UncheckedIOException if a picture cannot be written
   */
  public void publish() {
    publish("loss.png", EpochChart.LOSS);
    publish("accuracy.png", EpochChart.ACCURACY);
  }

  private void publish(String name, EpochChart chart) {
    Path file = folder.resolve(name);
    if (points.isEmpty()) {
      AtomicFiles.delete(file);
      return;
    }
    byte[] png = Png.encode(chart.draw(subject, points));
    AtomicFiles.write(file, out -> out.write(png));
  }
}
