package org.lenet5.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.lenet5.chart.EpochCharts;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.Predictions;
import org.lenet5.checkpoint.Restored;
import org.lenet5.checkpoint.RunLock;
import org.lenet5.checkpoint.RunRecorder;
import org.lenet5.data.Augmentation;
import org.lenet5.data.BatchStream;
import org.lenet5.data.DataException;
import org.lenet5.data.Dataset;
import org.lenet5.export.ModelCard;
import org.lenet5.export.SavedModels;
import org.lenet5.io.AtomicFiles;
import org.lenet5.model.LeNet5;
import org.lenet5.report.MetricsCsv;
import org.lenet5.summary.TrainingSummaries;
import org.lenet5.training.Device;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Position;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;

/** Wires a run: data, trainer, and everything that is written each epoch. */
final class Training {
  // Images that the exported model is checked with.
  private static final int CHECKED = 100;

  private final Folders folders;
  private final Options options;
  private final StopSignals signals;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * What changes no result.
   *
   * @param workers threads that prepare batches
   * @param keep how many checkpoints to keep
   * @param checkpointEvery steps between checkpoints within an epoch; 0 for none
   */
  record Options(int workers, int keep, int checkpointEvery) {}

  Training(
      Folders folders, Options options, StopSignals signals, PrintWriter out, PrintWriter err) {
    this.folders = folders;
    this.options = options;
    this.signals = signals;
    this.out = out;
    this.err = err;
  }

  /** True if a run of that name has left anything but what a start that failed leaves. */
  boolean exists(String name) {
    return holdsFiles(folders.graphs().resolve(name))
        || holdsFiles(folders.checkpoints().resolve(name));
  }

