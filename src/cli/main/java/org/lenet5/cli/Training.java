package org.lenet5.cli;

import static java.util.stream.Collectors.joining;

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
import java.util.stream.Stream;
import org.lenet5.chart.EpochCharts;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.Predictions;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.RunLock;
import org.lenet5.checkpoint.RunRecorder;
import org.lenet5.checkpoint.VariableDigests;
import org.lenet5.data.Augmentation;
import org.lenet5.data.BatchStream;
import org.lenet5.data.DataException;
import org.lenet5.data.Dataset;
import org.lenet5.export.ModelCard;
import org.lenet5.export.SavedModels;
import org.lenet5.io.AtomicFiles;
import org.lenet5.report.MetricsCsv;
import org.lenet5.summary.TrainingSummaries;
import org.lenet5.training.Device;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Position;
import org.lenet5.training.StepListener;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.TensorFlow;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;

/** Wires a run: data, trainer, and everything that is written each epoch. */
final class Training {
  private final Folders folders;
  private final int workers;
  private final int keep;
  private final int checkpointEvery;
  private final boolean withParent;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * @param checkpointEvery steps between checkpoints within an epoch; 0 for none
   * @param withParent another process started this one and passes on signals
   */
  Training(
      Folders folders,
      int workers,
      int keep,
      int checkpointEvery,
      boolean withParent,
      PrintWriter out,
      PrintWriter err) {
    this.folders = folders;
    this.workers = workers;
    this.keep = keep;
    this.checkpointEvery = checkpointEvery;
    this.withParent = withParent;
    this.out = out;
    this.err = err;
  }

  /**
   * True if a run of that name has left anything. One that was killed before its {@code run.json},
   * the first that is written, has left nothing but folders and a lock's file.
   */
  boolean exists(String name) {
    return holds(folders.graphs().resolve(name)) || holds(folders.checkpoints().resolve(name));
  }

