package org.lenet5.summary;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.lenet5.chart.ConfusionMatrixPicture;
import org.lenet5.chart.ImageGridPicture;
import org.lenet5.chart.KernelPicture;
import org.lenet5.checkpoint.Manifest;
import org.lenet5.training.EpochListener;
import org.lenet5.training.EpochResult;
import org.tensorflow.ndarray.ByteNdArray;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/**
 * A run in TensorBoard: at step 0 its graph, configuration, chart layout and a batch; then, at the
 * epoch's number, counted from 1, everything an epoch measured. One event holds an epoch, so a
 * reader sees an epoch whole or not at all. Not thread-safe.
 */
public final class TrainingSummaries implements EpochListener, AutoCloseable {
  /** Mean loss of the epoch's batches, as trained. */
  public static final String TRAIN_LOSS = "Loss train";

  /** Mean loss of the test images. */
  public static final String TEST_LOSS = "Loss test";

  /** Accuracy of the training images, a fraction. */
  public static final String TRAIN_ACCURACY = "Train Accuracy";

  /** Accuracy of the test images, a fraction. */
  public static final String TEST_ACCURACY = "Test Accuracy";

  /** Mean loss of the images held out, for runs that hold some out. */
  public static final String VALIDATION_LOSS = "Loss validation";

  /** Accuracy of the images held out, a fraction. */
  public static final String VALIDATION_ACCURACY = "Validation Accuracy";

  private static final String LEARNING_RATE = "Learning rate";
  private static final String IMAGES_PER_SECOND = "Images per second";
  private static final String FIRST_KERNELS = "C1/kernel";

  private final EventFileWriter writer;
  private final Run run;

  private TrainingSummaries(EventFileWriter writer, Run run) {
    this.writer = writer;
    this.run = run;
  }

  /**
   * What is known of a run before its first epoch.
   *
   * @param configuration settings by name, in the order to show them
   * @param graphDef the training graph, a serialized {@code GraphDef}
   * @param classes names in the order of their numbers
   * @param variables names of the variables to draw, without optimizer state
   * @param originals some training images, uint8 [n, height, width, channels]
   * @param augmented the same images as the first batch trains on them
   */
  public record Run(
      Map<String, String> configuration,
      byte[] graphDef,
      List<String> classes,
      List<String> variables,
      ByteNdArray originals,
      ByteNdArray augmented) {}

  /**
   * Starts a run: a new event file in {@code folder} that appears with all of step 0 in it.
   *
   * @param folder the run's, {@code graphs/RUN}; created if absent
   * @param time of the start
   * @throws java.io.UncheckedIOException if the file cannot be written
   */
  public static TrainingSummaries start(Path folder, Instant time, Run run) {
    return new TrainingSummaries(EventFileWriter.create(folder, time, first(time, run)), run);
  }

  /**
   * Goes on with a run: later epochs and a cut record are dropped from its newest event file, which
   * is then continued. Without such a file it starts a new one. Curves that were lost with a file
   * are written again from what {@code run.json} keeps.
   *
   * @param earlier the run's epochs so far, in order
   * @param remarks told of what was damaged or lost, in a line each
   * @throws java.io.UncheckedIOException if a file cannot be read or written
   */
  public static TrainingSummaries resume(
      Path folder, List<Manifest.Epoch> earlier, Instant time, Run run, Consumer<String> remarks) {
    EventFiles.setAsideDamaged(folder).forEach(remarks);
    EventFiles.trim(folder, earlier.size());
    Optional<Path> own = Optional.empty(); // evaluate writes files here, too
    Set<Long> known = new HashSet<>();
    for (Path file : EventFiles.list(folder)) {
      for (Event event : EventFileReader.readAll(file)) {
        own = event.hasGraphDef() ? Optional.of(file) : own;
        if (event.getSummary().getValueList().stream()
            .anyMatch(value -> value.getTag().equals(TRAIN_LOSS))) {
          known.add(event.getStep());
        }
      }
    }
    TrainingSummaries summaries =
        own.map(file -> new TrainingSummaries(EventFileWriter.append(file), run))
            .orElseGet(() -> start(folder, time, run));
    List<Manifest.Epoch> lost =
        earlier.stream().filter(epoch -> !known.contains((long) epoch.epoch())).toList();
    if (!lost.isEmpty()) {
      summaries.writer.write(lost.stream().map(TrainingSummaries::curves).toList());
      remarks.accept(
          "%s had lost epoch %s: the curves are there again, histograms and pictures are not"
              .formatted(
                  summaries.file(),
                  lost.stream()
                      .map(epoch -> Integer.toString(epoch.epoch()))
                      .collect(Collectors.joining(", "))));
    }
    return summaries;
  }

