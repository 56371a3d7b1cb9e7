package org.lenet5.training;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lenet5.data.Augmentation;
import org.lenet5.data.Batch;
import org.lenet5.data.BatchStream;
import org.lenet5.data.Dataset;
import org.lenet5.data.LabeledImages;
import org.lenet5.data.PixelStatistics;
import org.lenet5.data.Split;
import org.lenet5.model.Model;
import org.lenet5.model.Normalization;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.GraphDef;

/**
 * Trains a network. The same configuration and data on the same machine give the same weights to
 * the last bit, however many workers prepare the batches.
 *
 * <p>Holds native memory until it is closed. Not thread-safe.
 */
public final class Trainer implements AutoCloseable {
  // Large enough to keep the cores busy, small enough for their caches.
  private static final int EVALUATION_BATCH = 200;
  private static final int EVALUATION_BYTES = 614_400;

  // To try out: steps that are not measured, and images to evaluate.
  private static final int FIRST_STEPS = 5;
  private static final int MOST_TRIED = 2000;

  private TrainingConfig config;
  private final int workers;
  private final PassListener progress;
  private final LabeledImages training;
  private final Optional<LabeledImages> validation;
  private final LabeledImages test;
  private final Optional<PixelStatistics> pixels;
  private final Model model;
  private final TrainingGraph graph;
  private Rates rates;

  /**
   * Builds the graph with the seed's initial weights.
   *
   * @param workers threads that prepare batches, at least 1; changes no result
   */
  public Trainer(TrainingConfig config, Dataset data, int workers, PassListener progress) {
    this(config, data, workers, progress, Optional.empty());
  }

  /**
   * The same with a teacher.
   *
   * @param teacher that the configuration names; whoever made it closes it, after this
   */
  public Trainer(
      TrainingConfig config,
      Dataset data,
      int workers,
      PassListener progress,
      Optional<Teacher> teacher) {
    if (teacher.isEmpty() && !config.get(Settings.TEACHER).equals(Settings.NONE)) {
      throw new IllegalArgumentException(
          "--teacher " + config.get(Settings.TEACHER) + ": must be given to the trainer, too");
    }
    this.config = config;
    this.workers = workers;
    this.progress = progress;
    this.pixels =
        config.normalization() == Normalization.DATASET
            ? Optional.of(data.pixelStatistics())
            : Optional.empty();
    this.model =
        new Model(
            config.get(Settings.NETWORK),
            data.shape(),
            data.classNames().size(),
            config.normalization().scaling(data.shape(), pixels::orElseThrow));
    LabeledImages chosen = config.subset().of(data.train());
    if (config.validation() > 0 && data.validation().isPresent()) {
      throw new IllegalArgumentException(
          "--validation %s: must be 0, as %s holds out %d images itself"
              .formatted(config.validation(), data.name(), data.validation().get().size()));
    }
    if (config.validation() > 0) {
      Split split = Split.stratified(chosen, config.validation(), model.classes(), config.seed());
      training = split.training();
      validation = Optional.of(split.validation());
    } else {
      training = chosen;
      validation = data.validation();
    }
    test = data.test();
    graph =
        new TrainingGraph(
            config,
            model,
            config.classWeights() == ClassWeights.NONE
                ? null
                : config.classWeights().of(training, model.classes()),
            teacher);
    if (config.get(Settings.STEPS).isSaid()) {
      this.config = withEpochsOf(config.get(Settings.STEPS));
    }
    rates = Rates.of(this.config, stepsAnEpoch());
    graph.begin(model.initialWeights(config.seed()));
  }

  /** The layers that are trained. */
  public Model model() {
    return model;
  }

  /** The data set's mean and deviation, where the model is normalized by them. */
  public Optional<PixelStatistics> pixelStatistics() {
    return pixels;
  }

  /** The images that are trained on. */
  public LabeledImages trainingImages() {
    return training;
  }

  /** How many images are held out. */
  public int validationImages() {
    return validation.map(LabeledImages::size).orElse(0);
  }

  /** The settings of now: steps that are said, or planned, set the epochs. */
  public TrainingConfig config() {
    return config;
  }

  /** Steps of the whole training. */
  public long steps() {
    return config.get(Settings.STEPS).steps((long) stepsAnEpoch() * config.epochs());
  }

