package org.lenet5.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.lenet5.data.Cifar10;
import org.lenet5.data.PixelStatistics;
import org.lenet5.image.ImageShape;
import org.lenet5.model.Model;
import org.lenet5.training.BestBy;
import org.lenet5.training.ClassMeans;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Evaluation;
import org.lenet5.training.ExportedEpoch;
import org.lenet5.training.MeasureOn;
import org.lenet5.training.Patience;
import org.lenet5.training.Settings;
import org.lenet5.training.TrainingConfig;

/**
 * {@code run.json}: what a run was made of and what it measured, enough to repeat it. Its forms are
 * {@link ManifestFormat}'s, its files {@link ManifestFiles}'. Immutable.
 *
 * @param run the run's name
 * @param created when it began, ISO-8601 UTC
 * @param settings the configuration by flag
 * @param data what it was trained on
 * @param versions of the program and what it runs on
 * @param device "CPU" or "GPU"
 * @param parameters of the model
 * @param epochs what each epoch measured, in order
 * @param checkpoints those that are kept, oldest first
 * @param sources what else it was made from; null if there is nothing
 * @param unknownProperties what another version has put into the file besides, kept for it
 */
public record Manifest(
    String run,
    String created,
    Map<String, String> settings,
    Data data,
    Map<String, String> versions,
    String device,
    long parameters,
    List<Epoch> epochs,
    List<Checkpoint> checkpoints,
    Sources sources,
    ObjectNode unknownProperties) {

  /** The file's name. */
  public static final String FILE = "run.json";

  /** Name of a second copy, which is read when the first is damaged. */
  public static final String COPY = "run.copy.json";

  public Manifest {
    settings = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(settings));
    versions = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(versions));
    epochs = List.copyOf(epochs);
    checkpoints = List.copyOf(checkpoints);
    unknownProperties = unknownProperties.deepCopy();
  }

  /** A manifest without properties of other versions. */
  public Manifest(
      String run,
      String created,
      Map<String, String> settings,
      Data data,
      Map<String, String> versions,
      String device,
      long parameters,
      List<Epoch> epochs,
      List<Checkpoint> checkpoints) {
    this(
        run,
        created,
        settings,
        data,
        versions,
        device,
        parameters,
        epochs,
        checkpoints,
        null,
        JsonNodeFactory.instance.objectNode());
  }

  /**
   * What a run was made from besides its data.
   *
   * @param from whose weights it began with; null if they were random
   * @param teacher whose answers it learnt; null if there was none
   * @param recipe name of the recipe that its settings are from; null if there was none
   */
  public record Sources(Source from, Source teacher, String recipe) {}

  /**
   * A model that a run learnt from.
   *
   * @param name a run's, or the absolute path of a checkpoint or SavedModel
   * @param epoch after which its weights were taken; 0 if that is not known
   * @param sha256 of its variables, or of the SavedModel's files
   */
  public record Source(String name, int epoch, String sha256) {}

  /** This manifest with what else the run was made from. */
  public Manifest with(Sources newSources) {
    return new Manifest(
        run,
        created,
        settings,
        data,
        versions,
        device,
        parameters,
        epochs,
        checkpoints,
        newSources,
        unknownProperties);
  }

  /**
   * The data set.
   *
   * @param name as the flag has it
   * @param sha256 identifies the data
   * @param training images trained on
   * @param validation images held out
   * @param test images measured on
   * @param classes names by label
   * @param folder where data sets were kept, an absolute path; null for an embedded data set, and
   *     for runs of version 0.1, which did not record it
   * @param images their shape; null for runs of version 0.1, which knew CIFAR-10's only
   * @param skipped pictures and classes that were left out as bad, with the reason; null if none
   *     were
   */
  public record Data(
      String name,
      String sha256,
      int training,
      int validation,
      int test,
      List<String> classes,
      String folder,
      Images images,
      List<String> skipped) {
    public Data {
      classes = List.copyOf(classes);
      skipped = skipped == null ? null : List.copyOf(skipped);
    }

    /** A data set of which nothing was left out. */
    public Data(
        String name,
        String sha256,
        int training,
        int validation,
        int test,
        List<String> classes,
        String folder,
        Images images) {
      this(name, sha256, training, validation, test, classes, folder, images, null);
    }

    private Data in(String newFolder) {
      return new Data(
          name, sha256, training, validation, test, classes, newFolder, images, skipped);
    }
  }

  /**
   * What the data set's images are like.
   *
   * @param height rows
   * @param width columns
   * @param channels 1 or 3
   * @param pixels mean and deviation of the training images where the model is normalized by them,
   *     else null
   */
  public record Images(int height, int width, int channels, PixelStatistics pixels) {
    /**
     * Images of that shape, with mean and deviation of their pixels where the model is normalized
     * by them.
     */
    public static Images of(ImageShape shape, Optional<PixelStatistics> pixels) {
      return new Images(shape.height(), shape.width(), shape.channels(), pixels.orElse(null));
    }

    /** The shape of an image. */
    public ImageShape shape() {
      return new ImageShape(height, width, channels);
    }
  }

  /** The layers that the run trains. */
  public Model model() {
    ImageShape shape = data.images() == null ? Cifar10.SHAPE : data.images().shape();
    TrainingConfig config = TrainingConfig.of(settings);
    return new Model(
        config.get(Settings.NETWORK),
        shape,
        data.classes().size(),
        config.normalization().scaling(shape, () -> data.images().pixels()));
  }

  /** True if what stands for test images here are the images held out of training. */
  public boolean measuresHeldOut() {
    return TrainingConfig.of(settings).get(Settings.MEASURE_ON) == MeasureOn.HELD_OUT;
  }

  /**
   * What an epoch measured; see {@link EpochResult}.
   *
   * @param validationLoss null without validation
   * @param validationAccuracy null without validation
   * @param variablesSha256 of all variables after the epoch, optimizer state included
   * @param testBalancedAccuracy null in runs of version 0.1, as are the next three
   * @param testMacroF1 as {@link ClassMeans} says
   * @param validationBalancedAccuracy null without validation, too
   * @param validationMacroF1 null without validation, too
   */
  public record Epoch(
      int epoch,
      String wallTime,
      double trainLoss,
      double testLoss,
      double trainAccuracy,
      double testAccuracy,
      Double validationLoss,
      Double validationAccuracy,
      double learningRate,
      double trainSeconds,
      double evaluationSeconds,
      double imagesPerSecond,
      String variablesSha256,
      Double testBalancedAccuracy,
      Double testMacroF1,
      Double validationBalancedAccuracy,
      Double validationMacroF1)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What version 0.1 knew of an epoch. */
    public Epoch(
        int epoch,
        String wallTime,
        double trainLoss,
        double testLoss,
        double trainAccuracy,
        double testAccuracy,
        Double validationLoss,
        Double validationAccuracy,
        double learningRate,
        double trainSeconds,
        double evaluationSeconds,
        double imagesPerSecond,
        String variablesSha256) {
      this(
          epoch,
          wallTime,
          trainLoss,
          testLoss,
          trainAccuracy,
          testAccuracy,
          validationLoss,
          validationAccuracy,
          learningRate,
          trainSeconds,
          evaluationSeconds,
          imagesPerSecond,
          variablesSha256,
          null,
          null,
          null,
          null);
    }

    /** Of the test images; empty if the run does not say. */
    public Optional<ClassMeans> testMeans() {
      return means(testBalancedAccuracy, testMacroF1);
    }

    /** Of the images held out; empty without any, or if the run does not say. */
    public Optional<ClassMeans> validationMeans() {
      return means(validationBalancedAccuracy, validationMacroF1);
    }

    private static Optional<ClassMeans> means(Double balancedAccuracy, Double macroF1) {
      return balancedAccuracy == null || macroF1 == null
          ? Optional.empty()
          : Optional.of(new ClassMeans(balancedAccuracy, macroF1));
    }

    static Epoch of(EpochResult result) {
      ClassMeans test = result.test().classMeans();
      Optional<ClassMeans> validation = result.validation().map(Evaluation::classMeans);
      return new Epoch(
          result.epoch(),
          result.time().truncatedTo(java.time.temporal.ChronoUnit.MILLIS).toString(),
          result.trainLoss(),
          result.test().loss(),
          result.train().accuracy(),
          result.test().accuracy(),
          result.validation().map(v -> v.loss()).orElse(null),
          result.validation().map(v -> v.accuracy()).orElse(null),
          result.learningRate(),
          result.trainSeconds(),
          result.evaluationSeconds(),
          result.imagesPerSecond(),
          VariableDigests.sha256(result.variables()),
          test.balancedAccuracy(),
          test.macroF1(),
          validation.map(ClassMeans::balancedAccuracy).orElse(null),
          validation.map(ClassMeans::macroF1).orElse(null));
    }
  }

  /**
   * A checkpoint that is kept.
   *
   * @param epoch after which it was taken
   * @param files its files' names with their SHA-256
   */
  public record Checkpoint(int epoch, Map<String, String> files) {
    public Checkpoint {
      files = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(files));
    }

    /** The name TensorFlow knows it by. */
    public String name() {
      return "ckpt-" + epoch;
    }
  }

  /**
   * This manifest with another data folder, or with the versions of the program and machine that go
   * on with it.
   *
   * @param dataFolder as {@link Data#folder}
   * @param newVersions as {@link #versions}
   */
  public Manifest movedTo(String dataFolder, Map<String, String> newVersions) {
    return new Manifest(
        run,
        created,
        settings,
        data.in(dataFolder),
        newVersions,
        device,
        parameters,
        epochs,
        checkpoints,
        sources,
        unknownProperties);
  }

  /** The epoch that was best on the images held out; empty if none were, or no epoch. */
  public OptionalInt bestEpoch() {
    return best(epochs.stream().map(Epoch::epoch).toList()).stream()
        .mapToInt(Integer::intValue)
        .findFirst();
  }

  /**
   * The checkpoint that {@link #bestEpoch} ended with, or the best of those that are kept: version
   * 0.1 kept the newest alone.
   */
  public Optional<Checkpoint> best() {
    return best(checkpoints.stream().map(Checkpoint::epoch).toList())
        .flatMap(epoch -> checkpoints.stream().filter(c -> c.epoch() == epoch).findFirst());
  }

  // Of equals the earlier one: a later one replaces it only if it is better.
  private Optional<Integer> best(List<Integer> among) {
    return data.validation() == 0
        ? Optional.empty()
        : among.stream().max(Comparator.comparingDouble(each -> goodness(epochs.get(each - 1))));
  }

  private double goodness(Epoch epoch) {
    return bestBy().goodness(epoch.validationAccuracy(), epoch.validationLoss());
  }

  private BestBy bestBy() {
    return Settings.BEST_BY.in(settings);
  }

  /** The run's patience, which has counted all its epochs. */
  public Patience patience() {
    Patience patience = new Patience(Settings.PATIENCE.in(settings), bestBy());
    if (data.validation() > 0) {
      epochs.forEach(each -> patience.add(each.validationAccuracy(), each.validationLoss()));
    }
    return patience;
  }

  /**
   * The epochs that the run is to have; fewer than its settings say once its patience has ended.
   */
  public int wantedEpochs() {
    return patience().isOver() ? epochs.size() : Settings.EPOCHS.in(settings);
  }

  /**
   * The checkpoint to export: the best where images were held out and the settings do not differ.
   */
  public Optional<Checkpoint> exported() {
    return Settings.EXPORT.in(settings) == ExportedEpoch.BEST && data.validation() > 0
        ? best()
        : checkpoints.isEmpty()
            ? Optional.empty()
            : Optional.of(checkpoints.get(checkpoints.size() - 1));
  }

  /** This manifest after one more epoch, with the checkpoints that are now kept. */
  Manifest with(Epoch epoch, List<Checkpoint> kept) {
    List<Epoch> all = new ArrayList<>(epochs);
    all.add(epoch);
    return new Manifest(
        run,
        created,
        settings,
        data,
        versions,
        device,
        parameters,
        all,
        kept,
        sources,
        unknownProperties);
  }

  /** This manifest as it was after {@code epoch} epochs, with other settings. */
  Manifest upTo(int epoch, Map<String, String> newSettings) {
    return new Manifest(
        run,
        created,
        newSettings,
        data,
        versions,
        device,
        parameters,
        epochs.stream().filter(each -> each.epoch() <= epoch).toList(),
        checkpoints.stream().filter(each -> each.epoch() <= epoch).toList(),
        sources,
        unknownProperties);
  }

  /** This manifest with other settings. */
  public Manifest with(Map<String, String> newSettings) {
    return upTo(epochs.size(), newSettings);
  }

  /** This manifest as if there were only the last epoch, and its checkpoint. */
  Manifest onlyLast() {
    return new Manifest(
        run,
        created,
        settings,
        data,
        versions,
        device,
        parameters,
        epochs.subList(epochs.size() - 1, epochs.size()),
        checkpoints.subList(checkpoints.size() - 1, checkpoints.size()),
        sources,
        unknownProperties);
  }

  /** This manifest with the properties that a file holds and this version does not know. */
  Manifest keeping(ObjectNode unknown) {
    return new Manifest(
        run,
        created,
        settings,
        data,
        versions,
        device,
        parameters,
        epochs,
        checkpoints,
        sources,
        unknown);
  }

  /** True if {@code folder}, checkpoints/RUN, holds a run. */
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /** True if {@code folder} holds the copy, whether there is a run in it or not. */
  public static boolean hasCopyIn(Path folder) {
    return Files.exists(folder.resolve(COPY));
  }

  /**
   * Reads a run's manifest.
   *
   * @param folder checkpoints/RUN
   * @throws RunException if there is none, or it is damaged
   */
  public static Manifest read(Path folder) {
    return ManifestFiles.read(folder, FILE);
  }

  /**
   * Writes another name into a run's manifest and its copy.
   *
   * @throws RunException if there is no manifest, or it is damaged
   */
  public static void rename(Path folder, String name) {
    Manifest found = read(folder);
    Manifest renamed =
        new Manifest(
            name,
            found.created,
            found.settings,
            found.data,
            found.versions,
            found.device,
            found.parameters,
            found.epochs,
            found.checkpoints,
            found.sources,
            found.unknownProperties);
    new ManifestFiles(folder).write(renamed);
  }

  /**
   * Reads a run's manifest, or, where that is damaged, its copy.
   *
   * @param remarks told that the manifest is damaged, in a line
   * @throws RunException if there is none, or both are damaged
   */
  public static Manifest readOrCopy(Path folder, Consumer<String> remarks) {
    try {
      return read(folder);
    } catch (RunException damaged) {
      if (!isIn(folder) || !hasCopyIn(folder)) {
        throw damaged;
      }
      try {
        Manifest copy = ManifestFiles.read(folder, COPY);
        remarks.accept(damaged.getMessage() + "; taking its copy " + COPY);
        return copy;
      } catch (RunException both) {
        damaged.addSuppressed(both);
        throw damaged;
      }
    }
  }
}