  /** What is left of an epoch whose event was lost. */
  private static Event curves(Manifest.Epoch epoch) {
    Summary.Builder summary =
        Summary.newBuilder()
            .addValue(Events.scalar(TRAIN_LOSS, epoch.trainLoss()))
            .addValue(Events.scalar(TEST_LOSS, epoch.testLoss()))
            .addValue(Events.scalar(TRAIN_ACCURACY, epoch.trainAccuracy()))
            .addValue(Events.scalar(TEST_ACCURACY, epoch.testAccuracy()))
            .addValue(Events.scalar(LEARNING_RATE, epoch.learningRate()))
            .addValue(Events.scalar(IMAGES_PER_SECOND, epoch.imagesPerSecond()));
    if (epoch.validationLoss() != null) {
      summary
          .addValue(Events.scalar(VALIDATION_LOSS, epoch.validationLoss()))
          .addValue(Events.scalar(VALIDATION_ACCURACY, epoch.validationAccuracy()));
    }
    return Events.at(Instant.parse(epoch.wallTime()), epoch.epoch()).setSummary(summary).build();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a variable to draw is absent or not finite
   * @throws java.io.UncheckedIOException if the epoch cannot be written
   */
  @Override
  public void onEpoch(EpochResult result) {
    Summary.Builder summary =
        Summary.newBuilder()
            .addValue(Events.scalar(TRAIN_LOSS, result.trainLoss()))
            .addValue(Events.scalar(TEST_LOSS, result.test().loss()))
            .addValue(Events.scalar(TRAIN_ACCURACY, result.train().accuracy()))
            .addValue(Events.scalar(TEST_ACCURACY, result.test().accuracy()))
            .addValue(Events.scalar(LEARNING_RATE, result.learningRate()))
            .addValue(Events.scalar(IMAGES_PER_SECOND, result.imagesPerSecond()));
    result
        .validation()
        .ifPresent(
            validation ->
                summary
                    .addValue(Events.scalar(VALIDATION_LOSS, validation.loss()))
                    .addValue(Events.scalar(VALIDATION_ACCURACY, validation.accuracy())));
    for (String name : run.variables()) {
      FloatNdArray values =
          Optional.ofNullable(result.variables().get(name))
              .orElseThrow(() -> new IllegalArgumentException("the epoch has no variable " + name));
      summary.addValue(Events.histogram(name, values));
      if (name.equals(FIRST_KERNELS)) {
        summary.addValue(Events.image("C1 kernels", KernelPicture.draw(values)));
      }
    }
    summary.addValue(
        Events.image(
            "Confusion matrix",
            ConfusionMatrixPicture.draw(result.test().confusion(), run.classes())));
    if (Integer.toString(result.epoch()).equals(run.configuration().get("epochs"))) {
      summary.addValue(HParams.sessionEnd(result.time()));
    }
    writer.write(List.of(Events.at(result.time(), result.epoch()).setSummary(summary).build()));
  }

  /** The event file written to. */
  public Path file() {
    return writer.file();
  }

  /** Closes the event file; closing it again does nothing. */
  @Override
  public void close() {
    writer.close();
  }

  private static List<Event> first(Instant time, Run run) {
    Summary summary =
        Summary.newBuilder()
            .addValue(Events.table("Configuration", run.configuration()))
            .addValue(Events.layout())
            .addValue(HParams.sessionStart(run.configuration(), time))
            .addValue(
                Events.image(
                    "Batch",
                    ImageGridPicture.draw(
                        List.of(
                            new ImageGridPicture.Row("Original", run.originals()),
                            new ImageGridPicture.Row("As trained on", run.augmented())))))
            .build();
    return List.of(
        Events.graph(time, run.graphDef()), Events.at(time, 0).setSummary(summary).build());
  }
}