  /**
   * Plans another number of steps. The rates of the steps before stay as they were.
   *
   * @param from steps that are done
   * @param steps of the whole training, more than these
   */
  public void plan(long from, long steps) {
    config = withEpochsOf(config.get(Settings.STEPS).from(from, steps));
    rates = Rates.of(config, stepsAnEpoch());
  }

  private TrainingConfig withEpochsOf(Pace pace) {
    long epochs = (pace.steps(0) + stepsAnEpoch() - 1) / stepsAnEpoch();
    return config.toBuilder().epochs(Math.toIntExact(epochs)).set(Settings.STEPS, pace).build();
  }

  /**
   * Measures what steps and evaluations take, and leaves no trace of it.
   *
   * @param seconds to take for it, about
   */
  public TimeFit tryOut(double seconds) {
    Map<String, FloatNdArray> before = graph.read();
    long steps = -FIRST_STEPS;
    long begun = System.nanoTime();
    double took = 0;
    for (int epoch = 0; took < seconds; epoch++) {
      try (BatchStream batches = batches(epoch, config.augmentation())) {
        while (batches.hasNext() && took < seconds) {
          Batch batch = batches.next();
          graph.step(batch, config.seed(), 0, rates.at(0)); // whatever it gives is dropped
          if (++steps == 0) {
            begun = System.nanoTime(); // what is slow once is over
          } else if (steps > 0) {
            took = (System.nanoTime() - begun) / 1e9;
          }
        }
      }
    }
    graph.write(before);
    int measured = Math.min(MOST_TRIED, test.size());
    int[] some = IntStream.range(0, measured).toArray();
    evaluate(0, "trial", test.select(some)); // slow the first time
    begun = System.nanoTime();
    evaluate(0, "trial", test.select(some));
    long all = (long) test.size() + training.size() + validationImages();
    double end = (System.nanoTime() - begun) / 1e9 * all / measured;
    return new TimeFit(took / steps, end, stepsAnEpoch());
  }

  /** Trains from the end of an epoch; nothing is kept but by these listeners. */
  public void train(int epochsDone, List<EpochListener> listeners) {
    train(
        Position.afterEpochs(epochsDone),
        listeners,
        LastListener.NONE,
        StepListener.NONE,
        Patience.of(config));
  }

  /**
   * Trains from {@code start} to the end of the configuration's last epoch, or until patience ends.
   *
   * @param listeners told of each epoch in their order
   * @param last told of each epoch after them
   * @param patience which has counted the epochs before {@code start}
   * @throws DivergedException if a loss is not finite
   */
  public void train(
      Position start,
      List<EpochListener> listeners,
      LastListener last,
      StepListener stepListener,
      Patience patience) {
    Position position = start;
    while (position.epochs() < config.epochs() && !patience.isOver()) {
      int epoch = position.epochs();
      Position updated = update(position, stepListener);
      long begun = System.nanoTime();
      Map<String, FloatNdArray> variables = graph.read();
      graph.write(Averages.of(variables));
      Evaluation testResult = evaluate(epoch, "test", test);
      Evaluation trainResult = evaluate(epoch, "training", training);
      Optional<Evaluation> validationResult =
          validation.map(images -> evaluate(epoch, "validation", images));
      if (config.get(Settings.EMA) > 0) {
        graph.write(variables);
      }
      validationResult.ifPresent(held -> patience.add(held.accuracy(), held.loss()));
      EpochResult result =
          new EpochResult(
              epoch + 1,
              Instant.now(),
              updated.lossSum() / images(updated.steps()),
              trainResult,
              testResult,
              validationResult,
              lastRate(epoch),
              updated.seconds(),
              (System.nanoTime() - begun) / 1e9,
              images(updated.steps()),
              epoch + 1 == config.epochs() || patience.isOver(),
              variables);
      for (EpochListener listener : listeners) {
        listener.onEpoch(result);
      }
      last.afterEpoch(result);
      position = Position.afterEpochs(epoch + 1);
    }
  }