  private static boolean holds(Path folder) {
    if (!Files.exists(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> !file.getFileName().toString().startsWith("."));
    } catch (IOException e) {
      return true; // A file, or unreadable: not ours to write over.
    }
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
  @SuppressWarnings("try") // A lock is held, not used.
  void start(String name, TrainingConfig config) {
    Dataset data = folders.load(config.dataset());
    Path graphs = folders.graphs().resolve(name);
    makeFolder(graphs);
    try {
      makeFolder(folders.checkpoints().resolve(name));
    } catch (UncheckedIOException e) {
      deleteEmpty(graphs); // half a run would be in the way of the next
      throw e;
    }
    try (RunLock lock = RunLock.take(folders.checkpoints().resolve(name))) {
      WrongUsage.require(
          !exists(name), "--run " + name + ": another process has just begun such a run");
      train(name, config, data, null);
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
  @SuppressWarnings("try")
  void resume(String name, Map<String, String> given) {
    Path folder = folders.checkpoints().resolve(name);
    if (!Manifest.isIn(folder)) {
      Manifest.read(folder); // says so: there must be a run before there can be a lock
    }
    try (RunLock lock = RunLock.take(folder)) {
      resume(name, given, Manifest.readOrCopy(folder, err::println));
    }
  }

  private void resume(String name, Map<String, String> given, Manifest manifest) {
    TrainingConfig recorded = TrainingConfig.of(manifest.settings());
    TrainingConfig config = WrongUsage.unless(() -> recorded.with(given));
    refuseDifferences(name, recorded.flags(), config.flags());
    if (config.epochs() < manifest.epochs().size()) {
      throw new WrongUsage(
          "--epochs "
              + config.epochs()
              + ": run "
              + name
              + " has "
              + manifest.epochs().size()
              + " already");
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

  /** Trains, after the last intact checkpoint of {@code earlier} unless that is null. */
  private void train(String name, TrainingConfig config, Dataset data, Manifest earlier) {
    Path graphs = folders.graphs().resolve(name);
    Path checkpoints = folders.checkpoints().resolve(name);
    AtomicFiles.deleteLeftovers(graphs);
    AtomicFiles.deleteLeftovers(checkpoints);
    AtomicFiles.deleteLeftovers(checkpoints.resolve("saved_model"));
    Device device = Device.find(config.threads());
    if (!device.remark().isEmpty()) {
      err.println(device.remark());
    }
    try (Trainer trainer = new Trainer(config, data, workers, Terminal.training(config.epochs()))) {
      Position from =
          earlier == null ? Position.afterEpochs(0) : restore(trainer, name, checkpoints, earlier);
      announce(name, config, data, trainer, device, from);
      RunRecorder recorder =
          earlier == null
              ? RunRecorder.start(checkpoints, keep, manifest(name, config, data, trainer, device))
              : RunRecorder.resume(checkpoints, keep, earlier, from, config.flags());
      List<MetricsCsv.Row> rows =
          recorder.manifest().epochs().stream().map(MetricsCsv.Row::of).toList();
      MetricsCsv csv = new MetricsCsv(graphs.resolve("metrics.csv"), rows);
      EpochCharts charts =
          new EpochCharts(graphs, rows.stream().map(MetricsCsv.Row::point).toList());
      Predictions predictions = new Predictions(checkpoints, recorder.manifest().epochs(), data);
      if (!predictions.unknown().isEmpty()) {
        err.println(
            checkpoints.resolve(Predictions.FILE)
                + " is damaged: the predictions after epoch "
                + predictions.unknown().stream().map(String::valueOf).collect(joining(", "))
                + " are lost; another training of the run would bring them back");
      }
      VariableDigests digests = new VariableDigests(checkpoints, from.epochs());
      if (earlier != null) {
        // What they say of epochs that no longer count goes now, not when the next epoch ends.
        csv.publish();
        charts.publish();
        predictions.publish();
        digests.publish();
      }
      try (TrainingSummaries summaries =
              summaries(
                  graphs, earlier == null ? null : recorder.manifest(), config, data, trainer);
          StopSignal stop = new StopSignal(withParent)) {
        trainer.train(
            from,
            List.of(
                summaries,
                csv,
                charts,
                predictions,
                digests,
                recorder,
                this::print,
                result -> stopIfAsked(stop, name, Position.afterEpochs(result.epoch()))),
            new StepListener() {
              @Override
              public boolean wants(int steps) {
                return stop.received() || (checkpointEvery > 0 && steps % checkpointEvery == 0);
              }

              @Override
              public void onStep(Position position, Map<String, FloatNdArray> variables) {
                recorder.onStep(position, variables);
                stopIfAsked(stop, name, position);
              }
            });
      }
      Path model = export(data, trainer, checkpoints, recorder.manifest());
      err.println("Charts and TensorBoard events: " + graphs);
      err.println("Checkpoints and run.json:      " + checkpoints);
      err.println("SavedModel:                    " + model);
      err.println("To look at it: tensorboard --logdir " + folders.graphs());
    }
  }

  private static void stopIfAsked(StopSignal stop, String name, Position position) {
    if (stop.received()) {
      throw stop.stopped(name, position.toString());
    }
  }

  private void announce(
      String name,
      TrainingConfig config,
      Dataset data,
      Trainer trainer,
      Device device,
      Position from) {
    if (from.epochs() == config.epochs()) {
      err.printf(
          "Run %s has its %d epoch%s already; --epochs N goes on%n",
          name, from.epochs(), from.epochs() == 1 ? "" : "s");
    } else {
      err.printf(
          Locale.ROOT,
          "Run %s: %,d images of %s, epochs %d%s to %d, on the %s with %d thread%s%n",
          name,
          trainer.trainingImages().size(),
          data.name(),
          from.epochs(),
          from.steps() == 0 ? "" : " (after step " + from.steps() + ")",
          config.epochs() - 1,
          device.name(),
          config.threads(),
          config.threads() == 1 ? "" : "s");
    }
    err.flush();
  }

  private Position restore(Trainer trainer, String name, Path checkpoints, Manifest manifest) {
    RunRecorder.Restored restored =
        RunRecorder.restore(checkpoints, manifest, trainer.stepsAnEpoch(), trainer.shapes());
    // Another run's run.json fits no checkpoint here, and beginning anew would delete them all.
    if (restored.variables().isEmpty() && !manifest.run().equals(name)) {
      throw new RunException(
          checkpoints.resolve(Manifest.FILE)
              + " is that of run "
              + manifest.run()
              + " and fits no checkpoint beside it; put that of run "
              + name
              + " back");
    }
    restored.damaged().forEach(err::println);
    if (!restored.damaged().isEmpty()) {
      err.println(
          restored.variables().isEmpty()
              ? "No checkpoint is intact: beginning anew"
              : "Going on after " + restored.from());
    }
    trainer.restore(restored.variables());
    return restored.from();
  }

  /** What a run's result may depend on besides its settings. */
  static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("lenet5", Version.program());
    versions.put("tensorflow", TensorFlow.version());
    versions.put("java", System.getProperty("java.version"));
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return versions;
  }

  private static Manifest manifest(
      String name, TrainingConfig config, Dataset data, Trainer trainer, Device device) {
    return new Manifest(
        name,
        Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
        config.flags(),
        new Manifest.Data(
            data.name(),
            data.sha256(),
            trainer.trainingImages().size(),
            trainer.validationImages(),
            data.test().size(),
            data.classNames(),
            Manifest.Images.of(data.shape(), trainer.pixelStatistics())),
        versions(),
        device.name(),
        trainer.model().parameters(),
        List.of(),
        List.of());
  }

  /** In TensorBoard; {@code earlier} as the run goes on from it, null for a new one. */
  private TrainingSummaries summaries(
      Path graphs, Manifest earlier, TrainingConfig config, Dataset data, Trainer trainer) {
    ByteNdArray originals = firstBatch(trainer.batches(0, Augmentation.NONE));
    ByteNdArray augmented = firstBatch(trainer.batches(0, config.augmentation()));
    TrainingSummaries.Run run =
        new TrainingSummaries.Run(
            config.flags(),
            trainer.graphDef().toByteArray(),
            data.classNames(),
            List.copyOf(trainer.model().variables().keySet()),
            originals,
            augmented);
    return earlier == null
        ? TrainingSummaries.start(graphs, Instant.now(), run)
        : TrainingSummaries.resume(graphs, earlier.epochs(), Instant.now(), run, err::println);
  }

  private static ByteNdArray firstBatch(BatchStream batches) {
    try (batches) {
      ByteNdArray lent = batches.next().images();
      ByteNdArray kept = NdArrays.ofBytes(lent.shape());
      lent.copyTo(kept);
      return kept;
    }
  }

  private static Path export(Dataset data, Trainer trainer, Path checkpoints, Manifest manifest) {
    List<Manifest.Checkpoint> kept = manifest.checkpoints();
    ByteNdArray pixels =
        firstBatch(BatchStream.inOrder(data.test(), SavedModels.checkedImages(data.shape())));
    Path target = checkpoints.resolve("saved_model").resolve("1");
    SavedModels.write(
        new SavedModels.Source(
            trainer.model(),
            data.classNames(),
            checkpoints.resolve(kept.get(kept.size() - 1).name()),
            pixels,
            trainer.probabilities(pixels)),
        target);
    ModelCard.write(
        target.getParent(),
        1,
        data.shape(),
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
