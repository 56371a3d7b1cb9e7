package org.lenet5.cli;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
import org.lenet5.export.ModelOrigin;
import org.lenet5.export.SavedModels;
import org.lenet5.io.AtomicFiles;
import org.lenet5.model.LayerGraph;
import org.lenet5.model.LeNet5;
import org.lenet5.report.MetricsCsv;
import org.lenet5.summary.TrainingSummaries;
import org.lenet5.training.Device;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Position;
import org.lenet5.training.StepListener;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;

/** Wires a run: data, trainer, and everything that is written each epoch. */
final class Training {
  // Images that the exported model is checked with.
  private static final int CHECKED = 100;

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

  /** Trains a new run. */
  @SuppressWarnings("try") // A lock is held, not used.
  void start(String name, TrainingConfig config) {
    requireFree(name);
    Dataset data = folders.load(config.dataset());
    try (RunLock lock =
        claim(name)
            .orElseThrow(
                () ->
                    new WrongUsage(
                        "--run " + name + ": another process has just begun such a run"))) {
      train(name, config, data, folders.data(), null);
    }
  }

  /** Trains a new run under a name that says what it is, numbered if there was one before. */
  @SuppressWarnings("try")
  void start(TrainingConfig config) {
    Dataset data = folders.load(config.dataset());
    String base = RunName.of(config);
    for (int i = 1; ; i++) {
      String name = i == 1 ? base : base + "_" + i;
      Optional<RunLock> claimed = claim(name);
      if (claimed.isPresent()) {
        try (RunLock lock = claimed.get()) {
          train(name, config, data, folders.data(), null);
        }
        return;
      }
    }
  }

  /** Takes a name before anybody else can; empty if somebody has it. */
  private Optional<RunLock> claim(String name) {
    if (isTaken(name)) {
      return Optional.empty();
    }
    Path graphs = folders.graphs().resolve(name);
    Path checkpoints = folders.checkpoints().resolve(name);
    makeFolder(graphs);
    try {
      makeFolder(checkpoints);
    } catch (UncheckedIOException e) {
      deleteEmpty(graphs); // half a run would be in the way of the next
      throw e;
    }
    Optional<RunLock> lock = RunLock.takeIfFree(checkpoints);
    if (lock.isPresent() && isTaken(name)) { // since the first look, and its training has ended
      lock.get().close();
      return Optional.empty();
    }
    return lock;
  }

  /**
   * True if a run of that name has left anything. One that was killed before its {@code run.json},
   * the first that is written, has left nothing but folders and a lock's file.
   */
  private boolean isTaken(String name) {
    return !left(name).isEmpty();
  }

  /** The folders of a run's that hold anything. */
  private List<Path> left(String name) {
    return Stream.of(folders.graphs().resolve(name), folders.checkpoints().resolve(name))
        .filter(Training::holdsFiles)
        .toList();
  }

  private static boolean holdsFiles(Path folder) {
    if (!Files.exists(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> !file.getFileName().toString().startsWith("."));
    } catch (IOException e) {
      return true; // A file, or unreadable: not ours to write over.
    }
  }

  private void requireFree(String name) {
    WrongUsage.require(
        !Manifest.isIn(folders.checkpoints().resolve(name)),
        "--run "
            + name
            + ": there is such a run already; add --resume to go on with it, or choose another"
            + " name");
    requireNoRemains(name);
  }

  // The same words for a new run and for --resume: neither is possible with half a run.
  private void requireNoRemains(String name) {
    List<Path> left = left(name);
    if (left.isEmpty()) {
      return;
    }
    Path folder = folders.checkpoints().resolve(name);
    String them = left.stream().map(Path::toString).collect(joining(" and "));
    WrongUsage.require(
        !holdsRuns(folder),
        "--run " + name + ": " + folder + " holds other runs; choose another name");
    throw new WrongUsage(
        "--run %s: of such a run only %s %s left, without %s; %s, or choose another name"
            .formatted(
                name,
                them,
                left.size() == 1 ? "is" : "are",
                folder.resolve(Manifest.FILE),
                Manifest.hasCopyIn(folder)
                    ? "copy " + Manifest.COPY + " to " + Manifest.FILE + " there and add --resume"
                    : "put that file back and add --resume, or delete " + them + " to begin anew"));
  }

