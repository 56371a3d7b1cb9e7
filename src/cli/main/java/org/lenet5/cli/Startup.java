package org.lenet5.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.lenet5.io.AtomicFiles;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * What scripts/lenet5 runs once after a build while Java notes which classes are loaded, to keep
 * them parsed and checked for the next start: trains a moment, and classifies with the model.
 * Writes where TensorFlow's natives lie.
 */
final class Startup {
  private Startup() {}

  /** Takes the file to name the natives' folder in; exits with what the commands exit with. */
  public static void main(String[] args) throws IOException {
    Path natives = Path.of(Loader.load(tensorflow.class)).getParent();
    Files.writeString(Path.of(args[0]), natives.toString());
    Path folder = Files.createTempDirectory("lenet5");
    int exit;
    try {
      Main.run("--help");
      exit =
          Main.run(
              "train",
              "--run=startup",
              "--epochs=1",
              "--validation=0.96", // 200 images are left to train on
              "--batch-size=50",
              "--graphs-dir=" + folder,
              "--checkpoints-dir=" + folder);
      if (exit == 0) {
        Path model = folder.resolve("startup/saved_model/1");
        Path image = model.resolve("assets.extra/golden/0.png");
        exit = Main.run("classify", "--model=" + model, image.toString());
      }
    } finally {
      AtomicFiles.deleteTree(folder);
    }
    System.exit(exit);
  }
}
