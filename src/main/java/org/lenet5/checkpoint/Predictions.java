package org.lenet5.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lenet5.io.AtomicFiles;
import org.lenet5.training.EpochListener;
import org.lenet5.training.EpochResult;

/**
 * {@code predictions.bin}: what the model took each test image for after each epoch, so that runs
 * can be compared image by image. Published whole each epoch. Not thread-safe.
 *
 * <pre>
 * one byte for each test image in the set's order, epoch after epoch from the first: the class
 * from 0, or 255 for an epoch of which nothing is known
 * </pre>
 */
public final class Predictions implements EpochListener {
  /** The file's name. */
  public static final String FILE = "predictions.bin";

  /** Stands for what is not known. */
  public static final byte UNKNOWN = -1;

  private final Path file;
  private final List<byte[]> epochs;

  /**
   * Writes into {@code folder}, nothing before the first epoch ends.
   *
   * @param folder checkpoints/RUN
   * @param earlier epochs before a resume; those of them that the file lacks stay unknown
   * @param images of the test set
   */
  public Predictions(Path folder, int earlier, int images) {
    this.file = folder.resolve(FILE);
    this.epochs = new ArrayList<>(earlier == 0 ? List.of() : read(folder, earlier, images));
  }

  @Override
  public void onEpoch(EpochResult result) {
    epochs.add(result.test().predictions());
    publish();
  }

  /** Writes the epochs so far; with none there is no file. */
  public void publish() {
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
  }

  /**
   * The classes by epoch and image. Epochs that the file lacks, as those of a run from before there
   * was such a file, are {@link #UNKNOWN}.
   *
   * @param folder checkpoints/RUN
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
      byte[] epoch = new byte[images];
      if ((i + 1L) * images <= all.length) {
        System.arraycopy(all, i * images, epoch, 0, images);
      } else {
        Arrays.fill(epoch, UNKNOWN);
      }
      found.add(epoch);
    }
    return found;
  }
}
