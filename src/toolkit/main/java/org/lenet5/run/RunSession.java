package org.lenet5.run;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lenet5.chart.AugmentedRows;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.checkpoint.RunException;
import org.lenet5.checkpoint.RunRecorder;
import org.lenet5.data.BatchStream;
import org.lenet5.data.Dataset;
import org.lenet5.evaluation.Temperature;
import org.lenet5.export.ModelCard;
import org.lenet5.export.ModelOrigin;
import org.lenet5.export.SavedModels;
import org.lenet5.io.AtomicFiles;
import org.lenet5.model.LayerGraph;
import org.lenet5.model.Model;
import org.lenet5.model.Transfer;
import org.lenet5.summary.TrainingSummaries;
import org.lenet5.training.Device;
import org.lenet5.training.EpochResult;
import org.lenet5.training.Guessing;
import org.lenet5.training.MeasureOn;
import org.lenet5.training.Patience;
import org.lenet5.training.Position;
import org.lenet5.training.Replicas;
import org.lenet5.training.Settings;
import org.lenet5.training.StepListener;
import org.lenet5.training.Trainer;
import org.lenet5.training.TrainingConfig;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;

/**
 * A training whose name is claimed and whose data is loaded: the trainer and everything that is
 * written each epoch.
 */
final class RunSession {
  private final TrainingRun owner;
  private final String name;
  private TrainingConfig config; // a time limit plans its epochs
  private final Dataset data;
  private final Optional<Path> dataFolder;
  private final List<String> skipped;
  private final TrainingRun.Options options;
  private final RunListener listener;
  private final RunFolders folders;
  private final Path graphs;
  private final Path checkpoints;
  private final long since; // when the run was asked for
  private Optional<TimeLimit> limit = Optional.empty();

  RunSession(
      TrainingRun owner,
      String name,
      TrainingConfig config,
      RunFolders folders,
      RunData.Found found,
      TrainingRun.Options options,
      RunListener listener,
      long since) {
    this.owner = owner;
    this.since = since;
    this.name = name;
    this.config = config;
    this.data = MeasureOn.apply(config, found.data());
    this.dataFolder = found.folder();
    this.skipped = found.skipped();
    this.options = options;
    this.listener = listener;
    this.folders = folders;
    this.graphs = folders.graphs(name);
    this.checkpoints = folders.checkpoints(name);
  }

  /** Unwinds a training that was asked to stop. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Position at;

    Stopped(Position at) {
      super("stopped", null, false, false);
      this.at = at;
    }
  }

  /**
   * Trains, after the last intact checkpoint of {@code earlier} unless that is null.
   *
   * @param origin what a new run begins with; empty: random weights
   * @param teaching the teacher, if the run has one
   */
  RunResult train(Manifest earlier, Optional<Origin> origin, Teaching teaching) {
    long begun = System.nanoTime();
    AtomicFiles.deleteLeftovers(graphs);
    AtomicFiles.deleteLeftovers(checkpoints);
    AtomicFiles.deleteLeftovers(checkpoints.resolve("saved_model"));
    Device device = Device.find(config.threads());
    if (!device.remark().isEmpty()) {
      listener.onMessage(device.remark());
    }
    requireFitsMachines(teaching);
    listener.onOpen(name);
    try (Trainer trainer =
            new Trainer(
                config, data, options.workers(), listener, teaching.teacher(), options.beside());
        Replicas elsewhere =
            options.machines() == null ? null : options.machines().replicas(name, config, data)) {
      if (elsewhere != null) {
        trainer.trainElsewhere(elsewhere);
      }
      if (earlier == null) {
        limit = TimeLimit.of(config, since);
        limit.ifPresent(time -> plan(time, trainer));
      }
      config = trainer.config();
      Position from = earlier == null ? begin(trainer, origin) : restore(trainer, earlier);
      listener.onStart(
          new RunStart(
              name,
              data.name(),
              trainer.trainingImages().size(),
              from,
              config.epochs(),
              config.batchSize(),
              device.name(),
              config.threads()));
      config.remarks().forEach(listener::onMessage);
      if (elsewhere != null && config.get(Settings.REPLICAS) == 1) {
        listener.onMessage(
            "There is one replica, which other machines train as this one alone would;"
                + " --replicas W shares the batches among W");
      }
      teaching.remarks(config).forEach(listener::onMessage);
      RunRecorder recorder =
          earlier == null
              ? RunRecorder.start(
                  checkpoints, options.keep(), manifest(trainer, device, sources(origin, teaching)))
              : RunRecorder.resume(
                  checkpoints, options.keep(), moved(earlier, from), from, config.flags());
      Optional<Path> model = Optional.empty();
      Position end;
      boolean stopped;
      try {
        train(trainer, recorder, from, earlier == null);
        end = Position.afterEpochs(recorder.manifest().epochs().size());
        model = Optional.of(export(trainer, recorder.manifest()));
        stopped = owner.isStopping();
      } catch (Stopped e) {
        end = e.at;
        stopped = true;
      }
      return new RunResult(
          name,
          graphs,
          checkpoints,
          recorder.manifest(),
          end,
          stopped,
          model,
          (System.nanoTime() - begun) / 1e9);
    }
  }

