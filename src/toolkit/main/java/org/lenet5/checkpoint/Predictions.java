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
 * one byte for each test image in the set's order, epoch after epoch from the first: the class
 * from 0, or 255 for an epoch of which nothing is known
 * </pre>
 */
public final class Predictions implements RunArtifact {
  /** The file's name. */
  public static final String FILE = "predictions.bin";

  /** Stands for what is not known. */
  public static final byte UNKNOWN = -1;

  private final Path file;
  private final List<byte[]> epochs; // before the first that is appended
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
    this.epochs = earlier.isEmpty() ? new ArrayList<>() : read(folder, earlier, data);
  }

  /** Earlier epochs of which the file did not say what {@code run.json} measured, from 1. */
  public List<Integer> unknown() {
    return IntStream.rangeClosed(1, epochs.size())
        .filter(epoch -> epochs.get(epoch - 1)[0] == UNKNOWN)
        .boxed()
        .toList();
  }

  /** Puts the predictions of an epoch back, from 1: what its weights take the test images for. */
  public void restore(int epoch, byte[] predictions) {
    epochs.set(epoch - 1, predictions);
  }

  @Override
  public void recall(
      int epoch, Map<String, FloatNdArray> variables, Supplier<byte[]> testPredictions) {
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

  /** True if all are classes, and so many of them right as {@code epoch} measured. */
  private static boolean fit(byte[] predictions, Dataset data, Manifest.Epoch epoch) {
    int right = 0;
    for (int i = 0; i < predictions.length; i++) {
      if (Byte.toUnsignedInt(predictions[i]) >= data.classNames().size()) {
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
    written.append(result.test().predictions());
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
   * The classes by epoch and image. Epochs that the file lacks, or of which it does not say what
   * {@code run.json} measured, are {@link #UNKNOWN}: who took lost ones for wrong ones would judge
   * a run by them.
   *
   * @param folder checkpoints/RUN
   * @param epochs what was measured
   * @param data with the test images
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static List<byte[]> read(Path folder, List<Manifest.Epoch> epochs, Dataset data) {
    List<byte[]> found = read(folder, epochs.size(), data.test().size());
    for (int i = 0; i < found.size(); i++) {
      if (!fit(found.get(i), data, epochs.get(i))) {
        found.set(i, unknown(data.test().size()));
      }
    }
    return found;
  }

  /**
   * The bytes by epoch and image, whatever they say.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   */
  public static List<byte[]> read(Path folder, int epochs, int images) {
    Path file = folder.resolve(FILE);
    byte[] all;
    try {
      all = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot read", file, e);
    }
    List<byte[]> found = new ArrayList<>();
    for (int i = 0; i < epochs; i++) {
      found.add(
          (i + 1L) * images <= all.length
              ? Arrays.copyOfRange(all, i * images, (i + 1) * images)
              : unknown(images));
    }
    return found;
  }

  private static byte[] unknown(int images) {
    byte[] epoch = new byte[images];
    Arrays.fill(epoch, UNKNOWN);
    return epoch;
  }
}
