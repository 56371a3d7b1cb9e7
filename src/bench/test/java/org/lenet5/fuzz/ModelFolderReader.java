package org.lenet5.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lenet5.Golden;
import org.lenet5.checkpoint.CheckpointFile;
import org.lenet5.classify.Classifier;
import org.lenet5.classify.ModelException;
import org.lenet5.data.BatchStream;
import org.lenet5.data.Cifar10;
import org.lenet5.export.SavedModels;
import org.lenet5.io.AtomicFiles;
import org.lenet5.model.Model;
import org.lenet5.model.Normalization;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.NdArrays;

/** The reader of a SavedModel's folder: an input is the number of a file in it and its bytes. */
final class ModelFolderReader {
  private static final Map<String, byte[]> FILES = new TreeMap<>();

  static {
    try {
      Path folder = Files.createTempDirectory("model");
      CheckpointFile.write(folder.resolve("weights").toString(), Golden.arrays("weights.f32"));
      Path model = folder.resolve("1");
      try (BatchStream stream = BatchStream.inOrder(Golden.images(), 20)) {
        ByteNdArray lent = stream.next().images();
        ByteNdArray images = NdArrays.ofBytes(lent.shape());
        lent.copyTo(images);
        SavedModels.write(
            new SavedModels.Source(
                Model.leNet5(10, Normalization.NONE),
                Cifar10.CLASS_NAMES,
                folder.resolve("weights"),
                images,
                Golden.arrays("outputs.f32").get("probabilities")),
            model);
      }
      try (Stream<Path> all = Files.walk(model)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          FILES.put(model.relativize(file).toString(), Files.readAllBytes(file));
        }
      }
      AtomicFiles.deleteTree(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ModelFolderReader() {}

  /** One of the files as it was written. */
  static byte[] file(String name) {
    return FILES.get(name).clone();
  }

  static Reader reader() {
    String[] names = FILES.keySet().toArray(String[]::new);
    byte[][] seeds = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      byte[] content = FILES.get(names[i]);
      seeds[i] = ByteBuffer.allocate(1 + content.length).put((byte) i).put(content).array();
    }
    return new Reader(
        "model",
        Seeds.of("model", seeds),
        (input, folder) -> {
          write(folder, "");
          if (input.length > 0) {
            String name = names[Byte.toUnsignedInt(input[0]) % names.length];
            Files.write(folder.resolve(name), Arrays.copyOfRange(input, 1, input.length));
          }
          Classifier.load(folder).close();
        },
        Set.of(ModelException.class));
  }

  /** The reader of a SavedModel without digests: what passes the checks in Java is TensorFlow's. */
  static Reader foreign() {
    return new Reader(
        "model-foreign",
        Seeds.of("model-foreign", file("saved_model.pb")),
        (input, folder) -> {
          write(folder, "");
          AtomicFiles.deleteTree(folder.resolve("assets.extra"));
          Files.write(folder.resolve("saved_model.pb"), input);
          Classifier.load(folder).close();
        },
        Set.of(ModelException.class));
  }

  /** The pictures that golden.csv names. */
  static void writeImages(Path folder) throws IOException {
    write(folder, ".png");
  }

  private static void write(Path folder, String ending) throws IOException {
    for (Map.Entry<String, byte[]> file : FILES.entrySet()) {
      if (!file.getKey().endsWith(ending)) {
        continue;
      }
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
  }
}