  /** Refuses what other machines would do otherwise than this one. */
  private void requireFitsMachines(Teaching teaching) {
    if (options.machines() == null) {
      return;
    }
    if (teaching.source() != null) {
      throw new RunUsageException(
          "--teacher %s: must be none with --spark, whose machines do not have the teacher"
              .formatted(config.get(Settings.TEACHER)));
    }
    if (config.get(Settings.MINUTES) > 0) {
      throw new RunUsageException(
          "--minutes %s: must be 0 with --spark, where steps take as long as the machines need"
              .formatted(Settings.MINUTES.text(config.get(Settings.MINUTES))));
    }
  }

  private void plan(TimeLimit time, Trainer trainer) {
    time.plan(trainer);
    listener.onMessage(time.told(trainer));
  }

  private void planAgain(Trainer trainer, RunRecorder recorder, EpochResult result) {
    if (limit.isPresent() && limit.get().planAgain(trainer, result)) {
      boolean others = config.epochs() != trainer.config().epochs();
      config = trainer.config();
      recorder.settings(config.flags());
      if (others) {
        listener.onPlan(config.epochs());
      }
    }
  }

  private void train(Trainer trainer, RunRecorder recorder, Position from, boolean isNew) {
    try (RunArtifacts artifacts =
        RunArtifacts.of(
            graphs,
            checkpoints,
            recorder.manifest().epochs(),
            data,
            summaryOf(trainer, recorder.manifest()))) {
      if (isNew) {
        artifacts.start();
      } else {
        artifacts.resume(checkpoints, recorder.manifest(), trainer, listener::onMessage);
      }
      trainer.train(
          from,
          artifacts.listeners(),
          result -> {
            recorder.afterEpoch(result);
            told(result);
            planAgain(trainer, recorder, result);
          },
          new StepListener() {
            @Override
            public boolean wants(int before, int steps) {
              int every = options.checkpointEvery();
              return owner.isStopping() || (every > 0 && steps / every > before / every);
            }

            @Override
            public void onStep(Position position, Map<String, FloatNdArray> variables) {
              recorder.onStep(position, variables);
              stopIfAsked(position);
            }
          },
          recorder.manifest().patience());
      tellEnd(recorder.manifest());
    }
  }

  private void tellEnd(Manifest manifest) {
    Patience patience = manifest.patience();
    if (patience.isOver() && manifest.epochs().size() < config.epochs()) {
      listener.onMessage(
          "Ended after epoch %d: the best on the images held out is number %d, and --patience is %d"
              .formatted(manifest.epochs().size(), patience.best(), config.get(Settings.PATIENCE)));
    }
  }

  private void told(EpochResult result) {
    listener.onEpoch(result);
    Guessing.remark(result, config, data.classNames().size()).ifPresent(listener::onMessage);
    stopIfAsked(Position.afterEpochs(result.epoch()));
  }

  private void stopIfAsked(Position at) {
    if (owner.isStopping()) {
      throw new Stopped(at);
    }
  }

