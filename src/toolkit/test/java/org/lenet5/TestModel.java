package org.lenet5;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.data.BatchStream;
import org.lenet5.data.Cifar10;
import org.lenet5.data.DataStore;
import org.lenet5.data.LabeledImages;
import org.lenet5.export.Inference;
import org.lenet5.export.SavedModels;
import org.lenet5.model.Model;
import org.lenet5.model.Normalization;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;

/** An exported LeNet5 that was never trained, quick to make, whose answers differ by image. */
public final class TestModel {
  public static final Model LAYERS = Model.leNet5(10, Normalization.CIFAR10);

  private TestModel() {}

  /** Initial weights, kernels widened and no bias: with them as they are, all images look alike. */
  public static Map<String, FloatNdArray> weights(long seed) {
    Map<String, FloatNdArray> weights = LAYERS.initialWeights(seed);
    weights.forEach(
        (name, values) -> {
          float factor = name.endsWith("/kernel") ? 3 : 0;
          values.scalars().forEach(w -> w.setFloat(factor * w.getFloat()));
        });
    return weights;
  }

  /** The sample's first test images. */
  public static LabeledImages images(int count) {
    int[] first = java.util.stream.IntStream.range(0, count).map(i -> i * 37 % 1000).toArray();
    return new DataStore(Path.of("data")).load("sample").test().select(first);
  }

  /** Their pixels, uint8 [n,32,32,3]. */
  public static byte[] pixels(int count) {
    LabeledImages images = images(count);
    byte[] pixels = new byte[count * images.shape().bytes()];
    for (int i = 0; i < count; i++) {
      images.copyTo(i, pixels, i * images.shape().bytes());
    }
    return pixels;
  }

  /** Writes a SavedModel into {@code version} and gives back its folder. */
  public static Path write(Path version, long seed) {
    Path checkpoint = version.resolveSibling("ckpt-of-" + version.getFileName());
    try (BatchStream stream = BatchStream.inOrder(images(20), 20)) {
      Files.createDirectories(version.toAbsolutePath().getParent());
      CheckpointFile.write(checkpoint.toString(), weights(seed));
      ByteNdArray lent = stream.next().images();
      ByteNdArray images = NdArrays.ofBytes(lent.shape());
      lent.copyTo(images);
      SavedModels.write(
          new SavedModels.Source(
              LAYERS,
              Cifar10.CLASS_NAMES,
              checkpoint,
              images,
              Inference.probabilities(LAYERS, weights(seed), images)),
          version);
      return version;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