  private static boolean holdsRuns(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> inside = Files.list(folder)) {
      return inside.anyMatch(Manifest::isIn);
    } catch (IOException e) {
      throw AtomicFiles.failed("cannot list", folder, e);
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
      requireNoRemains(name);
      throw UnknownRun.of("--run " + name, name, folders, "");
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
    Path dataFolder = folders.dataOf(manifest, err::println);
    Dataset data = folders.load(config.dataset(), dataFolder);
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
    train(name, config, data, dataFolder, manifest);
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
  private void train(
      String name, TrainingConfig config, Dataset data, Path dataFolder, Manifest earlier) {
    long begun = System.nanoTime();
    Path graphs = folders.graphs().resolve(name);
    Path checkpoints = folders.checkpoints().resolve(name);
    AtomicFiles.deleteLeftovers(graphs);
    AtomicFiles.deleteLeftovers(checkpoints);
    AtomicFiles.deleteLeftovers(checkpoints.resolve("saved_model"));
    Device device = Device.find(config.threads());
    if (!device.remark().isEmpty()) {
      err.println(device.remark());
    }
    // From before the first file to after the last: a signal leaves a run to go on with.
    try (StopSignal stop = new StopSignal(withParent);
        Trainer trainer = new Trainer(config, data, workers, Terminal.training(config.epochs()))) {
      Position from =
          earlier == null ? Position.afterEpochs(0) : restore(trainer, name, checkpoints, earlier);
      announce(name, config, data, trainer, device, from);
      RunRecorder recorder =
          earlier == null
              ? RunRecorder.start(
                  checkpoints, keep, manifest(name, config, data, dataFolder, trainer, device))
              : RunRecorder.resume(
                  checkpoints,
                  keep,
                  moved(earlier, config, from, dataFolder),
                  from,
                  config.flags());
      List<MetricsCsv.Row> rows =
          recorder.manifest().epochs().stream().map(MetricsCsv.Row::of).toList();
      MetricsCsv csv = new MetricsCsv(graphs.resolve("metrics.csv"), rows);
      EpochCharts charts =
          new EpochCharts(
              graphs,
              name + " on " + data.name(),
              rows.stream().map(MetricsCsv.Row::point).toList());
      Predictions predictions = new Predictions(checkpoints, recorder.manifest().epochs(), data);
      VariableDigests digests = new VariableDigests(checkpoints, from.epochs());
      if (earlier != null) {
        bringBack(predictions, digests, recorder.manifest(), trainer, checkpoints);
        // What they say of epochs that no longer count goes now, not when the next epoch ends.
        csv.publish();
        charts.publish();
        predictions.publish();
        digests.publish();
      }
      try (TrainingSummaries summaries =
          summaries(
              name, graphs, earlier == null ? null : recorder.manifest(), config, data, trainer)) {
        trainer.train(
            from,
            List.of(summaries, csv, charts, predictions, digests),
            result -> {
              recorder.afterEpoch(result);
              print(result);
              stopIfAsked(stop, name, of(Position.afterEpochs(result.epoch()), config));
            },
            new StepListener() {
              @Override
              public boolean wants(int steps) {
                return stop.received() || (checkpointEvery > 0 && steps % checkpointEvery == 0);
              }

              @Override
              public void onStep(Position position, Map<String, FloatNdArray> variables) {
                recorder.onStep(position, variables);
                stopIfAsked(stop, name, of(position, config));
              }
            });
      }
      Path model = export(config, data, trainer, checkpoints, recorder.manifest());
      stopIfAsked(stop, name, of(Position.afterEpochs(config.epochs()), config));
      err.println("Charts and TensorBoard events: " + graphs);
      err.println("Checkpoints and run.json:      " + checkpoints);
      err.println("SavedModel:                    " + model);
      err.println("To look at it: tensorboard --logdir " + Words.quoted(folders.graphs()));
      double seconds = (System.nanoTime() - begun) / 1e9;
      TrainingEnd.lines(name, recorder.manifest(), seconds, folders.checkpointsFlag())
          .forEach(err::println);
    }
  }

  /** Computes anew, from the checkpoints that are kept, what was lost with a file. */
  private void bringBack(
      Predictions predictions,
      VariableDigests digests,
      Manifest manifest,
      Trainer trainer,
      Path checkpoints) {
    Map<String, FloatNdArray> now = trainer.variables();
    for (Manifest.Checkpoint each : manifest.checkpoints()) {
      try {
        Map<String, FloatNdArray> then =
            RunRecorder.load(checkpoints, manifest, each, trainer.shapes());
        digests.restore(each.epoch(), then);
        if (predictions.unknown().contains(each.epoch())) {
          trainer.restore(then);
          predictions.restore(each.epoch(), trainer.testPredictions());
          trainer.restore(now);
        }
      } catch (RunException e) {
        err.println(e.getMessage()); // an older one; the run goes on from one that is intact
      }
    }
    if (!predictions.unknown().isEmpty()) {
      err.println(
          checkpoints.resolve(Predictions.FILE)
              + " is damaged: the predictions after epoch "
              + predictions.unknown().stream().map(String::valueOf).collect(joining(", "))
              + " are lost; another training of the run would bring them back");
    }
  }

  private static void stopIfAsked(StopSignal stop, String name, String where) {
    if (stop.received()) {
      throw stop.stopped(name, where);
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
          "Run %s has its %s already; --epochs N goes on%n",
          name, Words.count(from.epochs(), "epoch"));
    } else {
      err.printf(
          Locale.ROOT,
          "Run %s: %s of %s, %s%s, on the %s with %s%n",
          name,
          Words.count(trainer.trainingImages().size(), "image"),
          data.name(),
          from.epochs() + 1 == config.epochs()
              ? "epoch " + config.epochs() + " of " + config.epochs()
              : "epochs " + (from.epochs() + 1) + " to " + config.epochs(),
          from.steps() == 0 ? "" : " (after " + from + ")",
          device.name(),
          Words.count(config.threads(), "thread"));
      if (config.batchSize() > trainer.trainingImages().size()) {
        err.printf(
            "--batch-size %d: more than there are images; each epoch is one step of all %s%n",
            config.batchSize(), Words.count(trainer.trainingImages().size(), "image"));
      }
      err.println(
          "The lines of epochs are the notebook's, which count from 0: \"Epoch: 0\" is epoch 1 of "
              + config.epochs());
    }
    err.flush();
  }

