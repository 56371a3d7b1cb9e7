package org.lenet5.training;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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
  private Optional<Replicas> elsewhere = Optional.empty();

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
    this(config, data, workers, progress, teacher, false);
  }

  /**
   * The same beside others.
   *
   * @param beside whether other trainers work in this process at the same time: this one then has
   *     threads of its own, and does not wait for their operations
   */
  public Trainer(
      TrainingConfig config,
      Dataset data,
      int workers,
      PassListener progress,
      Optional<Teacher> teacher,
      boolean beside) {
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
            teacher,
            beside);
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
    int end = (int) Math.min(stepsAnEpoch(), steps() - (long) epoch * stepsAnEpoch());
    progress.begin(epoch, "train", images(end) - (long) start.steps() * config.batchSize());
    try {
      if (config.get(Settings.REPLICAS) == 1 && elsewhere.isEmpty()) {
        return stepByStep(start, end, listener);
      }
      long alone = config.get(Settings.WARMUP_STEPS) - (long) epoch * stepsAnEpoch();
      Position warm =
          alone <= start.steps() ? start : stepByStep(start, (int) Math.min(alone, end), listener);
      return byRounds(warm, end, listener);
    } finally {
      progress.end();
    }
  }

  /** The steps of an epoch from {@code start} to {@code end}, a batch each. */
  private Position stepByStep(Position start, int end, StepListener listener) {
    int epoch = start.epochs();
    Position position = start;
    long begun = System.nanoTime();
    try (BatchStream batches =
        batches(epoch, config.augmentation()).startAt(start.steps()).endAt(end)) {
      while (position.steps() < end) {
        Batch batch = batches.next();
        long step = (long) epoch * batches.batches() + batch.index();
        double loss = graph.step(batch, config.seed(), step, rates.at(step));
        requireFinite(loss, epoch, batch.index());
        position =
            new Position(
                epoch,
                batch.index() + 1,
                position.lossSum() + loss * batch.size(),
                start.seconds() + (System.nanoTime() - begun) / 1e9);
        progress.advance(batch.size(), loss);
        if (listener.wants(batch.index(), position.steps())) {
          listener.onStep(position, graph.read());
        }
      }
    }
    return position;
  }

  /** The same by rounds: each replica trains its share of the batches, and all are averaged. */
  private Position byRounds(Position start, int end, StepListener listener) {
    int epoch = start.epochs();
    int replicas = config.get(Settings.REPLICAS);
    Position position = start;
    long begun = System.nanoTime();
    while (position.steps() < end) {
      int first = position.steps();
      int batches = config.get(Settings.SYNC_STEPS).batches(replicas, end - first);
      List<Share> shares =
          Share.ofRound(epoch, first, batches, (long) epoch * stepsAnEpoch() + first, replicas);
      SortedMap<String, float[]> before = graph.values();
      SortedMap<String, float[]> sent = new TreeMap<>(before);
      sent.keySet().removeIf(Rounds::isOuter);
      List<TrainedShare> trained =
          elsewhere.isPresent()
              ? elsewhere.get().train(sent, shares)
              : shares.stream().map(share -> train(share, sent)).toList();
      position = added(position, start, begun, trained);
      graph.setValues(Rounds.end(before, trained, config.get(Settings.OUTER_MOMENTUM)));
      if (listener.wants(first, position.steps())) {
        listener.onStep(position, graph.read());
      }
    }
    return position;
  }

  /** Where a round ends; the losses are added batch by batch, as without replicas. */
  private Position added(Position before, Position start, long begun, List<TrainedShare> trained) {
    int index = before.steps();
    double sum = before.lossSum();
    for (double loss :
        trained.stream().flatMapToDouble(each -> Arrays.stream(each.losses())).toArray()) {
      requireFinite(loss, before.epochs(), index);
      int images = images(index + 1) - images(index);
      sum += loss * images;
      progress.advance(images, loss);
      index++;
    }
    return new Position(
        before.epochs(), index, sum, start.seconds() + (System.nanoTime() - begun) / 1e9);
  }

  /**
   * Trains a share of a round. The result depends on the arguments, the settings and the training
   * images alone, not on what was trained before.
   *
   * @param variables all that a step reads or writes, by name, in full
   */
  public TrainedShare train(Share share, SortedMap<String, float[]> variables) {
    graph.setValues(variables);
    double[] losses = new double[share.batches()];
    int done = 0;
    try (BatchStream batches =
        batches(share.epoch(), config.augmentation()).startAt(share.first()).endAt(share.end())) {
      while (batches.hasNext()) {
        Batch batch = batches.next();
        long step = (long) share.epoch() * batches.batches() + batch.index();
        float rate = rates.at(share.step() + (long) done * share.stride());
        losses[done] = graph.step(batch, config.seed(), step, rate);
        if (!Double.isFinite(losses[done++])) {
          break; // who asked for it says so
        }
      }
    }
    SortedMap<String, float[]> values = graph.values();
    values.keySet().removeIf(Rounds::isOuter);
    return new TrainedShare(
        values, Arrays.copyOf(losses, done), images(share.end()) - images(share.first()));
  }

  /** From now on rounds are trained by these, which who made them closes after this. */
  public void trainElsewhere(Replicas replicas) {
    elsewhere = Optional.of(replicas);
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

  private void requireFinite(double loss, int epoch, int step) {
    if (!Double.isFinite(loss)) {
      requireFinite(loss, epoch, "step " + (step + 1) + " of " + stepsAnEpoch());
    }
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
