package org.lenet5.exercise;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.data.DataException;
import org.lenet5.io.AtomicFiles;
import org.lenet5.io.OneLine;
import org.lenet5.io.Sha256;
import org.lenet5.io.TemporaryFolder;
import org.lenet5.run.RunData;
import org.lenet5.run.RunFolders;
import org.lenet5.run.RunListener;
import org.lenet5.run.RunUsageException;
import org.lenet5.run.TrainingRun;
import org.lenet5.training.DivergedException;
import org.lenet5.training.EpochResult;
import org.lenet5.training.TrainingConfig;

/**
 * A run for another machine to train, with all that it needs but its data. The result's weights
 * depend on this and the data alone, so it can be trained by any machine, and again where one is
 * lost.
 *
 * @param name of the run, below the suite's folder
 * @param settings by flag
 * @param data that it is trained on, by what identifies it
 * @param keep checkpoints to keep
 * @param until the last epoch to train now
 * @param files that the run has, packed; empty for a new one
 */
public record RunOrder(
    String name,
    LinkedHashMap<String, String> settings,
    String data,
    int keep,
    int until,
    byte[] files)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  // The exit codes of train.
  private static final int FAILED = 1;
  private static final int REFUSED = 2;
  private static final int BAD_DATA = 3;
  static final int DIVERGED = 4;

  /**
   * The order to train a run, or to go on with it.
   *
   * @param data what identifies its data, such as a SHA-256
   * @param home the suite's folders
   */
  public static RunOrder of(Suite.Run run, String data, int keep, int until, RunFolders home) {
    boolean begun = Manifest.isIn(home.checkpoints().resolve(run.name()));
    return new RunOrder(
        run.name(),
        new LinkedHashMap<>(run.config().flags()),
        data,
        keep,
        until,
        begun ? RunFiles.pack(home, run.name()) : new byte[0]);
  }

  /**
   * Identifies what is to be trained, however far the run is: SHA-256, in hexadecimal, of name,
   * settings, data, last epoch and checkpoints to keep.
   */
  public String sha256() {
    String text =
        "%s %s on %s until %d, keep %d"
            .formatted(name, TrainingConfig.of(settings), data, until, keep);
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Trains it in a folder of its own, which is deleted again. What fails is a result, too, but for
   * an interruption.
   *
   * @param data as the run's settings name it
   * @param epochs told what each epoch measured, when its files are written
   * @throws CancellationException if the thread is interrupted
   * @throws java.io.UncheckedIOException if the folder cannot be made or read
   */
  public RunDelivery train(RunData data, Consumer<Manifest.Epoch> epochs) {
    try (TemporaryFolder scratch = TemporaryFolder.create()) {
      RunFolders folders = RunFolders.in(scratch.path());
      Runner.Ended ended = trained(data, folders, epochs);
      return RunDelivery.of(sha256(), RunFiles.pack(folders, name), ended);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot make a folder in", tmp(), e);
    }
  }

  private static Path tmp() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  private Runner.Ended trained(RunData data, RunFolders folders, Consumer<Manifest.Epoch> epochs) {
    try {
      train(data, folders, epochs);
      return Runner.Ended.WELL;
    } catch (CancellationException e) {
      throw e;
    } catch (RunUsageException e) {
      return new Runner.Ended(REFUSED, message(e));
    } catch (DataException e) {
      return new Runner.Ended(BAD_DATA, message(e));
    } catch (DivergedException e) {
      return new Runner.Ended(DIVERGED, message(e));
    } catch (RuntimeException e) {
      return new Runner.Ended(FAILED, message(e));
    }
  }

  private static String message(RuntimeException e) {
    String message = e.getMessage();
    return message == null || message.isBlank()
        ? e.getClass().getSimpleName()
        : OneLine.of(message.strip());
  }

  private void train(RunData data, RunFolders folders, Consumer<Manifest.Epoch> epochs) {
    Until listener = new Until(folders.checkpoints().resolve(name), epochs);
    TrainingRun training =
        new TrainingRun(data, listener, new TrainingRun.Options(1, keep, 0).besideOthers());
    listener.training = training;
    if (files.length == 0) {
      training.start(name, TrainingConfig.of(settings), folders);
    } else {
      RunFiles.unpack(files, folders, name);
      training.resume(name, settings, folders);
    }
  }

  /** Stops after the last epoch of now, unless the run ends with it. */
  private final class Until implements RunListener {
    private final Path checkpoints;
    private final Consumer<Manifest.Epoch> epochs;
    private TrainingRun training;

    private Until(Path checkpoints, Consumer<Manifest.Epoch> epochs) {
      this.checkpoints = checkpoints;
      this.epochs = epochs;
    }

    @Override
    public void onEpoch(EpochResult result) {
      epochs.accept(Manifest.read(checkpoints).epochs().get(result.epoch() - 1));
      if (result.epoch() >= until && !result.isLast()) {
        training.stop();
      }
    }
  }
}
