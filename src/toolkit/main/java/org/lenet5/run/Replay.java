package org.lenet5.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.data.Dataset;
import org.lenet5.training.Device;
import org.lenet5.training.EpochResult;
import org.lenet5.training.MeasureOn;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;

/**
 * Trains a run again, writing nothing, and compares all weights after each epoch. Not thread-safe.
 */
public final class Replay {
  private final Path folder;
  private final Manifest manifest;
  private final Dataset data;
  private final TrainingConfig config;
  private final int epochs;
  private final Optional<Origin> origin;
  private final Path checkpoints;

  /**
   * A replay; nothing is trained yet.
   *
   * @param folders where runs lie: another one, if this one began with its weights or learnt from
   *     it
   * @param folder checkpoints/RUN
   * @param epochs to compare, from 1 to what the run has
   * @throws org.lenet5.checkpoint.RunException if weights that the run began with are gone, or no
   *     longer what they were
   */
  public Replay(RunFolders folders, Path folder, Manifest manifest, Dataset data, int epochs) {
    this.folder = folder;
    this.manifest = manifest;
    this.epochs = epochs;
    this.config = TrainingConfig.of(manifest.settings());
    this.data = MeasureOn.apply(config, data);
    this.origin = Origin.again(manifest, folders.checkpoints());
    this.checkpoints = folders.checkpoints();
  }

  /** Ends the training once the difference has been told. */
  private static final class Differs extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Differs(String what) {
      super(what);
    }
  }

  /** Ends the training after the last epoch to compare: a schedule needs to know of all of them. */
  private static final class Compared extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Compared() {
      super("compared", null, false, false);
    }
  }

  /** The differences between this process and the run's, besides its settings, a clause each. */
  public List<String> otherDifferences() {
    Device device = Device.find(config.threads());
    List<String> others = new ArrayList<>();
    // The data first: with other images nothing else need be looked at.
    if (!data.sha256().equals(manifest.data().sha256())) {
      others.add("the data is " + data.sha256() + ", the run had " + manifest.data().sha256());
    }
    others.addAll(Platform.differences(manifest));
    if (!device.name().equals(manifest.device())) {
      others.add("the device is " + device.name() + ", the run had " + manifest.device());
    }
    int threads = Integer.parseInt(manifest.settings().getOrDefault("threads", "0"));
    int cores = Runtime.getRuntime().availableProcessors();
    if (threads > cores) {
      others.add(
          "the run had %d threads, this machine has %d core%s"
              .formatted(threads, cores, cores == 1 ? "" : "s"));
    }
    return others;
  }

  /**
   * Trains until an epoch differs or the last one is the same.
   *
   * @param listener told of each epoch that is identical, and of the passes
   * @return what differs first; empty if nothing does
   * @throws org.lenet5.training.DivergedException if a loss is not finite
   * @throws org.lenet5.data.DataException if a teacher that the run had is gone, or no longer what
   *     it was
   */
  public Optional<String> run(RunListener listener) {
    Map<Integer, Map<String, String>> digests = VariableDigests.read(folder);
    try (Teaching teaching = Teaching.again(manifest, data, checkpoints);
        Trainer trainer = new Trainer(config, data, 1, listener, teaching.teacher())) {
      origin.ifPresent(
          each -> trainer.begin(each.transfer(trainer.model(), data.classNames()).values()));
      trainer.train(
          0,
          List.of(
              result -> {
                compare(manifest.epochs().get(result.epoch() - 1), result, digests);
                listener.onEpoch(result);
                if (result.epoch() == epochs) {
                  throw new Compared();
                }
              }));
      return Optional.empty();
    } catch (Compared e) {
      return Optional.empty();
    } catch (Differs e) {
      return Optional.of(e.getMessage());
    }
  }

  private static void compare(
      Manifest.Epoch recorded, EpochResult result, Map<Integer, Map<String, String>> digests) {
    if (VariableDigests.sha256(result.variables()).equals(recorded.variablesSha256())) {
      return;
    }
    Map<String, String> before = digests.getOrDefault(recorded.epoch(), Map.of());
    List<String> variables = new ArrayList<>();
    VariableDigests.of(result.variables())
        .forEach(
            (name, digest) -> {
              if (before.containsKey(name) && !digest.equals(before.get(name))) {
                variables.add(name);
              }
            });
    String which =
        variables.isEmpty()
            ? "; which variable is not recorded (no " + VariableDigests.FILE + ")"
            : ": first "
                + variables.get(0)
                + ", "
                + variables.size()
                + " of "
                + result.variables().size()
                + " variables in all";
    throw new Differs("epoch " + recorded.epoch() + " differs" + which);
  }
}