  private Position begin(Trainer trainer, Optional<Origin> origin) {
    origin.ifPresent(
        each -> {
          Transfer transfer = each.transfer(trainer.model(), data.classNames());
          trainer.begin(transfer.values());
          each.remarks(trainer.model(), transfer).forEach(listener::onMessage);
        });
    return Position.afterEpochs(0);
  }

  private Position restore(Trainer trainer, Manifest manifest) {
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
    restored.damaged().forEach(listener::onMessage);
    if (!restored.damaged().isEmpty()) {
      listener.onMessage(
          restored.variables().isEmpty()
              ? "No checkpoint is intact: beginning anew"
              : "Going on after "
                  + restored.from()
                  + " of "
                  + manifest.settings().getOrDefault("epochs", "?"));
    }
    if (restored.variables().isEmpty()) {
      return begin(trainer, Origin.again(manifest, folders.checkpoints()));
    }
    trainer.restore(restored.variables());
    return restored.from();
  }

  /** The run as it goes on here, perhaps with another data folder, program or machine. */
  private Manifest moved(Manifest earlier, Position from) {
    boolean goesOn = from.epochs() < earlier.with(config.flags()).wantedEpochs();
    List<String> others = goesOn ? Platform.differences(earlier) : List.of();
    if (!others.isEmpty()) {
      listener.onMessage(
          "The weights may come out other than without the stop: " + String.join("; ", others));
    }
    return earlier.movedTo(
        recordedFolder(), goesOn ? Platform.goingOn(earlier, from) : earlier.versions());
  }

  private String recordedFolder() {
    return dataFolder.map(Path::toString).orElse(null);
  }

  /** What the run is made from; null if from its data alone. */
  private Manifest.Sources sources(Optional<Origin> origin, Teaching teaching) {
    Manifest.Source from = origin.map(Origin::source).orElse(null);
    return from == null && teaching.source() == null && options.recipe() == null
        ? null
        : new Manifest.Sources(from, teaching.source(), options.recipe());
  }

  private Manifest manifest(Trainer trainer, Device device, Manifest.Sources sources) {
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
                recordedFolder(),
                Manifest.Images.of(data.shape(), trainer.pixelStatistics()),
                skipped.isEmpty() ? null : skipped),
            Platform.now(),
            device.name(),
            trainer.model().parameters(),
            List.of(),
            List.of())
        .with(sources);
  }

  private TrainingSummaries.Run summaryOf(Trainer trainer, Manifest manifest) {
    Model model = trainer.model();
    return new TrainingSummaries.Run(
        name,
        data.name(),
        config.flags(),
        LayerGraph.of(model),
        trainer.graphDef(),
        data.classNames(),
        List.copyOf(model.variables().keySet()),
        AugmentedRows.of(config.augmentation(), each -> trainer.batches(0, each)),
        manifest.wantedEpochs());
  }

  private static ByteNdArray firstBatch(BatchStream batches) {
    try (batches) {
      ByteNdArray lent = batches.next().images();
      ByteNdArray kept = NdArrays.ofBytes(lent.shape());
      lent.copyTo(kept);
      return kept;
    }
  }

  private Path export(Trainer trainer, Manifest manifest) {
    Manifest.Checkpoint exported = manifest.exported().orElseThrow();
    if (exported.epoch() < manifest.epochs().size()) {
      listener.onMessage(
          "Exporting epoch %d, the best on the images held out".formatted(exported.epoch()));
      trainer.restore(RunRecorder.load(checkpoints, manifest, exported, trainer.shapes()));
    }
    ByteNdArray pixels =
        firstBatch(BatchStream.inOrder(data.test(), SavedModels.checkedImages(data.shape())));
    Path target = checkpoints.resolve("saved_model").resolve("1");
    // The model comes last: a run that has it has all of its final files.
    ModelCard.write(
        target.getParent(),
        1,
        trainer.model(),
        data.classNames(),
        exported.epoch(),
        Optional.of(manifest),
        Temperature.NONE);
    SavedModels.write(
        new SavedModels.Source(
            trainer.model(),
            data.classNames(),
            checkpoints.resolve(exported.name()),
            pixels,
            trainer.probabilities(pixels),
            ModelOrigin.of(manifest, exported.epoch())),
        target);
    return target;
  }
}
