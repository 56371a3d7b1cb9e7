package org.lenet5.exercise;

import java.nio.file.Path;
import java.util.List;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.Prediction;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.evaluation.ClassificationReport;

/** The only look that a search takes at the test images: at its winner, when nothing is open. */
public final class TestImages {
  private static final int BATCH = 512;

  private TestImages() {}

  /**
   * Measures the winner's runs that have not been measured yet, each once.
   *
   * @param home the search's folder below checkpoints
   * @param data with the test images
   * @return the search with what was measured; the same if there is no winner
   */
  public static Tuning measure(Tuning tuning, TuneResults results, Path home, Dataset data) {
    Tuning all = tuning;
    if (results.winner().isEmpty()) {
      return all;
    }
    for (int seed = 0; seed < tuning.seeds(); seed++) {
      String run = results.runName(results.winner().get().trial(), seed);
      if (results.states().isWhole(run) && of(all, run, weights(home, run)) == null) {
        all = all.and(measured(run, home, data));
      }
    }
    return all;
  }

  /** What was measured of a run with these weights; null if nothing was. */
  static Tuning.Tested of(Tuning tuning, String run, String weights) {
    return tuning.tested().stream()
        .filter(each -> each.run().equals(run) && each.variablesSha256().equals(weights))
        .findFirst()
        .orElse(null);
  }

  private static String weights(Path home, String run) {
    List<Manifest.Epoch> epochs = Manifest.read(home.resolve(run)).epochs();
    return epochs.get(epochs.size() - 1).variablesSha256();
  }

  private static Tuning.Tested measured(String run, Path home, Dataset data) {
    LabeledImages images = data.test();
    float[][] probabilities = new float[images.size()][];
    try (Classifier classifier = Classifier.load(home.resolve(run).resolve("saved_model"))) {
      int size = images.shape().bytes();
      for (int first = 0; first < images.size(); first += BATCH) {
        int count = Math.min(BATCH, images.size() - first);
        byte[] pixels = new byte[count * size];
        for (int i = 0; i < count; i++) {
          images.copyTo(first + i, pixels, i * size);
        }
        List<Prediction> predictions = classifier.classifyPixels(pixels);
        for (int i = 0; i < count; i++) {
          probabilities[first + i] = predictions.get(i).probabilities();
        }
      }
    }
    ClassificationReport report = ClassificationReport.of(data.classNames(), images, probabilities);
    return new Tuning.Tested(run, weights(home, run), report.accuracy(), report.loss());
  }
}
