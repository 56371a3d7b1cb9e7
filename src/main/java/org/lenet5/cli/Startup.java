package org.lenet5.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.data.Cifar10;
import org.lenet5.io.AtomicFiles;
import org.lenet5.model.LeNet5;
import org.lenet5.model.Normalization;
import org.tensorflow.internal.c_api.global.tensorflow;

/**
 * What scripts/lenet5 runs once after a build while Java notes which classes are loaded, to keep
 * them parsed and checked for the next start: exports a model that was never trained, and
 * classifies with it. Writes where TensorFlow's natives lie.
 */
final class Startup {
  private Startup() {}

  /** Takes the file to name the natives' folder in; exits with what the command exits with. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("lenet5");
    int exit;
    try {
      LeNet5 layers = new LeNet5(Cifar10.CLASS_NAMES.size(), Normalization.NONE);
      Path checkpoint = folder.resolve("ckpt");
      CheckpointFile.write(checkpoint.toString(), layers.initialWeights(1));
      Path model = folder.resolve("1");
      new Weights(checkpoint, 0, Cifar10.CLASS_NAMES, layers, Optional.empty()).export(model);
      Path natives = Path.of(Loader.load(tensorflow.class)).getParent();
      Files.writeString(Path.of(args[0]), natives.toString());
      Main.run("--help");
      exit =
          Main.run(
              "classify",
              "--model=" + model,
              model.resolve("assets.extra/golden/0.png").toString());
    } finally {
      AtomicFiles.deleteTree(folder);
    }
    System.exit(exit);
  }
}
