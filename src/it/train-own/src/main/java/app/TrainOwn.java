package app;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.lenet5.data.DataSource;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.image.ImageShape;
import org.lenet5.run.RunData;
import org.lenet5.run.RunFolders;
import org.lenet5.run.RunListener;
import org.lenet5.run.RunResult;
import org.lenet5.run.TrainingRun;
import org.lenet5.training.EpochResult;
import org.lenet5.training.TrainingConfig;

/** Trains on images that lie in no file: FOLDER */
public final class TrainOwn implements DataSource, RunListener {
  private static final ImageShape GREY = new ImageShape(28, 28, 1);

  private TrainOwn() {}

  public static void main(String[] args) {
    TrainOwn own = new TrainOwn();
    TrainingConfig config = TrainingConfig.builder().epochs(2).batchSize(20).build();
    TrainingRun run = new TrainingRun(RunData.of(own), own);
    RunResult result = run.start("shades", config, RunFolders.in(Path.of(args[0])));
    System.out.println("model: " + result.model().orElseThrow());
  }

  @Override
  public void onEpoch(EpochResult result) {
    System.out.printf("epoch %d: %.2f%n", result.epoch(), result.test().accuracy());
  }

  @Override
  public String name() {
    return "shades";
  }

  @Override
  public Dataset open() {
    return Dataset.of(name(), images(200, 1), images(100, 2), List.of("dark", "light"));
  }

  /** Noise, dark and light by turns. */
  private static LabeledImages images(int count, long seed) {
    byte[] pixels = new byte[count * GREY.bytes()];
    int[] labels = new int[count];
    Random random = new Random(seed);
    for (int i = 0; i < pixels.length; i++) {
      int image = i / GREY.bytes();
      labels[image] = image % 2;
      pixels[i] = (byte) (random.nextInt(128) + 128 * labels[image]);
    }
    return LabeledImages.copyOf(GREY, pixels, labels);
  }
}