  private static boolean holdsFiles(Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      return true;
    }
    return Files.isDirectory(folder)
        && !AtomicFiles.list(folder, file -> !AtomicFiles.isHidden(file)).isEmpty();
  }

  /** A name that says what the run is, with a number if there was such a run before. */
  String freeName(TrainingConfig config) {
    String name =
        String.join(
            "-",
            config.dataset(),
            config.optimizer().word(),
            Float.toString(config.learningRate()).toLowerCase(Locale.ROOT));
    for (int i = 2; ; i++) {
      if (!exists(name)) {
        return name;
      }
      name = name.replaceFirst("(_\\d+)?$", "_" + i);
    }
  }

  /** Trains a new run. */
  void start(String name, TrainingConfig config) {
    Dataset data = folders.load(config.dataset());
    Path graphs = folders.graphs().resolve(name);
    Path checkpoints = folders.checkpoints().resolve(name);
    makeFolder(graphs);
    try {
      makeFolder(checkpoints);
    } catch (UncheckedIOException e) {
      deleteEmpty(graphs); // half a run would be in the way of the next
      throw e;
    }
    RunLock lock = RunLock.take(checkpoints);
    try {
      WrongUsage.require(
          !exists(name), "--run " + name + ": another process has just begun such a run");
      train(name, config, data, null);
    } finally {
      lock.close();
    }
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot make folder", folder, e);
    }
  }

  private static void deleteEmpty(Path folder) {
    try {
      Files.delete(folder);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot delete", folder, e);
    }
  }

  /**
   * Goes on with a run.
   *
   * @param given flags on the command line; those that are not are the run's
   */
  void resume(String name, Map<String, String> given) {
    Path folder = folders.checkpoints().resolve(name);
    if (!Manifest.isIn(folder)) {
      Manifest.read(folder); // says so
    }
    RunLock lock = RunLock.take(folder);
    try {
      resume(name, Manifest.read(folder), given);
    } finally {
      lock.close();
    }
  }

  private void resume(String name, Manifest manifest, Map<String, String> given) {
    TrainingConfig recorded = TrainingConfig.of(manifest.settings());
    TrainingConfig config = WrongUsage.unless(() -> recorded.with(given));
    refuseDifferences(name, recorded.flags(), config.flags());
    if (config.epochs() < manifest.epochs().size()
        || config.epochs() == manifest.epochs().size() && manifest.partial() != null) {
      throw new WrongUsage(
          "--epochs "
              + config.epochs()
              + ": run "
              + name
              + " has "
              + manifest.epochs().size()
              + (manifest.partial() == null ? " already" : " already and has begun another"));
    }
    Dataset data = folders.load(config.dataset());
    if (!data.sha256().equals(manifest.data().sha256())) {
      throw new DataException(
          "run "
              + name
              + " was trained on "
              + manifest.data().name()
              + " with SHA-256 "
              + manifest.data().sha256()
              + ", but it is now "
              + data.sha256());
    }
    train(name, config, data, manifest);
  }

  private static void refuseDifferences(
      String name, Map<String, String> recorded, Map<String, String> wanted) {
    List<String> differences = new ArrayList<>();
    recorded.forEach(
        (flag, value) -> {
          // More epochs are what resuming is for.
          if (!flag.equals("epochs") && !value.equals(wanted.get(flag))) {
            differences.add("--" + flag + " " + wanted.get(flag) + " (it has " + value + ")");
          }
        });
    if (!differences.isEmpty()) {
      throw new WrongUsage(
          "--resume: run "
              + name
              + " was trained with other settings: "
              + String.join(", ", differences));
    }
  }

  /** Trains, from the last whole checkpoint of {@code earlier} unless that is null. */
  private void train(String name, TrainingConfig config, Dataset data, Manifest earlier) {
    Path graphs = folders.graphs().resolve(name);
    Path checkpoints = folders.checkpoints().resolve(name);
    AtomicFiles.deleteLeftovers(graphs);
    AtomicFiles.deleteLeftovers(checkpoints);
    Device device = Device.find(config.threads());
    if (!device.remark().isEmpty()) {
      err.println(device.remark());
    }
    try (Trainer trainer =
        new Trainer(config, data, options.workers(), Terminal.training(config.epochs()))) {
      Position from = earlier == null ? Position.after(0) : restore(trainer, checkpoints, earlier);
      announce(name, config, trainer, data, from, device);
      RunRecorder recorder =
          earlier == null
              ? RunRecorder.start(
                  checkpoints, options.keep(), manifest(name, config, data, trainer, device))
              : RunRecorder.resume(checkpoints, options.keep(), earlier, from, config.flags());
      List<MetricsCsv.Row> rows =
          recorder.manifest().epochs().stream().map(MetricsCsv.Row::of).toList();
      MetricsCsv csv = new MetricsCsv(graphs.resolve("metrics.csv"), rows);
      EpochCharts charts =
          new EpochCharts(graphs, rows.stream().map(MetricsCsv.Row::point).toList());
      Predictions predictions = new Predictions(checkpoints, from.epochs(), data.test().size());
      if (earlier != null) {
        // What they say of epochs that no longer count goes now, not when the next epoch ends.
        csv.publish();
        charts.publish();
        predictions.publish();
      }
      try (TrainingSummaries summaries =
          summaries(graphs, earlier == null, from.epochs(), config, data, trainer)) {
        signals.trainingBegins();
        trainer.train(
            from,
            List.of(summaries, csv, charts, predictions, recorder, this::print),
            (position, variables) -> afterStep(recorder, position, variables));
      }
      signals.throwIfReceived("after the last epoch; --resume writes the SavedModel");
      Path model = export(config, data, trainer, checkpoints, recorder.manifest());
      err.println("Charts and TensorBoard events: " + graphs);
      err.println("Checkpoints and run.json:      " + checkpoints);
      err.println("SavedModel:                    " + model);
      err.println("To look at it: tensorboard --logdir " + folders.graphs());
      signals.throwIfReceived("when all was done");
    }
  }

  private void afterStep(
      RunRecorder recorder, Position at, Supplier<Map<String, FloatNdArray>> variables) {
    int every = options.checkpointEvery();
    if (signals.received() || every > 0 && at.steps() % every == 0) {
      recorder.savePartial(at, variables.get());
    }
    signals.throwIfReceived(
        "after step " + at.steps() + " of epoch " + at.epochs() + "; --resume goes on from there");
  }

  private void announce(
      String name,
      TrainingConfig config,
      Trainer trainer,
      Dataset data,
      Position from,
      Device device) {
    if (from.epochs() == config.epochs()) {
      err.printf("Run %s has its %d epochs already; --epochs N goes on%n", name, from.epochs());
    } else {
      err.printf(
          Locale.ROOT,
          "Run %s: %,d images of %s, epochs %d%s to %d, on the %s with %d thread%s%n",
          name,
          trainer.trainingImages().size(),
          data.name(),
          from.epochs(),
          from.withinEpoch() ? " (after step " + from.steps() + ")" : "",
          config.epochs() - 1,
          device.name(),
          config.threads(),
          config.threads() == 1 ? "" : "s");
    }
    err.flush();
  }

  private Position restore(Trainer trainer, Path checkpoints, Manifest manifest) {
    Restored restored = Restored.newest(checkpoints, manifest, trainer.shapes());
    for (String damage : restored.damaged()) {
      err.printf(
          "%s; going on from %s%n",
          damage, restored.name().isEmpty() ? "the beginning" : restored.name());
    }
    trainer.restore(restored.variables());
    return restored.position();
  }

  private static Manifest manifest(
      String name, TrainingConfig config, Dataset data, Trainer trainer, Device device) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("lenet5", Version.program());
    versions.put("tensorflow", TensorFlow.version());
    versions.put("java", System.getProperty("java.version"));
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return Manifest.begun(
        name,
        Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
        config.flags(),
        new Manifest.Data(
            data.name(),
            data.sha256(),
            trainer.trainingImages().size(),
            trainer.validationImages(),
            data.test().size(),
            data.classNames()),
        versions,
        device.name(),
        new LeNet5(data.classNames().size(), config.normalization()).parameters());
  }

  private static TrainingSummaries summaries(
      Path graphs, boolean begins, int done, TrainingConfig config, Dataset data, Trainer trainer) {
    ByteNdArray originals = firstBatch(trainer.batches(0, Augmentation.NONE));
    ByteNdArray augmented = firstBatch(trainer.batches(0, config.augmentation()));
    TrainingSummaries.Run run =
        new TrainingSummaries.Run(
            config.flags(),
            trainer.graphDef().toByteArray(),
            data.classNames(),
            List.copyOf(
                new LeNet5(data.classNames().size(), config.normalization()).variables().keySet()),
            originals,
            augmented);
    return begins
        ? TrainingSummaries.start(graphs, Instant.now(), run)
        : TrainingSummaries.resume(graphs, done, Instant.now(), run);
  }

  private static ByteNdArray firstBatch(BatchStream batches) {
    try (batches) {
      ByteNdArray lent = batches.next().images();
      ByteNdArray kept = NdArrays.ofBytes(lent.shape());
      lent.copyTo(kept);
      return kept;
    }
  }

  private static Path export(
      TrainingConfig config, Dataset data, Trainer trainer, Path checkpoints, Manifest manifest) {
    List<Manifest.Checkpoint> kept = manifest.checkpoints();
    ByteNdArray pixels =
        firstBatch(BatchStream.inOrder(data.test(), Math.min(CHECKED, data.test().size())));
    Path target = checkpoints.resolve("saved_model").resolve("1");
    SavedModels.write(
        new SavedModels.Source(
            new LeNet5(data.classNames().size(), config.normalization()),
            data.classNames(),
            checkpoints.resolve(kept.get(kept.size() - 1).name()),
            pixels,
            trainer.probabilities(pixels)),
        target);
    ModelCard.write(
        target.getParent(),
        1,
        data.classNames(),
        kept.get(kept.size() - 1).epoch(),
        Optional.of(manifest));
    return target;
  }

  // The notebook's line, to the letter.
  private void print(EpochResult result) {
    String validation =
        result
            .validation()
            .map(
                v ->
                    String.format(
                        Locale.ROOT,
                        "\tValidation loss: %.4f\tValidation accuracy: %.2f",
                        v.loss(),
                        100 * v.accuracy()))
            .orElse("");
    out.printf(
        Locale.ROOT,
        "%s --- Epoch: %d\tTrain loss: %.4f\tTest loss: %.4f\tTrain accuracy: %.2f\tTest accuracy:"
            + " %.2f%s%n",
        LocalTime.ofInstant(result.time(), ZoneId.systemDefault())
            .truncatedTo(ChronoUnit.SECONDS)
            .format(DateTimeFormatter.ISO_LOCAL_TIME),
        result.epoch() - 1,
        result.trainLoss(),
        result.test().loss(),
        100 * result.train().accuracy(),
        100 * result.test().accuracy(),
        validation);
    out.flush();
  }
}