  private static String of(Position position, TrainingConfig config) {
    return position + " of " + config.epochs();
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
              : "Going on after "
                  + restored.from()
                  + " of "
                  + manifest.settings().getOrDefault("epochs", "?"));
    }
    trainer.restore(restored.variables());
    return restored.from();
  }

  /** The run as it goes on here, perhaps with another data folder, program or machine. */
  private Manifest moved(Manifest earlier, TrainingConfig config, Position from, Path dataFolder) {
    boolean goesOn = from.epochs() < config.epochs();
    List<String> others = goesOn ? Platform.differences(earlier) : List.of();
    if (!others.isEmpty()) {
      err.println(
          "The weights may come out other than without the stop: " + String.join("; ", others));
    }
    return earlier.movedTo(
        text(Folders.recordable(config.dataset(), dataFolder)),
        goesOn ? Platform.goingOn(earlier, from) : earlier.versions());
  }

  private static String text(Path folder) {
    return folder == null ? null : folder.toString();
  }

  private static Manifest manifest(
      String name,
      TrainingConfig config,
      Dataset data,
      Path dataFolder,
      Trainer trainer,
      Device device) {
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
            text(Folders.recordable(data.name(), dataFolder))),
        Platform.now(),
        device.name(),
        new LeNet5(data.classNames().size(), config.normalization()).parameters(),
        List.of(),
        List.of());
  }

  /** In TensorBoard; {@code earlier} as the run goes on from it, null for a new one. */
  private TrainingSummaries summaries(
      String name,
      Path graphs,
      Manifest earlier,
      TrainingConfig config,
      Dataset data,
      Trainer trainer) {
    LeNet5 model = new LeNet5(data.classNames().size(), config.normalization());
    ByteNdArray originals = firstBatch(trainer.batches(0, Augmentation.NONE));
    ByteNdArray augmented = firstBatch(trainer.batches(0, config.augmentation()));
    TrainingSummaries.Run run =
        new TrainingSummaries.Run(
            name,
            data.name(),
            config.flags(),
            LayerGraph.of(model),
            trainer.graphDef(),
            data.classNames(),
            List.copyOf(model.variables().keySet()),
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

  private static Path export(
      TrainingConfig config, Dataset data, Trainer trainer, Path checkpoints, Manifest manifest) {
    List<Manifest.Checkpoint> kept = manifest.checkpoints();
    ByteNdArray pixels =
        firstBatch(BatchStream.inOrder(data.test(), Math.min(CHECKED, data.test().size())));
    Path target = checkpoints.resolve("saved_model").resolve("1");
    // The model last: where it is, the run has all that it ends with.
    ModelCard.write(
        target.getParent(),
        1,
        data.classNames(),
        kept.get(kept.size() - 1).epoch(),
        Optional.of(manifest));
    SavedModels.write(
        new SavedModels.Source(
            new LeNet5(data.classNames().size(), config.normalization()),
            data.classNames(),
            checkpoints.resolve(kept.get(kept.size() - 1).name()),
            pixels,
            trainer.probabilities(pixels),
            ModelOrigin.of(manifest, kept.get(kept.size() - 1).epoch())),
        target);
    return target;
  }

  private void print(EpochResult result) {
    out.println(EpochLine.of(result, Terminal.stdoutColumns()));
    out.flush();
  }
}