  /** One pass over the training images, or the rest of it; returns where it ends. */
  private Position update(Position start, StepListener listener) {
    int epoch = start.epochs();
    Position position = start;
    long begun = System.nanoTime();
    int end = (int) Math.min(stepsAnEpoch(), steps() - (long) epoch * stepsAnEpoch());
    progress.begin(epoch, "train", images(end) - (long) start.steps() * config.batchSize());
    try (BatchStream batches = batches(epoch, config.augmentation()).startAt(start.steps())) {
      while (position.steps() < end) {
        Batch batch = batches.next();
        long step = (long) epoch * batches.batches() + batch.index();
        double loss = graph.step(batch, config.seed(), step, rates.at(step));
        requireFinite(loss, epoch, "step " + (batch.index() + 1) + " of " + batches.batches());
        position =
            new Position(
                epoch,
                batch.index() + 1,
                position.lossSum() + loss * batch.size(),
                start.seconds() + (System.nanoTime() - begun) / 1e9);
        progress.advance(batch.size(), loss);
        if (listener.wants(position.steps())) {
          listener.onStep(position, graph.read());
        }
      }
    } finally {
      progress.end();
    }
    return position;
  }

  /** Images of an epoch's first steps. */
  private int images(int steps) {
    return (int) Math.min(training.size(), (long) steps * config.batchSize());
  }

  /** The rate of an epoch's last step: 0.001, not 0.00100000005. */
  private double lastRate(int epoch) {
    return Double.parseDouble(
        Float.toString(rates.at(Math.min((epoch + 1L) * stepsAnEpoch(), steps()) - 1)));
  }

  /** Steps of each epoch. */
  public int stepsAnEpoch() {
    return (training.size() + config.batchSize() - 1) / config.batchSize();
  }

  /** The batches of an epoch (from 0) in the order of this run. */
  public BatchStream batches(int epoch, Augmentation augmentation) {
    return BatchStream.sampled(
        training,
        config.sampler(),
        config.batchSize(),
        augmentation,
        config.seed(),
        epoch,
        workers);
  }

  private Evaluation evaluate(int epoch, String pass, LabeledImages images) {
    float[] losses = new float[images.size()];
    int[] predictions = new int[images.size()];
    progress.begin(epoch, "eval " + pass, images.size());
    int bytes = model.image().bytes();
    int size = Math.max(1, Math.min(EVALUATION_BATCH, EVALUATION_BYTES / bytes));
    try (BatchStream batches = BatchStream.inOrder(images, size)) {
      int done = 0;
      while (batches.hasNext()) {
        Batch batch = batches.next();
        graph.evaluate(batch, losses, predictions, done);
        done += batch.size();
        progress.advance(batch.size(), losses[done - 1]);
      }
    } finally {
      progress.end();
    }
    Evaluation result = Evaluation.of(images, losses, predictions, model.classes());
    requireFinite(result.loss(), epoch, "evaluating the " + pass + " images");
    return result;
  }

  private void requireFinite(double loss, int epoch, String where) {
    if (!Double.isFinite(loss)) {
      throw new DivergedException(epoch, where, loss, config);
    }
  }

  /** What the weights of now, or their averages, take each test image for, a class from 0 each. */
  public int[] testPredictions() {
    Map<String, FloatNdArray> variables = graph.read();
    graph.write(Averages.of(variables));
    try {
      return evaluate(0, "test", test).predictions();
    } finally {
      graph.write(variables);
    }
  }

  /**
   * Probabilities, float32 [n,classes], of uint8 [n,height,width,channels] with the weights of now,
   * or their averages.
   */
  public FloatNdArray probabilities(ByteNdArray images) {
    Map<String, FloatNdArray> variables = graph.read();
    graph.write(Averages.of(variables));
    try {
      return graph.probabilities(images);
    } finally {
      graph.write(variables);
    }
  }

  /** Names and shapes of all variables, optimizer state included, in alphabetical order. */
  public Map<String, Shape> shapes() {
    return graph.shapes();
  }

  /** Copies of all variables, optimizer state included. */
  public Map<String, FloatNdArray> variables() {
    return graph.read();
  }

  /** Sets variables of the model, which training then begins with, and their averages, if any. */
  public void begin(Map<String, ? extends FloatNdArray> values) {
    graph.begin(values);
  }

  /** Sets variables, as a checkpoint holds them. */
  public void restore(Map<String, ? extends FloatNdArray> values) {
    graph.write(values);
  }

  /** The whole graph, for people to look at. */
  public GraphDef graphDef() {
    return graph.graphDef();
  }

  @Override
  public void close() {
    graph.close();
  }
}
