package app;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.run.RunData;
import org.lenet5.run.RunFolders;
import org.lenet5.run.RunListener;
import org.lenet5.run.RunResult;
import org.lenet5.run.TrainingRun;
import org.lenet5.training.EpochResult;
import org.lenet5.training.TrainingConfig;

/** Trains on images that lie in no file: FOLDER */
public final class TrainOwn implements RunListener {
  private TrainOwn() {}

  public static void main(String[] args) {
    Dataset shades = Dataset.of("shades", images(200, 1), images(100, 2), List.of("dark", "light"));
    TrainingConfig config = TrainingConfig.of(Map.of("epochs", "2", "batch-size", "20"));
    TrainingRun run = new TrainingRun(RunData.of(shades), new TrainOwn());
    RunResult result = run.start("shades", config, RunFolders.in(Path.of(args[0])));
    System.out.println("model: " + result.model().orElseThrow());
  }

  @Override
  public void onEpoch(EpochResult result) {
    System.out.printf("epoch %d: %.2f%n", result.epoch(), result.test().accuracy());
  }

  /** 32x32 pixels in RGB each: noise, dark and light by turns. */
  private static LabeledImages images(int count, long seed) {
    byte[] pixels = new byte[count * LabeledImages.IMAGE_BYTES];
    byte[] labels = new byte[count];
    Random random = new Random(seed);
    for (int i = 0; i < pixels.length; i++) {
      int image = i / LabeledImages.IMAGE_BYTES;
      labels[image] = (byte) (image % 2);
      pixels[i] = (byte) (random.nextInt(128) + 128 * labels[image]);
    }
    return LabeledImages.copyOf(pixels, labels);
  }
}
