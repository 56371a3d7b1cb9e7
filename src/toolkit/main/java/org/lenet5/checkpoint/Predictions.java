package org.lenet5.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lenet5.data.Dataset;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.GrowingFile;
import org.lenet5.training.EpochResult;
import org.tensorflow.ndarray.FloatNdArray;

/**
 * {@code predictions.bin}: what the model took each test image for after each epoch, so that runs
 * can be compared image by image. Each epoch appends its own. Not thread-safe.
 *
 * <pre>
 * one number for each test image in the set's order, epoch after epoch from the first: the class
 * from 0, or the highest number for an epoch of which nothing is known. It has one byte, or two
 * (the higher first) where there are more than 255 classes
 * </pre>
 */
public final class Predictions implements RunArtifact {
  /** The file's name. */
  public static final String FILE = "predictions.bin";

  /** Stands for what is not known. */
  public static final int UNKNOWN = -1;

  /** The most classes that there may be. */
  static final int MOST_CLASSES = 65_535;

  private final Path file;
  private final List<byte[]> epochs; // as in the file, before the first that is appended
  private final int width; // bytes of a number
  private GrowingFile written; // null until these are

  /**
   * Writes into {@code folder}, nothing before the first epoch ends.
   *
   * @param folder checkpoints/RUN
   * @param earlier the epochs before a resume, whose predictions are kept
   * @param data with the test images
   */
  public Predictions(Path folder, List<Manifest.Epoch> earlier, Dataset data) {
    this.file = folder.resolve(FILE);
    this.width = width(data.classNames().size());
    this.epochs = new ArrayList<>();
    if (!earlier.isEmpty()) {
      read(folder, earlier, data).forEach(each -> epochs.add(encoded(each, width)));
    }
  }

  /** The earlier epochs whose predictions in the file disagree with {@code run.json}, from 1. */
  public List<Integer> unknown() {
    return IntStream.rangeClosed(1, epochs.size())
        .filter(epoch -> decoded(epochs.get(epoch - 1), 0, 1, width)[0] == UNKNOWN)
        .boxed()
        .toList();
  }

  /** Puts the predictions of an epoch back, from 1: what its weights take the test images for. */
  public void restore(int epoch, int[] predictions) {
    epochs.set(epoch - 1, encoded(predictions, width));
  }

  @Override
  public void recall(
      int epoch, Map<String, FloatNdArray> variables, Supplier<int[]> testPredictions) {
    if (unknown().contains(epoch)) {
      restore(epoch, testPredictions.get());
    }
  }

  @Override
  public void resume(Consumer<String> remarks) {
    List<Integer> lost = unknown();
    if (!lost.isEmpty()) {
      remarks.accept(
          file
              + " is damaged: the predictions after epoch "
              + lost.stream().map(String::valueOf).collect(Collectors.joining(", "))
              + " are lost; another training of the run would bring them back");
    }
    publish();
  }

  /**
   * True if every prediction is a class, and their accuracy is the one that {@code epoch} measured.
   */
  private static boolean fit(int[] predictions, Dataset data, Manifest.Epoch epoch) {
    int right = 0;
    for (int i = 0; i < predictions.length; i++) {
      if (predictions[i] < 0 || predictions[i] >= data.classNames().size()) {
        return false;
      }
      right += predictions[i] == data.test().label(i) ? 1 : 0;
    }
    return (double) right / data.test().size() == epoch.testAccuracy();
  }

  @Override
  public void onEpoch(EpochResult result) {
    publish();
    if (written == null) {
      written = new GrowingFile(file, 0);
    }
    written.append(encoded(result.test().predictions(), width));
  }

  /**
   * Writes the epochs before a resume, in place of what a run that was killed has left; with none
   * there is no file.
   */
  public void publish() {
    if (written != null) {
      return;
    }
    if (epochs.isEmpty()) {
      AtomicFiles.delete(file);
      return;
    }
    AtomicFiles.write(
        file,
        out -> {
          for (byte[] epoch : epochs) {
            out.write(epoch);
          }
        });
    written = new GrowingFile(file, epochs.stream().mapToLong(epoch -> epoch.length).sum());
  }

  /**
   * The classes by epoch and image. Epochs that the file lacks, or whose accuracy in it is not the
   * one in {@code run.json}, are {@link #UNKNOWN}, so that lost predictions are not judged as wrong
   * ones.
   *
   * @param folder checkpoints/RUN
   * @param epochs what was measured
   * @param data with the test images
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static List<int[]> read(Path folder, List<Manifest.Epoch> epochs, Dataset data) {
    List<int[]> found = read(folder, epochs.size(), data.test().size(), data.classNames().size());
    for (int i = 0; i < found.size(); i++) {
      if (!fit(found.get(i), data, epochs.get(i))) {
        found.set(i, unknown(data.test().size()));
      }
    }
    return found;
  }

  /**
   * The numbers by epoch and image, unchecked; {@link #UNKNOWN} for what the file lacks.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static List<int[]> read(Path folder, int epochs, int images, int classes) {
    Path file = folder.resolve(FILE);
    byte[] all;
    try {
      all = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
    int width = width(classes);
    List<int[]> found = new ArrayList<>();
    for (int i = 0; i < epochs; i++) {
      found.add(
          (i + 1L) * images * width <= all.length
              ? decoded(all, i * images * width, images, width)
              : unknown(images));
    }
    return found;
  }

  private static int width(int classes) {
    return classes <= 255 ? 1 : 2;
  }

  private static byte[] encoded(int[] epoch, int width) {
    byte[] bytes = new byte[epoch.length * width];
    for (int i = 0; i < epoch.length; i++) {
      for (int j = 0; j < width; j++) {
        bytes[i * width + j] = (byte) (epoch[i] >> 8 * (width - 1 - j));
      }
    }
    return bytes;
  }

  private static int[] decoded(byte[] bytes, int from, int images, int width) {
    int[] epoch = new int[images];
    int unknown = (1 << 8 * width) - 1;
    for (int i = 0; i < images; i++) {
      int value = 0;
      for (int j = 0; j < width; j++) {
        value = value << 8 | Byte.toUnsignedInt(bytes[from + i * width + j]);
      }
      epoch[i] = value == unknown ? UNKNOWN : value;
    }
    return epoch;
  }

  private static int[] unknown(int images) {
    int[] epoch = new int[images];
    Arrays.fill(epoch, UNKNOWN);
    return epoch;
  }
}
