package org.lenet5.interop;

import java.nio.file.Path;
import java.util.Locale;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunRecorder;
import org.lenet5.data.BatchStream;
import org.lenet5.data.DataStore;
import org.lenet5.data.Dataset;
import org.lenet5.training.PassListener;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.ndarray.FloatNdArray;

/**
 * Prints what this program makes of the sample's first test images with a run's last checkpoint: a
 * line of probabilities for each image. The interop checks compare it with Python's.
 *
 * <p>usage: ProbabilitiesOfRun CHECKPOINTS_OF_RUN IMAGES
 */
final class ProbabilitiesOfRun {
  private ProbabilitiesOfRun() {}

  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    Manifest manifest = Manifest.read(folder);
    Dataset sample = new DataStore(Path.of("data")).load("sample");
    TrainingConfig config = TrainingConfig.of(manifest.settings());
    try (Trainer trainer = new Trainer(config, sample, 1, PassListener.NONE);
        BatchStream images = BatchStream.inOrder(sample.test(), Integer.parseInt(args[1]))) {
      Manifest.Checkpoint last = manifest.checkpoints().get(manifest.checkpoints().size() - 1);
      trainer.restore(RunRecorder.load(folder, manifest, last, trainer.shapes()));
      for (FloatNdArray image : trainer.probabilities(images.next().images()).elements(0)) {
        StringBuilder line = new StringBuilder();
        image
            .scalars()
            .forEach(p -> line.append(String.format(Locale.ROOT, "%.9g ", p.getFloat())));
        System.out.println(line.toString().trim());
      }
    }
  }
}
